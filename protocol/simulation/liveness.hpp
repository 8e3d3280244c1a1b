#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "play.hpp"

namespace hearsay::simulation {

/// Checks the promises that need time, of a whole cluster and by what really is:
///
/// - I1: a life that ended while all agreed is held for alive by nobody any more after the
///   detection bound, which begins for a newcomer when it starts.
/// - I5: all rosters are equal once nothing has happened for the agreement bound, if all can find
///   each other through the seeds that run.
/// - I2: from then on nobody is failed who runs, even in a run where that is only counted.
///
/// None of it is promised while a path leaves its bounds, a process is paused or a copy runs
/// elsewhere than it says, nor where words are damaged, nor detection in time while one takes its
/// rounds more slowly.
class Liveness final : public Spectator {
  public:
    /// REQUIRES: `cluster` outlives it and plays `script`.
    Liveness(const Cluster& cluster, const Script& script);

    void see(const Step& step) override;
    void look() override;

    /// The longest that it took to agree after the last event, and to know of an end.
    [[nodiscard]] Duration slowest_agreement() const { return slowest_agreement_; }
    [[nodiscard]] Duration slowest_detection() const { return slowest_detection_; }

  private:
    void note_lives();
    [[nodiscard]] bool is_calm() const;
    [[nodiscard]] bool all_agree() const;
    [[nodiscard]] Duration detection_bound() const;
    [[nodiscard]] Duration alone_bound() const;
    [[nodiscard]] Duration agreement_bound() const;
    [[nodiscard]] bool can_all_find_each_other() const;
    void note_agreement();
    [[nodiscard]] bool is_anybody_withdrawn() const;
    [[nodiscard]] bool is_anybody_slow() const;
    [[nodiscard]] bool hears_nobody(const std::string& host) const;
    void check_completeness() const;
    void check_accuracy();
    [[nodiscard]] bool is_borne(const std::string& name) const;
    [[nodiscard]] bool is_known_to_one(LifeId life) const;
    [[noreturn]] void fail(const std::string& what) const;

    const Cluster& cluster_;
    Instant start_;
    Config quickest_;
    Path default_path_;
    bool are_paths_disturbed_;
    /// The greatest delay since all were healed last, and until when it may still be felt.
    Duration slowest_path_{};
    Instant in_flight_until_{};
    /// Since when nothing was out of bounds.
    std::optional<Instant> calm_since_;
    /// The last step or end of a life.
    Instant changed_at_;
    bool agreed_ = false;
    /// A copy in the place of a process begins anew.
    struct Running {
        const Process* process = nullptr;
        Instant since;
    };
    /// The lives that ran at the last look and since when, and those that ended since all agreed.
    std::map<LifeId, Running> running_;
    std::set<LifeId> ended_;
    std::optional<Instant> ended_at_;
    Instant last_end_;
    /// True if all agreed when the first of them ended.
    bool is_detection_promised_ = false;
    bool was_anybody_slow_ = false;
    std::size_t false_verdicts_ = 0;
    Duration slowest_agreement_{};
    Duration slowest_detection_{};
};

}  // namespace hearsay::simulation

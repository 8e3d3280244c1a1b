#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "cluster.hpp"
#include "measurement.hpp"

namespace hearsay::simulation {

/// Whether to go on, said by somebody who may have lost patience.
enum class Onward : std::uint8_t { on, stop };

/// Lets time pass in a cluster, strikes its members with faults, and measures what comes of it.
/// It measures from its making on. In the meantime processes are started, stopped, frozen and
/// thawed through it alone.
class Meter {
  public:
    /// Asked every twentieth of a round; after `stop` no more time passes.
    using Watcher = std::function<Onward()>;

    /// REQUIRES: `cluster` outlives it, and counts false verdicts.
    Meter(Cluster& cluster, Watcher watcher);

    /// Lets time pass of which the traffic does not count as that of quiet times.
    void pass(Duration duration);
    /// Lets quiet time pass.
    void observe(Duration duration);
    /// Crashes the victims or turns them off, all at once, and waits until every survivor holds
    /// them all for failed, for `bound` at most.
    /// REQUIRES: the victims run; `fault` is no freeze.
    void strike(Fault fault, const std::vector<std::string>& victims, Duration bound);
    /// Freezes the victims for `duration`, and waits until no survivor holds them for failed, for
    /// `bound` at most. REQUIRES: the victims run.
    void freeze(const std::vector<std::string>& victims, Duration duration, Duration bound);

    [[nodiscard]] bool is_stopped() const { return is_stopped_; }
    /// Mistakes that stand still last until now. What a stop cut short is not in it.
    [[nodiscard]] Measurement result() const;

  private:
    /// An observer and the life it judges.
    using Pair = std::pair<std::string, LifeId>;
    /// A victim that is watched.
    struct Case {
        Detection detection;
        Instant since;
        /// When it was thawed.
        Instant until = Instant::max();
        /// Survivors that hold it for failed.
        std::set<std::string> holders;
    };

    void run_until(const std::function<bool()>& is_over, Duration bound);
    void run_slice(Instant end);
    void read_journal();
    void read(const Record& record);
    void hold(const Record& record);
    [[nodiscard]] bool is_own_view(const Record& record) const;
    void note_holder(LifeId subject, const std::string& observer, Instant now);
    void release(const std::string& observer, LifeId subject, Instant now);
    void sample_traffic();

    void open_cases(Fault fault, const std::vector<std::string>& victims);
    void close_cases();
    void end_mistakes_of_victims();
    void end_mistake(std::map<Pair, Mistake>::iterator standing, Instant now);
    [[nodiscard]] bool is_noticed_by_all() const;
    [[nodiscard]] bool is_held_by_nobody() const;

    Cluster& cluster_;
    Watcher watcher_;
    bool is_stopped_ = false;
    Duration slice_;
    Instant began_ = cluster_.now();
    Instant next_second_ = began_ + std::chrono::seconds{1};
    std::size_t records_read_ = cluster_.journal().records().size();
    /// The members that run and are not frozen.
    std::set<std::string> awake_;
    /// By host, at the beginning of this second.
    std::map<std::string, std::uint64_t> bytes_;
    std::map<Pair, Mistake> standing_;
    std::map<LifeId, Case> cases_;
    /// Of the faults that are watched.
    std::set<std::string> survivors_;
    Measurement measured_;
};

}  // namespace hearsay::simulation

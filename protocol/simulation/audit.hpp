#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "play.hpp"

namespace hearsay::simulation {

/// Looks into every node every fourth round, and checks in the two ways of LogCabin's invariants:
///
/// - of a state: I6, nobody lists more names than there were or keeps more tombstones than lives
///   ended, unless words are damaged; the roster is those listed as alive or suspect; and what was
///   sent within the last twelve rounds keeps the stated bound.
/// - between two states: I4, a node's own heartbeat and incarnation never fall, nor do its
///   counters, nor the heartbeat it holds of a life, nor the stamp of that hearing.
class Audit final : public Spectator {
  public:
    /// REQUIRES: `cluster` outlives it.
    explicit Audit(const Cluster& cluster);

    void see(const Step& step) override;
    void look() override;

    /// The most bytes that any node sent in a round, over twelve rounds.
    [[nodiscard]] std::uint64_t most_bytes() const { return most_bytes_; }

  private:
    struct Hearing {
        Heartbeat heartbeat = 0;
        Instant stamp;
        std::uint64_t tags_version = 0;
    };
    /// What a process showed at the last look.
    struct State {
        Instant at;
        Status status;
        std::map<LifeId, Hearing> hearings;
        /// Bytes it had sent at each of the last looks.
        std::deque<std::uint64_t> sent;
    };

    void note_names();
    void check_state(const Process& process, const Status& status,
                     const std::vector<Member>& members) const;
    void check_step(const std::string& host, const State& before, const State& after) const;
    [[nodiscard]] bool was_forgotten(const std::string& host, LifeId life, Instant since) const;
    void check_traffic(const std::string& host, State& state);
    void expect(bool holds, const std::string& host, const std::string& what) const;

    const Cluster& cluster_;
    Instant start_;
    Instant looked_at_;
    std::set<std::string> names_;
    std::uint64_t longest_tags_ = 0;
    /// By the process, which may change its life.
    std::map<const Process*, State> states_;
    std::uint64_t most_bytes_ = 0;
};

}  // namespace hearsay::simulation

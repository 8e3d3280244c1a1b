#pragma once

#include <cstddef>
#include <cstdint>

/// The gossip failure detector of van Renesse, Minsky and Hayden (1998), in their own formulas.
namespace hearsay::papers {

/// A cluster in their model: a round is one member gossiping once, to one other, so that a period
/// of the gossip has as many rounds as there are members.
struct GossipModel {
    std::size_t members = 0;
    /// Dead from the start, which the others do not know yet.
    std::size_t failed = 0;
    /// P_arr, the probability that a gossip arrives in time.
    double arrival = 1;
};

/// r*: the least rounds after which the bound (3) on the probability that somebody alive has not
/// heard is `mistake_max` at most, by the exact recursion (1) and (2).
/// REQUIRES: at least two members live.
[[nodiscard]] std::uint64_t rounds_needed(const GossipModel& model, double mistake_max);

/// r* / n: the same in periods of gossip.
[[nodiscard]] double periods_needed(const GossipModel& model, double mistake_max);

/// The least periods by their cheap approximation (6), (9), (10) with the bound (11), in which all
/// gossip at once.
[[nodiscard]] std::uint64_t approximate_periods_needed(const GossipModel& model,
                                                       double mistake_max);

/// T_fail in seconds where every member may send `bytes_per_second` and an entry of its table takes
/// `entry_bytes`.
[[nodiscard]] double detection_seconds(const GossipModel& model, double mistake_max,
                                       double bytes_per_second, double entry_bytes = 8);

/// The exponent `a` of p(t) = (t / 20)^a, with which the members of a group broadcast in the t-th
/// second of silence, that makes the first broadcast come after ten seconds on average.
[[nodiscard]] double broadcast_exponent(std::size_t members);

}  // namespace hearsay::papers

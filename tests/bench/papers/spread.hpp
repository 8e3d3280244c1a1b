#pragma once

#include <cstddef>
#include <cstdint>

#include "hearsay/random.hpp"

/// Rumours in synchronous rounds: all that was known when a round began is passed on in it.
namespace hearsay::papers {

enum class Exchange : std::uint8_t {
    /// Each member that knows tells one other.
    push,
    /// Everybody calls one other, and both know what either knew.
    push_pull,
};

/// How a rumour spreads among members that can all reach each other.
struct SpreadModel {
    std::size_t members = 0;
    Exchange exchange = Exchange::push;
    /// Calls of a thousand that are lost, there and back as one.
    std::uint64_t loss_per_mille = 0;
};

/// Rounds until everybody knows what one member knew. REQUIRES: at least two members.
[[nodiscard]] std::uint32_t rounds_to_reach_all(const SpreadModel& model, Random& random);

/// The same for the multi-level gossip of van Renesse, Minsky and Hayden (1998, figure 5): each
/// round each member that knows tells one other of its subnet, and with the probability 1 / its
/// size a member of another subnet too. REQUIRES: at least two members in all.
[[nodiscard]] std::uint32_t rounds_across_subnets(std::size_t subnets, std::size_t subnet_members,
                                                  Random& random);

}  // namespace hearsay::papers

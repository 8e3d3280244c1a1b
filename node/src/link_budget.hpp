#pragma once

#include <cstddef>
#include <unordered_map>

#include "hearsay/member.hpp"

namespace hearsay {

/// How many bytes of each link are looked at in a round, so that one of them cannot keep a node
/// busy. Not thread-safe.
class LinkBudget {
  public:
    /// More than a thousand introductions. The rest is repaired in the next round (R16).
    static constexpr std::size_t bytes_per_round_max = std::size_t{1} << 20U;

    /// False if this frame is more than the link may bring in this round.
    [[nodiscard]] bool take(LinkId link, std::size_t bytes) {
        return (brought_[link] += bytes) <= bytes_per_round_max;
    }

    void begin_round() { brought_.clear(); }

  private:
    std::unordered_map<LinkId, std::size_t> brought_;
};

}  // namespace hearsay

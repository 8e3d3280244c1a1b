#pragma once

#include <algorithm>
#include <vector>

#include "hearsay/member.hpp"

namespace hearsay {

/// True if the life is one of those, which are in ascending order.
[[nodiscard]] inline bool contains(const std::vector<LifeId>& sorted, LifeId life) {
    return std::binary_search(sorted.begin(), sorted.end(), life);
}

}  // namespace hearsay

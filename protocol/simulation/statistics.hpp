#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearsay/check.hpp"
#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// What lies between two bounds with a confidence of 95 %.
struct Interval {
    double low = 0;
    double high = 0;
};

/// The least of the values that at least the share `q` of them does not exceed: always a value
/// that occurred, the least for 0, the greatest for 1.
/// REQUIRES: `sorted` is sorted and not empty; 0 <= q <= 1.
template <typename Value>
[[nodiscard]] Value quantile(const std::vector<Value>& sorted, double q) {
    HEARSAY_CHECK(!sorted.empty() && q >= 0 && q <= 1);
    // A millionth of a rank forgives what 0.99 is off as a binary fraction.
    const double rank = std::ceil(q * static_cast<double>(sorted.size()) - 1e-6);
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

/// The sum over the count. REQUIRES: there are values.
[[nodiscard]] double mean(std::span<const double> values);
[[nodiscard]] Duration mean(std::span<const Duration> values);

/// The rates that explain `count` independent events in `exposure`, exactly (Garwood 1936); in
/// events per unit of `exposure`. Of no event the low end is zero and the high end 3.69 / exposure.
/// REQUIRES: exposure > 0.
[[nodiscard]] Interval rate_interval(std::uint64_t count, double exposure);

/// The probabilities that explain `hits` of `trials` (Wilson 1927).
/// REQUIRES: hits <= trials, trials > 0.
[[nodiscard]] Interval share_interval(std::uint64_t hits, std::uint64_t trials);

}  // namespace hearsay::simulation

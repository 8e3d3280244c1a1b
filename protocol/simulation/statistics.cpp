#include "statistics.hpp"

namespace hearsay::simulation {
namespace {

/// Probability on either side of an interval.
constexpr double tail = 0.025;
/// The standard normal distribution leaves `tail` above it.
constexpr double normal_quantile = 1.959963984540054;
/// Halvings until an interval is as narrow as a double can tell.
constexpr int halvings = 100;

/// P(at most `count` events) where `expected` are expected. Added from the greatest term both
/// ways, as the others may be too small for a double to begin with.
double probability_of_at_most(std::uint64_t count, double expected) {
    const std::uint64_t greatest = std::min(count, static_cast<std::uint64_t>(expected));
    double log_term = -expected;
    for (std::uint64_t i = 1; i <= greatest; ++i)
        log_term += std::log(expected / static_cast<double>(i));
    const double greatest_term = std::exp(log_term);
    double sum = greatest_term;
    double term = greatest_term;
    for (std::uint64_t i = greatest; i > 0; --i)
        sum += term *= static_cast<double>(i) / expected;
    term = greatest_term;
    for (std::uint64_t i = greatest + 1; i <= count; ++i)
        sum += term *= expected / static_cast<double>(i);
    return sum;
}

/// The expectation under which at most `count` events have this probability, which falls as more
/// are expected.
double expected_where_at_most(std::uint64_t count, double probability) {
    double low = 0;
    // Ten standard deviations and more above what was counted.
    double high = 2 * static_cast<double>(count) + 100;
    for (int i = 0; i < halvings; ++i) {
        const double middle = (low + high) / 2;
        (probability_of_at_most(count, middle) > probability ? low : high) = middle;
    }
    return low;
}

}  // namespace

double mean(std::span<const double> values) {
    HEARSAY_CHECK(!values.empty());
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

Duration mean(std::span<const Duration> values) {
    HEARSAY_CHECK(!values.empty());
    Duration sum{};
    for (const Duration value : values)
        sum += value;
    return sum / static_cast<Duration::rep>(values.size());
}

Interval rate_interval(std::uint64_t count, double exposure) {
    HEARSAY_CHECK(exposure > 0);
    const double low = count == 0 ? 0 : expected_where_at_most(count - 1, 1 - tail);
    return {low / exposure, expected_where_at_most(count, tail) / exposure};
}

Interval share_interval(std::uint64_t hits, std::uint64_t trials) {
    HEARSAY_CHECK(trials > 0 && hits <= trials);
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(hits) / n;
    const double weight = normal_quantile * normal_quantile / n;
    const double centre = (share + weight / 2) / (1 + weight);
    const double reach =
        std::sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight);
    return {std::max(0.0, centre - reach), std::min(1.0, centre + reach)};
}

}  // namespace hearsay::simulation

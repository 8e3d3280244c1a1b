#include "detector_formulas.hpp"

#include <algorithm>
#include <cmath>

#include "hearsay/check.hpp"

namespace hearsay::papers {
namespace {

/// Steps of the integral over one eta: far finer than the delays of a few milliseconds.
constexpr int integral_steps = 20'000;

/// How likely it is that at `x` after a freshness point none of the heartbeats is there that
/// would be fresh enough: u(x).
double suspicion_probability(const Nfds& detector, double x) {
    const double delta = detector.detection_bound_seconds - detector.eta_seconds;
    const auto heartbeats = static_cast<int>(std::ceil(delta / detector.eta_seconds));
    double probability = 1;
    for (int j = 0; j <= heartbeats; ++j) {
        const double waited = std::max(0.0, delta + x - j * detector.eta_seconds);
        const double is_late = std::exp(-waited / detector.mean_delay_seconds);
        probability *= detector.loss + (1 - detector.loss) * is_late;
    }
    return probability;
}

}  // namespace

double suspicion_seconds(const LifeguardSuspicion& suspicion, std::size_t confirmations) {
    const double least = suspicion.alpha * std::log10(static_cast<double>(suspicion.members)) *
                         suspicion.probe_interval_seconds;
    const double most = suspicion.beta * least;
    const double share = std::log(static_cast<double>(confirmations + 1)) /
                         std::log(static_cast<double>(suspicion.confirmations_wanted + 1));
    return std::max(least, most - (most - least) * share);
}

Quality quality_of(const Nfds& detector) {
    HEARSAY_CHECK(detector.detection_bound_seconds >= detector.eta_seconds);
    const double in_time = (1 - detector.loss) * -std::expm1(-detector.detection_bound_seconds /
                                                             detector.mean_delay_seconds);
    const double mistake = in_time * suspicion_probability(detector, 0);
    const double step = detector.eta_seconds / integral_steps;
    double suspected = 0;
    for (int i = 0; i < integral_steps; ++i)
        suspected += suspicion_probability(detector, (i + 0.5) * step) * step;
    return {.recurrence_seconds = detector.eta_seconds / mistake,
            .duration_seconds = suspected / mistake};
}

}  // namespace hearsay::papers

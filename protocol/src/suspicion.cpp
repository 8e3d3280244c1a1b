#include "suspicion.hpp"

#include <algorithm>

namespace hearsay {
namespace {

/// 2^8 x fail_after: a quarter of an hour at the defaults of a site.
constexpr std::uint32_t doublings_max = 8;

/// Fewer than a quorum are believed when nobody refuted them for this long. Half of `fail_after` is
/// several refutations' time even on a slow net, and with the usual `suspect_after` it ends only
/// a little after `fail_after` itself. One alone, where others should have noticed as well, is more
/// likely to have bad links, over which refutations do not come either.
Duration grace(const Config& config, std::size_t accusers) {
    return accusers > 1 ? config.fail_after / 2 : 2 * config.fail_after;
}

/// Somebody accuses whom all others hear well as soon as its own link is bad. The others answer
/// at once, and this is enough for a round trip on any net on which a round makes sense.
Duration time_to_refute(const Config& config) {
    return config.round / 2;
}

Duration refused_grace(const Config& config) {
    return 2 * config.round;
}

Duration until_silence_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    const Duration until_silent = config.fail_after - facts.silence;
    const std::size_t accusers = evidence.accusers().size();
    if (accusers >= facts.quorum) return until_silent;
    return std::max(until_silent, grace(config, accusers) - facts.accused_for);
}

Duration until_refusal_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    const std::size_t accusers = evidence.accusers(Cause::refused).size();
    if (accusers == 0) return Duration::max();
    if (accusers >= facts.quorum) return Duration::zero();
    return refused_grace(config) - facts.accused_for;
}

}  // namespace

std::size_t quorum(std::size_t observers_alive) {
    return std::min(quorum_max, observers_alive / 2 + 1);
}

Duration suspect_after(const Config& config, Duration promise, Duration lateness) {
    const Duration floor = std::max(config.suspect_after, promise * 5 / 2);
    const Duration ceiling = std::max(floor, (config.suspect_after + config.fail_after) / 2);
    return std::min(floor + lateness, ceiling);
}

Duration answer_after(const Config& config) {
    return config.round * 3 / 2;
}

Duration expected_gap(const Config& config, std::size_t roster_size) {
    const auto rows = static_cast<Duration::rep>(4 * config.rows_per_slice);
    return config.round * static_cast<Duration::rep>(roster_size) / rows;
}

Duration last_resort_after(const Config& config, Duration mean_gap) {
    return std::max(3 * config.fail_after, config.fail_after + 20 * mean_gap);
}

Duration until_convicted(const Config& config, const Evidence& evidence, const Case& facts) {
    const Duration until = std::min(until_silence_convicts(config, evidence, facts),
                                    until_refusal_convicts(config, evidence, facts));
    return std::max(until, time_to_refute(config) - facts.accused_for);
}

Duration spread_after(const Config& config, const Evidence& evidence, std::size_t quorum) {
    const std::size_t accusers = evidence.accusers().size();
    const bool is_refused = !evidence.accusers(Cause::refused).empty();
    if (is_refused || accusers >= quorum) return Duration::zero();
    // A quarter is time enough for the other observers to join in, or to object.
    return accusers > 1 ? config.round / 4 : config.round;
}

Duration hold_down(const Config& config, std::uint32_t returns) {
    if (returns == 0) return config.round / 4;
    return config.fail_after * (1U << std::min(returns - 1, doublings_max));
}

}  // namespace hearsay

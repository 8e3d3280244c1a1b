#include "suspicion.hpp"

#include <algorithm>
#include <chrono>

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

/// Whoever still talks with the accused is asked and objects within a round trip; more than a few
/// on any net on which the round makes sense.
Duration time_to_object(const Config& config) {
    return config.round / 20;
}

/// All observers find the door of a dead process closed within this, if they are on one site.
constexpr Duration refusals_gather = std::chrono::milliseconds(10);

Duration until_silence_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    const Duration wait =
        facts.is_quorate ? time_to_refute(config) : grace(config, evidence.accuser_count());
    return std::max(config.fail_after - facts.silence, wait - facts.accused_for);
}

Duration until_refusal_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    if (!facts.is_gone_at_once) return Duration::max();
    const std::size_t accusers = evidence.accusers(Cause::refused).size();
    // Fewer may have the same bad way to it, while it dials them anew. Even so it is known within
    // half a round.
    if (accusers < quorum_max) return config.round * 2 / 5 - facts.accused_for;
    if (accusers >= facts.observers) return Duration::zero();
    // Whoever does not observe it, or waits to be dialled, hears of it only then.
    return refusals_gather + time_to_object(config) - facts.accused_for;
}

}  // namespace

Duration time_to_refute(const Config& config) {
    return config.round / 2;
}

std::size_t quorum(std::size_t observers_alive) {
    return std::min(quorum_max, observers_alive / 2 + 1);
}

Duration suspect_after(const Config& config, Duration promise, Duration lateness) {
    const Duration widest = (config.fail_after - config.suspect_after) / 2;
    return std::max(config.suspect_after, promise * 5 / 2) + std::min(lateness, widest);
}

Duration stall_after(const Config& config) {
    return config.suspect_after / 2;
}

Duration answer_after(const Config& config) {
    return config.round * 3 / 2;
}

Duration expected_gap(const Config& config, std::size_t roster_size) {
    const auto rows = static_cast<Duration::rep>(2 * config.ring_count * config.rows_per_slice);
    return config.round * static_cast<Duration::rep>(roster_size) / rows;
}

Duration last_resort_after(const Config& config, Duration mean_gap) {
    return std::max(3 * config.fail_after, config.fail_after + 20 * mean_gap);
}

Duration until_convicted(const Config& config, const Evidence& evidence, const Case& facts) {
    return std::min(until_silence_convicts(config, evidence, facts),
                    until_refusal_convicts(config, evidence, facts));
}

Duration coincidence(const Config& config) {
    // News of the refusals may gather twice on its way to a non-observer (R10).
    return config.round / 8 + 2 * gathering;
}

Duration company_wait(const Config& config, std::size_t roster_size) {
    // Fewer hear of everybody's death at nearly the same time; and the more there are, the dearer
    // is a change of the roster to whoever follows it.
    constexpr std::size_t few = 256;
    const std::size_t beyond = std::max(roster_size, few) - few;
    return std::min(config.round * static_cast<Duration::rep>(beyond) / 4096, config.round / 4);
}

Duration spread_after(const Config& config, const Evidence& evidence, std::size_t observers) {
    if (evidence.accusers(Cause::silence).size() >= quorum(observers)) return Duration::zero();
    const std::size_t refused = evidence.accusers(Cause::refused).size();
    if (refused > 0) return refused >= observers ? Duration::zero() : refusals_gather;
    const std::size_t accusers = evidence.accuser_count();
    // A quarter is time enough for the other observers to join in, or to object.
    return accusers > 1 ? config.round / 4 : config.round;
}

Duration hold_down(const Config& config, std::uint32_t returns) {
    if (returns == 0) return config.round / 4;
    return config.fail_after * (1U << std::min(returns - 1, doublings_max));
}

}  // namespace hearsay

#include "suspicion.hpp"

#include <algorithm>
#include <chrono>

#include "numbers.hpp"

namespace hearsay {
namespace {

/// Fewer than a quorum are believed when nobody refuted them for this long. Half of `fail_after` is
/// several refutations' time even on a slow net, and with the usual `suspect_after` it ends only
/// a little after `fail_after` itself. One alone, where others should have noticed as well, is more
/// likely to have bad links, over which refutations do not come either.
Duration grace(const Config& config, std::size_t accusers) {
    return (accusers > 1 ? numbers::grace : numbers::grace_alone).of(config.fail_after);
}

/// A member that still talks with the accused is asked, and objects within a round trip. The time
/// is more than a few round trips on any net on which the round makes sense.
Duration time_to_object(const Config& config) {
    return numbers::object.of(config.round);
}

Duration until_silence_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    const Duration wait =
        facts.is_quorate ? time_to_refute(config) : grace(config, evidence.accuser_count());
    return std::max(config.fail_after - facts.silence, wait - facts.accused_for);
}

Duration until_refusal_convicts(const Config& config, const Evidence& evidence, const Case& facts) {
    if (!facts.is_gone_at_once) return Duration::max();
    const std::size_t accusers = evidence.accusers(Cause::refused).size();
    // Fewer may have the same bad way to it, while it dials them anew.
    if (accusers < numbers::quorum()) {
        return numbers::settle.of(config.round) - facts.accused_for;
    }
    if (cases::all_observers() && accusers >= facts.observers) return Duration::zero();
    // A member that does not observe it, or waits to be dialled, hears of it only then.
    return numbers::gathering() + time_to_object(config) - facts.accused_for;
}

}  // namespace

Duration time_to_refute(const Config& config) {
    return numbers::refute.of(config.round);
}

std::size_t quorum(std::size_t observers_alive) {
    return std::min(numbers::quorum(), observers_alive / 2 + 1);
}

Duration suspect_after(const Config& config, Duration promise, Duration lateness) {
    const Duration widest = numbers::lateness_max.of(config.fail_after - config.suspect_after);
    return std::max(config.suspect_after, numbers::overdue.of(promise)) +
           std::min(lateness, widest);
}

Duration answer_after(const Config& config) {
    return numbers::due.of(config.round);
}

Duration expected_gap(const Config& config, std::size_t roster_size) {
    const auto rows = static_cast<double>(config.ring_count * config.rows_per_delta);
    const double rounds = static_cast<double>(roster_size) / rows;
    return Share::of(rounds, config.round);
}

Duration last_resort_after(const Config& config, Duration mean_gap) {
    return config.fail_after + numbers::last_resort_gaps.of(mean_gap);
}

Duration until_convicted(const Config& config, const Evidence& evidence, const Case& facts) {
    return std::min(until_silence_convicts(config, evidence, facts),
                    until_refusal_convicts(config, evidence, facts));
}

Duration coincidence(const Config& config) {
    // A refusal gathers at its observer, and twice on its way to a non-observer (R9, R10).
    return numbers::object.of(config.round) + 3 * numbers::gathering();
}

Duration company_wait(const Config& config, std::size_t roster_size) {
    // Fewer hear of everybody's death at nearly the same time; and the more there are, the dearer
    // is a change of the roster to who follows it.
    const double beyond = static_cast<double>(roster_size) - numbers::company_from();
    const double rounds =
        std::clamp(beyond / static_cast<double>(numbers::company_each()), 0.0, numbers::settle());
    return Share::of(rounds, config.round);
}

Duration spread_after(const Config& config, const Evidence& evidence, std::size_t observers) {
    const bool is_quorate = evidence.accusers(Cause::silence).size() >= quorum(observers);
    if (is_quorate || !cases::doubts_stay()) return Duration::zero();
    const std::size_t refused = evidence.accusers(Cause::refused).size();
    if (refused > 0) return refused >= observers ? Duration::zero() : numbers::gathering();
    const std::size_t accusers = evidence.accuser_count();
    // A quarter is time enough for the other observers to join in, or to object.
    return (accusers > 1 ? numbers::settle : numbers::doubt_alone).of(config.round);
}

Duration hold_down(const Config& config, std::uint32_t returns) {
    if (returns == 0) return numbers::settle.of(config.round);
    return config.fail_after * (1U << std::min<std::size_t>(returns - 1, numbers::doublings()));
}

}  // namespace hearsay

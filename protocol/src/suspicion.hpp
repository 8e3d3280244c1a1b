#pragma once

#include <chrono>
#include <cstddef>

#include "hearsay/config.hpp"

#include "evidence.hpp"

namespace hearsay {

/// How many accusers convict at once (R11): three, or a majority of the observers that are held
/// for alive where there are fewer; never none.
[[nodiscard]] std::size_t quorum(std::size_t observers_alive);

/// How long the accused and its observers have to object (R11). Somebody accuses whom all others
/// hear well as soon as its own link is bad. The others answer at once, and this is enough for a
/// round trip on any net on which a round makes sense.
[[nodiscard]] Duration time_to_refute(const Config& config);

/// After how much silence an observer accuses (R8): the configured time, at least two and a half
/// of the intervals its subject promised, widened by the lateness measured on that link. That is by
/// half of what is left until `fail_after` at most, so that who keeps to the round fails in time.
[[nodiscard]] Duration suspect_after(const Config& config, Duration promise, Duration lateness);

/// Within what time a new neighbour must have answered before its silence, known from others,
/// counts as heard by ourselves: a dial and a round trip, on any net on which a round makes sense.
[[nodiscard]] Duration answer_after(const Config& config);

/// How often a counter advances at somebody who hears of it through others alone: the roster,
/// divided by the rows of one delta for each ring. So many are news to a node in a round, or more.
[[nodiscard]] Duration expected_gap(const Config& config, std::size_t roster_size);

/// After how much silence somebody who does not observe accuses as a last resort (R8), given the
/// mean gap between the heartbeats that reach it through others.
[[nodiscard]] Duration last_resort_after(const Config& config, Duration mean_gap);

/// What a verdict rests on; both spans are listening time.
struct Case {
    Duration silence{};
    Duration accused_for{};
    /// Observers that are not suspect themselves.
    std::size_t observers = 0;
    /// Their quorum accuses it, not counting the words of suspects.
    bool is_quorate = false;
    /// A quorum was refused within `coincidence` of each other.
    bool is_gone_at_once = false;
};

/// How much longer until the accused life is to be held for failed (R11), if nothing new is
/// heard; zero or less if it is to be now. It is when it has been silent for `fail_after` and a
/// quorum accuses it, or fewer have stood unrefuted for the grace; the accused gets half a round to
/// answer. And it is when a quorum was refused at once: now if all observers say so, and
/// else when nobody has objected within `object`; within `settle` where
/// fewer than three are a quorum and say so. REQUIRES: it is accused.
[[nodiscard]] Duration until_convicted(const Config& config, const Evidence& evidence,
                                       const Case& facts);

/// Within what time of the first the others are refused by the machine of a dead process (R9).
[[nodiscard]] Duration coincidence(const Config& config);

/// How long a refusal that convicts waits for those of others that died in the same moment (R11).
[[nodiscard]] Duration company_wait(const Config& config, std::size_t roster_size);

/// For how long an accusation stays among the accused and its observers before all links hear of it
/// (R10), given how many of them are not suspect themselves. Most accusations of silence are
/// refuted there, by an observer that heard the accused since. Refusals come from all of them at
/// nearly the same time, and are better told once than by each.
[[nodiscard]] Duration spread_after(const Config& config, const Evidence& evidence,
                                    std::size_t observers);

/// How long a life that returned `returns` times before must be heard steadily until it is
/// believed again (R11): a quarter of a round the first time, for a single word of it may have been
/// under way since before it fell silent; then `fail_after`, doubled with each return.
[[nodiscard]] Duration hold_down(const Config& config, std::uint32_t returns);

}  // namespace hearsay

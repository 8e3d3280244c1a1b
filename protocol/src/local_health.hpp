#pragma once

#include <set>

#include "hearing.hpp"
#include "listening_clock.hpp"
#include "pace.hpp"
#include "suspicion.hpp"

namespace hearsay {

/// What a node knows of itself: whether it was given the processor, and whether it hears (R12,
/// R20).
///
/// The rest of the core asks four questions. By how much are the times stretched: `pace`. Does
/// silence count now: `clock`. How much evidence is needed: `pace.is_steady`,
/// `hearing.is_half_degraded`. Is this node out of the conversation: `is_withdrawn`.
struct LocalHealth {
    LocalHealth(const Config& config, Instant now)
        : pace(config), clock(now, config.round, config.suspect_after), hearing(config, now) {}

    Pace pace;
    ListeningClock clock;
    Hearing hearing;
    /// True while this node keeps its heartbeat because it is degraded.
    bool is_withdrawn = false;
    /// Which members this node asked by chance in this round, to see whether it hears, and when.
    std::set<LifeId> asked_by_chance;
    Instant asked_by_chance_at{};
};

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// With whom this node talks in every round: its ring neighbours, and one random partner (R6, R7).
struct Neighbourhood {
    /// The ring neighbours, by life id, as of this revision of the table.
    std::vector<LifeId> lives;
    std::optional<std::uint64_t> revision;
    /// New neighbours that are asked once the news of a closed door is told (R9).
    std::vector<LifeId> unasked;
    Instant questions_wait_until{};

    std::optional<LifeId> partner;
    /// The round in which another is drawn.
    std::uint64_t partner_until = 0;
    /// Of how many members it was drawn.
    std::size_t partner_among = 0;
    /// What the counter of sent messages was after the last pulse.
    std::uint64_t sent_until_pulse = 0;
};

}  // namespace hearsay

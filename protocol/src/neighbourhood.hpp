#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "sorted.hpp"

namespace hearsay {

/// With whom this node talks in every round: its ring neighbours, and one random partner (R6, R7).
struct Neighbourhood {
    /// True of a ring neighbour.
    [[nodiscard]] bool contains(LifeId life) const { return hearsay::contains(lives, life); }

    /// The ring neighbours, by life id, as of this revision of the table.
    std::vector<LifeId> lives;
    std::optional<std::uint64_t> revision;

    std::optional<LifeId> partner;
    /// The round in which another is drawn.
    std::uint64_t partner_until = 0;
    /// What the counter of sent messages was after the last pulse.
    std::uint64_t sent_until_pulse = 0;
};

}  // namespace hearsay

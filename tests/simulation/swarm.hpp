#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulation/process.hpp"
#include "simulation/script.hpp"

namespace hearsay::simulation {

/// What faults are drawn: those of which figures were published, or others as well.
enum class Kinds : std::uint8_t { usual, all };

/// A script drawn from `seed`: how many nodes, over what network, and what befalls them. Whole
/// kinds of fault are switched off, others come often, so that some runs go deep where all
/// together would only go wide (swarm testing, Groce et al. 2012). In the end all faults stop,
/// and time is left to agree.
[[nodiscard]] Script draw_script(std::uint64_t seed, Kinds kinds = Kinds::usual);

/// How a script went.
struct Judgement {
    /// The broken invariant, if one was broken: when, who, what.
    std::optional<std::string> failure;
    std::uint64_t fingerprint = 0;
    std::uint64_t false_verdicts = 0;
    Duration slowest_agreement{};
    Duration slowest_detection{};
    /// The most bytes any node sent in a round, over twelve rounds.
    std::uint64_t most_bytes = 0;
};

/// Plays a script under the eyes of all checkers.
[[nodiscard]] Judgement judge(const Script& script, Keys keys = Keys::none);

/// What was broken, without when and by whom: equal for two failures of one kind.
[[nodiscard]] std::string kind_of(const std::string& failure);

}  // namespace hearsay::simulation

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/config.hpp"

namespace hearsay::papers {

enum class Output : std::uint8_t { markdown, json };

/// What the command line asks for.
struct Settings {
    /// Names of rows, in the order in which they are to be worked.
    std::vector<std::string> rows{};
    /// From which the seeds of all runs follow.
    std::uint64_t seed = 1;
    /// How often each cell is repeated; as often as in the paper if not given.
    std::optional<std::size_t> repeats{};
    /// Only cells whose label holds one of these sequences of words; all cells if there is none.
    std::vector<std::string> cells{};
    /// Only this repeat, which replays one run.
    std::optional<std::size_t> repeat{};
    std::size_t threads = 1;
    Output output = Output::markdown;
    /// Of every node in every experiment.
    Config config = Config::lan();
    /// True once no further run is to begin; asked by all threads.
    std::function<bool()> is_stopped = [] { return false; };
};

}  // namespace hearsay::papers

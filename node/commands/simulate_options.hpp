#pragma once

#include <span>

#include "options.hpp"
#include "settings.hpp"

namespace hearsay {

/// The options of `hearsay simulate`.
[[nodiscard]] std::span<const OptionSpec> simulate_specs();

/// What the settings make of a simulation. Throws UsageError.
[[nodiscard]] SimulateCommand make_simulate_command(const Settings& settings);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <functional>

#include "simulation/script.hpp"

namespace hearsay::simulation {

/// True if a script fails as the first one did.
using Fails = std::function<bool(const Script&)>;

/// The smallest failing script it can find within `tries`: fewer steps, fewer hosts in each, fewer
/// nodes, better paths, shorter times. What it returns fails, whatever else was tried.
/// REQUIRES: `fails(script)`.
[[nodiscard]] Script shrink(Script script, const Fails& fails, std::size_t tries);

}  // namespace hearsay::simulation

#pragma once

#include "options.hpp"

namespace hearsay {

/// Simulates, prints what came out, and returns the exit code. SIGINT and SIGTERM end the
/// simulation early: then it prints what was measured so far. A second one ends the process.
[[nodiscard]] int run_simulate(const SimulateCommand& command);

}  // namespace hearsay

#pragma once

#include "options.hpp"

namespace hearsay {

/// Runs a node until it has left, and returns the exit code. SIGTERM, SIGINT and, unless it was
/// ignored, SIGHUP make it leave; a second one ends it at once.
[[nodiscard]] int run_node(const NodeCommand& command);

}  // namespace hearsay

#pragma once

#include "options.hpp"
#include "reload.hpp"

namespace hearsay {

/// Runs a node until it has left, and returns the exit code. SIGTERM and SIGINT make it leave, and
/// one that comes a second later or more ends it at once; SIGHUP makes it reload its configuration,
/// which `read_again` reads.
[[nodiscard]] int run_node(const NodeCommand& command, ReadAgain read_again);

}  // namespace hearsay

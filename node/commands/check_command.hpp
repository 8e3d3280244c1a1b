#pragma once

#include <string>

#include "options.hpp"
#include "screen.hpp"

namespace hearsay {

/// What a node is started with, for eyes: an option and its value in each line.
[[nodiscard]] std::string node_view(const NodeCommand& command, Screen screen);

/// Throws StartError, if what the node is to be started with would keep it from starting, whatever
/// machine it is on. Opens no socket and no file.
void check_node(const NodeOptions& node);

/// `hearsay node --check`: shows what the node would be started with, or what is wrong with it, and
/// returns the exit code.
[[nodiscard]] int run_check(const NodeCommand& command);

}  // namespace hearsay

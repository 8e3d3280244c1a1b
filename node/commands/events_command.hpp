#pragma once

#include "client.hpp"
#include "options.hpp"
#include "screen.hpp"

namespace hearsay {

/// Prints the node's events as they happen, one line each, until it is interrupted or its reader
/// closes the pipe (both are a good end), or the node is gone. Returns the exit code.
[[nodiscard]] int show_events(Client& client, Output output, Screen screen);

}  // namespace hearsay

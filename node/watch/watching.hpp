#pragma once

#include <string>

#include <zmq.hpp>

namespace hearsay::watch {

/// Shows the fleet of a node on this terminal until somebody quits, or SIGINT, SIGTERM, SIGHUP or
/// SIGQUIT comes, or the terminal is lost. The node may end and return meanwhile. Returns what the
/// program exits with. Throws TerminalError, and StartError if no descriptor is left.
[[nodiscard]] int keep_watching(zmq::context_t& context, const std::string& address);

}  // namespace hearsay::watch

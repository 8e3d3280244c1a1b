#pragma once

#include "options.hpp"

namespace hearsay {

/// `hearsay web`: serves the page until it is told to end; returns the exit code.
[[nodiscard]] int run_web(const WebCommand& command);

}  // namespace hearsay

#pragma once

#include <string>
#include <vector>

#include "endpoint.hpp"
#include "settings.hpp"

namespace hearsay {

/// What the options "listen" and "allow-host" of `hearsay web` say. They throw UsageError.
[[nodiscard]] Endpoint listen_option(const Settings& settings);
[[nodiscard]] std::vector<std::string> allow_host_option(const Settings& settings);

}  // namespace hearsay

#pragma once

#include <nlohmann/json_fwd.hpp>

#include "hearsay/time.hpp"

#include "node_control.hpp"
#include "status_server.hpp"

namespace hearsay {

/// The answer to "status": the node's own condition, and what all its parts have counted.
[[nodiscard]] nlohmann::ordered_json status_json(const NodeControl& node,
                                                 const StatusCounters& server, Instant now);

}  // namespace hearsay

#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace hearsay {

/// Why a node that gave this answer to `status` does not serve its purpose: it is about to go, or
/// is not part of its cluster, or sees it other than its peers do. Empty if all is well.
[[nodiscard]] std::string unreadiness(const nlohmann::ordered_json& status);

}  // namespace hearsay

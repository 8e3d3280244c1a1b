#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "terminal.hpp"

namespace hearsay {

/// The node's answers as people read them: whole lines, ready to be printed. They take what a node
/// of this version says; what is missing shows as nothing.

[[nodiscard]] std::string members_view(const nlohmann::ordered_json& answer, Color color);
[[nodiscard]] std::string status_view(const nlohmann::ordered_json& answer);
[[nodiscard]] std::string explain_view(const nlohmann::ordered_json& answer, Color color);

/// One event as one line: "10:00:00.123  failed  n3  ...".
[[nodiscard]] std::string event_view(const nlohmann::ordered_json& event, Color color);

}  // namespace hearsay

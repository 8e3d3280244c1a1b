#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "screen.hpp"

namespace hearsay {

/// A table of the links that the answer of a survey tells of, a row for each listener and a column
/// for each speaker: all members if they are few, else those whose links are cut. Nothing if that
/// is nobody.
[[nodiscard]] std::string link_matrix(const nlohmann::ordered_json& answer, Screen screen);

}  // namespace hearsay

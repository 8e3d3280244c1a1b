#pragma once

#include <string_view>

namespace hearsay {

/// Of this build, as in "0.1.0".
extern const std::string_view version;

}  // namespace hearsay

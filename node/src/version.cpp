#include "version.hpp"

namespace hearsay {

/// Written once, in the project's CMakeLists.txt.
const std::string_view version = HEARSAY_VERSION;

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <optional>

#include "hearsay/member.hpp"

namespace hearsay::simulation {

/// The tags and as many others as make them so many bytes in all, or up to eight more; nothing if
/// that would be too many tags, or if they are more bytes already.
[[nodiscard]] std::optional<Tags> filled(Tags tags, std::size_t bytes);

}  // namespace hearsay::simulation

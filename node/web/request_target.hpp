#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hearsay/result.hpp"

namespace hearsay {

/// No path of ours is longer: a name has 64 bytes at most, and each byte may be written as three.
inline constexpr std::size_t target_bytes_max = 512;

/// What a request asks for, taken apart and decoded.
struct RequestTarget {
    /// Begins with "/", and is valid UTF-8 without control characters.
    std::string path;
    /// What stands behind "?", as it was sent.
    std::string query;
};

/// What is wrong with it.
struct TargetFault {
    int status = 400;
    std::string problem;
};

[[nodiscard]] Result<RequestTarget, TargetFault> parse_target(std::string_view target);

}  // namespace hearsay

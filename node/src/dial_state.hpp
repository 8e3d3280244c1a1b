#pragma once

#include <cstdint>

namespace hearsay {

/// What became of the connection that was dialled to an endpoint.
enum class DialState : std::uint8_t {
    /// There is none: never dialled, given up, or its name does not resolve.
    none,
    connecting,
    /// It stands, and brought no frame, or only refused ones.
    silent,
    heard,
};

}  // namespace hearsay

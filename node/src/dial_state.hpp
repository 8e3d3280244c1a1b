#pragma once

#include <cstdint>
#include <string>
#include <utility>

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

/// What is known of the connection that was dialled to an endpoint.
struct DialReport {
    DialReport(DialState its_state, std::string its_obstacle = {})  // NOLINT(*explicit*)
        : state(its_state), obstacle(std::move(its_obstacle)) {}

    DialState state = DialState::none;
    /// Why nobody is heard over it, in words that follow its name; empty if that is not known.
    std::string obstacle;
};

}  // namespace hearsay

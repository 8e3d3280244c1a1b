#pragma once

#include <cstdint>

namespace hearsay {

/// What has changed in a keyring that was read again.
enum class Renewal : std::uint8_t {
    /// Certificates, who is trusted, or what members that are dialled may listen with.
    certificates,
    /// The link secret or this node's key pair as well.
    pairs,
};

}  // namespace hearsay

#pragma once

#include <cstdint>

namespace hearsay {

/// What has changed in a keyring that was read again.
enum class Renewal : std::uint8_t {
    /// Certificates, and who is trusted.
    certificates,
    /// The secret of the links or this node's key pair as well.
    pairs,
};

}  // namespace hearsay

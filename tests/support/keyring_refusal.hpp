#pragma once

#include <optional>
#include <span>
#include <string>

#include "keyring.hpp"
#include "support/catch.hpp"

namespace hearsay::testing {

/// Why the keyring does not believe the certificate; nothing if it does.
inline std::optional<std::string> refusal(const Keyring& keyring,
                                          std::span<const std::byte> bytes) {
    std::string reason = "good";
    const bool is_good = keyring.read(bytes, &reason).has_value();
    CHECK(is_good == (reason == "good"));
    // What was asked before changes no answer.
    CHECK(keyring.read(bytes).has_value() == is_good);
    return is_good ? std::nullopt : std::optional(reason);
}

}  // namespace hearsay::testing

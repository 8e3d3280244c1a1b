#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hearsay {

/// A public key of CURVE (X25519).
using CurveKey = std::array<std::byte, 32>;

/// 64 lower-case hex digits: how ZeroMQ is told of a key, and tells it again.
[[nodiscard]] inline std::string user_id_of(const CurveKey& key) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    id.reserve(2 * key.size());
    for (const std::byte byte : key) {
        id += digits[std::to_integer<std::size_t>(byte >> 4U)];
        id += digits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
    }
    return id;
}

/// The key of these bytes; nothing if they are not as many as a key has.
[[nodiscard]] inline std::optional<CurveKey> curve_key_of(std::span<const std::byte> bytes) {
    CurveKey key{};
    if (bytes.size() != key.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
}

}  // namespace hearsay

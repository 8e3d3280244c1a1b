#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hearsay {

/// How far a node goes with its keys. A cluster moves to keys from the first to the last of these,
/// and back, while it runs: all nodes take one step before any takes the next.
enum class KeyUse : std::uint8_t {
    /// It listens without keys, and believes what is not proven. It proves what it says, and dials
    /// those that listen with keys.
    offered,
    /// It listens with keys. It still dials those that listen without, and believes what is not
    /// proven.
    preferred,
    /// It has links with keys alone, and believes what is proven.
    required,
};

/// One word.
[[nodiscard]] std::string_view text(KeyUse use);
[[nodiscard]] std::optional<KeyUse> parse_key_use(std::string_view word);

}  // namespace hearsay

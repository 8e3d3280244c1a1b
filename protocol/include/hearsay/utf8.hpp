#pragma once

#include <cstddef>
#include <string_view>

namespace hearsay {

/// The character that a text begins with.
struct Utf8Character {
    /// Its number in Unicode.
    char32_t code = 0;
    /// The bytes it takes; zero if those at the beginning are no valid UTF-8.
    std::size_t length = 0;
};

/// Reads one character: no longer spelling than needed, no surrogate, nothing above U+10FFFF.
/// REQUIRES: `text` is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text);

/// C0, DEL and C1: what a terminal obeys instead of showing it.
[[nodiscard]] bool is_control(char32_t code);

/// Whether all of it is valid UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace hearsay

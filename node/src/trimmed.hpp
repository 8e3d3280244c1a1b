#pragma once

#include <string_view>

namespace hearsay {

/// The text without spaces, tabs and ends of lines before and after it: a part of the same memory.
inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace hearsay

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

/// The words of sentences for people.

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

/// The words with commas between them.
[[nodiscard]] inline std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace hearsay

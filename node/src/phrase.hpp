#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

/// The words of sentences for people.

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    return std::string(1, '"').append(text).append(1, '"');
}

/// "1 node", "2 nodes"; `many` where the plural has no "s" behind it.
[[nodiscard]] inline std::string count_text(std::uint64_t count, std::string_view one,
                                            std::string_view many = {}) {
    std::string text = std::to_string(count) + " ";
    if (count == 1) return text.append(one);
    return many.empty() ? text.append(one).append("s") : text.append(many);
}

/// The words with commas between them.
[[nodiscard]] inline std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// "n1, n2 and n3".
[[nodiscard]] inline std::string listing(const std::vector<std::string>& words) {
    if (words.size() < 2) return joined(words);
    return joined({words.begin(), words.end() - 1}) + " and " + words.back();
}

}  // namespace hearsay

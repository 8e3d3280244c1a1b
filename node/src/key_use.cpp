#include "hearsay/key_use.hpp"

#include <array>
#include <cstddef>

namespace hearsay {
namespace {

constexpr std::array<std::string_view, 3> words{"offered", "preferred", "required"};

}  // namespace

std::string_view text(KeyUse use) {
    return words.at(static_cast<std::size_t>(use));
}

std::optional<KeyUse> parse_key_use(std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words.at(i) == word) return KeyUse{static_cast<std::uint8_t>(i)};
    return std::nullopt;
}

}  // namespace hearsay

#include "request_target.hpp"

#include <charconv>
#include <optional>
#include <system_error>

#include "hearsay/utf8.hpp"

namespace hearsay {

namespace {

/// The byte that two hex digits stand for; nothing if they are none.
std::optional<char> hex_byte(std::string_view digits) {
    unsigned value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value, 16);
    if (digits.size() != 2 || error != std::errc() || rest != end) return std::nullopt;
    return static_cast<char>(static_cast<unsigned char>(value));
}

/// "%41" becomes "A"; nothing if a "%" has no two hex digits behind it.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const auto byte = hex_byte(text.substr(i + 1, 2));
        if (!byte) return std::nullopt;
        decoded += *byte;
        i += 2;
    }
    return decoded;
}

bool has_control(std::string_view text) {
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        if (character.length == 0 || is_control(character.code)) return true;
        text.remove_prefix(character.length);
    }
    return false;
}

}  // namespace

Result<RequestTarget, TargetFault> parse_target(std::string_view target) {
    if (target.size() > target_bytes_max) {
        return TargetFault{414, "the path has " + std::to_string(target.size()) +
                                    " bytes; none here has more than " +
                                    std::to_string(target_bytes_max)};
    }
    if (!target.starts_with('/')) return TargetFault{400, "a path begins with \"/\""};
    const std::size_t end = std::min(target.find('?'), target.size());
    const auto path = percent_decoded(target.substr(0, end));
    if (!path) return TargetFault{400, "behind \"%\" stand two hex digits"};
    if (has_control(*path)) {
        return TargetFault{400, "a path is UTF-8 without control characters"};
    }
    return RequestTarget{*path, std::string(target.substr(std::min(end + 1, target.size())))};
}

}  // namespace hearsay

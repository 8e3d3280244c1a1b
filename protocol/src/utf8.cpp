#include "hearsay/utf8.hpp"

namespace hearsay {

namespace {

/// How a character that begins with a given byte goes on.
struct Form {
    std::size_t length = 0;
    /// Payload bits of the first byte.
    unsigned char mask = 0;
    /// The least character that needs this length: anything smaller is an overlong spelling.
    char32_t least = 0;
};

Form form_of(unsigned char first) {
    if (first < 0x80) return {.length = 1, .mask = 0x7f, .least = 0};
    if ((first & 0xe0U) == 0xc0) return {.length = 2, .mask = 0x1f, .least = 0x80};
    if ((first & 0xf0U) == 0xe0) return {.length = 3, .mask = 0x0f, .least = 0x800};
    if ((first & 0xf8U) == 0xf0) return {.length = 4, .mask = 0x07, .least = 0x10000};
    return {};
}

bool is_surrogate(char32_t code) {
    return code >= 0xd800 && code <= 0xdfff;
}

}  // namespace

Utf8Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const Form form = form_of(first);
    if (form.length == 0 || form.length > text.size()) return {};
    char32_t code = first & form.mask;
    for (const char next : text.substr(1, form.length - 1)) {
        const auto byte = static_cast<unsigned char>(next);
        if ((byte & 0xc0U) != 0x80) return {};
        code = (code << 6U) | (byte & 0x3fU);
    }
    const bool is_sound = code >= form.least && code <= 0x10ffff && !is_surrogate(code);
    return is_sound ? Utf8Character{.code = code, .length = form.length} : Utf8Character{};
}

bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_character(text).length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace hearsay

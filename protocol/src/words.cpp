#include "words.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "hearsay/codec.hpp"

namespace hearsay {

namespace {

/// How one UTF-8 character that begins with a given byte goes on.
struct Utf8Form {
    std::size_t length = 0;
    /// Payload bits of the first byte.
    std::uint32_t mask = 0;
    /// The least character that needs this length: anything smaller is an overlong spelling.
    std::uint32_t least = 0;
};

Utf8Form utf8_form(unsigned char first) {
    if (first < 0x80) return {.length = 1, .mask = 0x7f, .least = 0};
    if ((first & 0xe0U) == 0xc0) return {.length = 2, .mask = 0x1f, .least = 0x80};
    if ((first & 0xf0U) == 0xe0) return {.length = 3, .mask = 0x0f, .least = 0x800};
    if ((first & 0xf8U) == 0xf0) return {.length = 4, .mask = 0x07, .least = 0x10000};
    return {};
}

/// C0, DEL and C1: what a terminal obeys instead of showing it.
bool is_control(std::uint32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

bool is_surrogate(std::uint32_t character) {
    return character >= 0xd800 && character <= 0xdfff;
}

/// Bytes of the first character of `text`; zero if it is broken or a control character.
/// REQUIRES: `text` is not empty.
std::size_t text_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const Utf8Form form = utf8_form(first);
    if (form.length == 0 || form.length > text.size()) return 0;
    std::uint32_t character = first & form.mask;
    for (const char next : text.substr(1, form.length - 1)) {
        const auto byte = static_cast<unsigned char>(next);
        if ((byte & 0xc0U) != 0x80) return 0;
        character = (character << 6U) | (byte & 0x3fU);
    }
    const bool is_sound = character >= form.least && character <= 0x10ffff &&
                          !is_surrogate(character) && !is_control(character);
    return is_sound ? form.length : 0;
}

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = text_character(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_word(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool has_length(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most;
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && rest == end && port != 0;
}

bool is_host_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return colon != std::string_view::npos && colon > 0 && is_port(text.substr(colon + 1));
}

}  // namespace

bool is_cluster_name(std::string_view name) {
    return has_length(name, 1, limits::cluster_bytes_max) && is_word(name);
}

bool is_member_name(std::string_view name) {
    return has_length(name, 1, limits::name_bytes_max) && is_text(name);
}

bool is_endpoint(std::string_view endpoint) {
    if (!has_length(endpoint, 1, limits::endpoint_bytes_max) || !is_word(endpoint)) return false;
    const std::size_t separator = endpoint.find("://");
    if (separator == std::string_view::npos || separator == 0) return false;
    const std::string_view rest = endpoint.substr(separator + 3);
    return endpoint.starts_with("tcp://") ? is_host_and_port(rest) : !rest.empty();
}

bool is_tag_key(std::string_view key) {
    return has_length(key, 1, limits::tag_key_bytes_max) && is_text(key);
}

bool is_tag_value(std::string_view value) {
    return has_length(value, 0, limits::tag_value_bytes_max) && is_text(value);
}

}  // namespace hearsay

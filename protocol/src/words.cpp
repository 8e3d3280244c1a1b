#include "words.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "hearsay/codec.hpp"
#include "hearsay/survey.hpp"
#include "hearsay/utf8.hpp"

namespace hearsay {

namespace {

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        if (character.length == 0 || is_control(character.code)) return false;
        text.remove_prefix(character.length);
    }
    return true;
}

bool is_word(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
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
    return has_length(name, 1, limits::name_bytes_max) && name.front() != '.' &&
           name.front() != '-' && std::all_of(name.begin(), name.end(), is_name_byte);
}

bool is_program_version(std::string_view version) {
    return has_length(version, 1, limits::version_bytes_max) && is_word(version);
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

#include "terminal.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <unistd.h>

namespace hearsay {

namespace {

std::string_view escape(Paint paint) {
    switch (paint) {
        case Paint::none:
            return "";
        case Paint::green:
            return "\033[32m";
        case Paint::yellow:
            return "\033[33m";
        case Paint::red:
            return "\033[31m";
        case Paint::dim:
            return "\033[2m";
        case Paint::bold:
            return "\033[1m";
    }
    return "";
}

std::uint8_t byte_at(std::string_view text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xc0U) == 0x80U;
}

/// Bytes a UTF-8 character has according to its first byte; 0 if none begins like this.
std::size_t sequence_size(std::uint8_t first) {
    if (first < 0x80U) return 1;
    if (first >= 0xc2U && first < 0xe0U) return 2;
    if (first >= 0xe0U && first < 0xf0U) return 3;
    return first >= 0xf0U && first < 0xf5U ? 4 : 0;
}

/// Bytes of the printable character at `index`; 0 if there is none.
std::size_t character_size(std::string_view text, std::size_t index) {
    const std::uint8_t first = byte_at(text, index);
    const std::size_t size = sequence_size(first);
    if (size == 0 || index + size > text.size()) return 0;
    if (size == 1) return first >= 0x20U && first != 0x7fU ? 1 : 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(byte_at(text, index + i))) return 0;
    }
    // U+0080 to U+009F are control characters too.
    const bool is_control = first == 0xc2U && byte_at(text, index + 1) < 0xa0U;
    return is_control ? 0 : size;
}

}  // namespace

Color color_for(int file) {
    if (::isatty(file) == 0) return Color::off;
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    const bool is_unwanted = no_color != nullptr && *no_color != '\0';
    const bool is_dumb = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
    return is_unwanted || is_dumb ? Color::off : Color::on;
}

std::string paint(std::string_view text, Paint paint, Color color) {
    if (color == Color::off || paint == Paint::none) return std::string(text);
    return std::string(escape(paint)) + std::string(text) + "\033[0m";
}

std::string printable(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = character_size(text, i);
        if (size == 0) {
            result.push_back('?');
            ++i;
        } else {
            result.append(text.substr(i, size));
            i += size;
        }
    }
    return result;
}

std::size_t column_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_continuation(byte_at(text, i))) ++count;
    }
    return count;
}

std::string local_time_text(std::chrono::system_clock::time_point at) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    const std::time_t time = seconds.count();
    std::tm parts{};
    localtime_r(&time, &parts);
    std::array<char, 16> day{};
    const std::size_t size = std::strftime(day.data(), day.size(), "%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    const auto rest = static_cast<unsigned>((since - seconds).count());
    std::snprintf(fraction.data(), fraction.size(), ".%03u", rest % 1000U);
    return std::string(day.data(), size) + fraction.data();
}

}  // namespace hearsay

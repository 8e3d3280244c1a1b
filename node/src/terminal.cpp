#include "terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <unistd.h>

#include "hearsay/utf8.hpp"

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

struct Range {
    char32_t first = 0;
    char32_t last = 0;
};

/// Characters that are not seen but change what is, or hide in it: Unicode's
/// Default_Ignorable_Code_Point (soft hyphen, joiners, fillers, controls of direction, variation
/// selectors, tags), the separators of lines, and the annotation marks.
constexpr std::array<Range, 17> hidden{{
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
}};

bool is_hidden(char32_t code) {
    return std::any_of(hidden.begin(), hidden.end(), [code](const Range& range) {
        return code >= range.first && code <= range.last;
    });
}

/// Each byte as "\x1b".
std::string escaped_bytes(std::string_view bytes) {
    std::string result;
    for (const char byte : bytes) {
        std::array<char, 8> text{};
        std::snprintf(text.data(), text.size(), "\\x%02x",
                      static_cast<unsigned>(static_cast<unsigned char>(byte)));
        result += text.data();
    }
    return result;
}

/// "\u{202e}".
std::string escaped_code(char32_t code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "\\u{%x}", static_cast<unsigned>(code));
    return text.data();
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
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        const std::string_view bytes = text.substr(0, std::max(character.length, std::size_t{1}));
        if (character.length == 0 || is_control(character.code)) {
            result += escaped_bytes(bytes);
        } else if (is_hidden(character.code)) {
            result += escaped_code(character.code);
        } else {
            result += bytes;
        }
        text.remove_prefix(bytes.size());
    }
    return result;
}

std::string local_date_text(std::chrono::system_clock::time_point at) {
    const std::time_t time = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    localtime_r(&time, &parts);
    std::array<char, 16> day{};
    return {day.data(), std::strftime(day.data(), day.size(), "%Y-%m-%d", &parts)};
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

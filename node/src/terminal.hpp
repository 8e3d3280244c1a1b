#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hearsay {

enum class Color : std::uint8_t { off, on };
enum class Paint : std::uint8_t { none, green, yellow, red, dim, bold };

/// On if `file` is a terminal that shows colours and NO_COLOR is not set.
[[nodiscard]] Color color_for(int file);

/// `text` in colour, or as it is.
[[nodiscard]] std::string paint(std::string_view text, Paint paint, Color color);

/// `text` with bytes of control characters and of broken UTF-8 as "\x1b", and characters that are
/// not seen or change the direction as "\u{202e}": what other members say about themselves must
/// neither steer our terminal nor look like something else.
[[nodiscard]] std::string printable(std::string_view text);

/// "2026-11-23", in the time zone of this machine.
[[nodiscard]] std::string local_date_text(std::chrono::system_clock::time_point at);

/// "10:00:00.123", in the time zone of this machine.
[[nodiscard]] std::string local_time_text(std::chrono::system_clock::time_point at);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "terminal.hpp"

namespace hearsay {

/// What output is made for.
struct Screen {
    static constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();

    Color color = Color::off;
    /// Columns of a line; `endless` where lines are not looked at on a terminal.
    std::size_t width = endless;
};

/// The terminal behind `file`. Where there is none, COLUMNS says how wide a line may be, as `watch`
/// sets it; without it lines are endless, for other programs read them.
[[nodiscard]] Screen screen_for(int file);

/// Columns that printable text takes on a terminal: two for a wide character, none for a mark that
/// joins the character before it.
[[nodiscard]] std::size_t column_count(std::string_view text);

/// Printable text in at most `width` columns; where it is longer, its beginning and "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// Printable text in lines of at most `width` columns, broken at blanks. It stands behind `indent`
/// columns that are written already; the lines that follow begin with as many blanks. A word that
/// is longer than a line stays whole.
[[nodiscard]] std::string folded(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace hearsay

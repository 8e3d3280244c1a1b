#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terminal.hpp"

namespace hearsay::watch {

/// How characters look.
struct Style {
    Paint paint = Paint::none;
    bool is_reversed = false;

    bool operator==(const Style&) const = default;
};

/// Characters of one look.
struct Span {
    std::string text;
    Style style;
};

/// One line of a screen. All text is made printable as it is added.
class Line {
  public:
    Line& add(std::string_view text, Style style = {});
    Line& add(std::string_view text, Paint paint) { return add(text, Style{.paint = paint}); }

    /// Blanks up to this column; none if it is reached already.
    Line& pad(std::size_t column);

    /// Gives all of the line, and the rest of its row, this look.
    void cover(Style style);

    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }
    /// The look of the row behind the line.
    [[nodiscard]] Style rest() const { return rest_; }
    /// Its characters alone.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<Span> spans_;
    Style rest_;
    std::size_t width_ = 0;
};

/// Whole lines that `paint` has coloured, as lines of a screen.
[[nodiscard]] std::vector<Line> painted_lines(std::string_view text);

/// Which characters the screen can show.
enum class Charset : std::uint8_t { unicode, ascii };

/// The text in as many columns. For ASCII, what we draw with has a character of its own, and every
/// other column a question mark.
[[nodiscard]] std::string in_charset(std::string_view text, Charset charset);

}  // namespace hearsay::watch

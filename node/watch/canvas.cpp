#include "canvas.hpp"

#include <algorithm>
#include <string_view>

#include "hearsay/utf8.hpp"

#include "screen.hpp"

namespace hearsay::watch {

namespace {

/// Fills the columns of a row from left to right.
class Pen {
  public:
    Pen(std::vector<Glyph>& row, std::size_t column, std::size_t end)
        : row_(row), begin_(column), column_(column), end_(end) {}

    /// False if something found no room.
    bool write(std::string_view text, Style style) {
        while (!text.empty()) {
            const std::size_t length = std::max<std::size_t>(first_character(text).length, 1);
            if (!write_glyph(text.substr(0, length), style)) return false;
            text.remove_prefix(length);
        }
        return true;
    }

    void fill(Style style) {
        while (column_ < end_)
            row_[column_++] = Glyph{.style = style};
    }

    /// The last column, whatever it holds, says that there is more.
    void note_more(std::string_view mark) {
        if (begin_ == end_) return;
        const std::size_t last = end_ - 1;
        const Style style = row_[last].style;
        // Of a wide character nothing may stay.
        if (row_[last].text.empty() && last > begin_) row_[last - 1].text = Glyph().text;
        row_[last] = {.text = std::string(mark), .style = style};
    }

  private:
    bool write_glyph(std::string_view glyph, Style style) {
        const std::size_t columns = column_count(glyph);
        if (columns == 0) {
            if (column_ > begin_) last_written().text += glyph;
            return true;
        }
        if (column_ + columns > end_) return false;
        row_[column_++] = {.text = std::string(glyph), .style = style};
        if (columns == 2) row_[column_++] = {.text = {}, .style = style};
        return true;
    }

    /// REQUIRES: something was written.
    Glyph& last_written() {
        const bool is_wide = row_[column_ - 1].text.empty() && column_ > begin_ + 1;
        return row_[column_ - (is_wide ? 2 : 1)];
    }

    std::vector<Glyph>& row_;
    std::size_t begin_;
    std::size_t column_;
    std::size_t end_;
};

}  // namespace

Canvas::Canvas(Size size, Charset charset)
    : size_(size), charset_(charset), rows_(size.rows, std::vector<Glyph>(size.columns)) {}

void Canvas::put(std::size_t row, std::size_t column, std::size_t width, const Line& line) {
    if (row >= size_.rows || column >= size_.columns) return;
    Pen pen(rows_[row], column, std::min(size_.columns, column + width));
    bool is_whole = true;
    for (const Span& span : line.spans())
        is_whole = is_whole && pen.write(in_charset(span.text, charset_), span.style);
    pen.fill(line.rest());
    if (!is_whole) pen.note_more(in_charset("…", charset_));
}

std::string Canvas::row_text(std::size_t row) const {
    std::string text;
    for (const Glyph& glyph : rows_[row])
        text += glyph.text;
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace hearsay::watch

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "line.hpp"

namespace hearsay::watch {

/// Rows and columns of characters.
struct Size {
    std::size_t rows = 0;
    std::size_t columns = 0;

    bool operator==(const Size&) const = default;
};

/// What one column of a row shows. A wide character stands in the first of its two columns; the
/// second one is empty.
struct Glyph {
    std::string text = " ";
    Style style;
};

/// A grid of characters, to be drawn on and then shown at once.
class Canvas {
  public:
    Canvas(Size size, Charset charset);

    [[nodiscard]] Size size() const { return size_; }

    /// Shows the line from this column on, in at most `width` columns, and gives the rest of them
    /// its look. What is too long ends in "…". What lies outside of the canvas is not shown.
    void put(std::size_t row, std::size_t column, std::size_t width, const Line& line);
    void put(std::size_t row, const Line& line) { put(row, 0, size_.columns, line); }

    /// REQUIRES: there is such a row.
    [[nodiscard]] const std::vector<Glyph>& row(std::size_t row) const { return rows_[row]; }
    /// Its characters, without blanks at the end.
    [[nodiscard]] std::string row_text(std::size_t row) const;

  private:
    Size size_;
    Charset charset_;
    std::vector<std::vector<Glyph>> rows_;
};

}  // namespace hearsay::watch

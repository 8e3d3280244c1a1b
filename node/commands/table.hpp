#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "screen.hpp"

namespace hearsay {

/// One entry of a table.
struct Cell {
    std::string text;
    Paint paint = Paint::none;
};

/// What a column does where the lines of its table are wider than the screen. Columns that are
/// `shortened_first` give way, then those that are `left_out`, then those that are `shortened`. The
/// last column may be `folded` into further lines instead.
enum class Fit : std::uint8_t { whole, shortened_first, left_out, shortened, folded };

struct Column {
    std::string heading;
    Fit fit = Fit::whole;
};

/// Rows in aligned columns, for eyes. Text is made printable; the last column is not padded.
class Table {
  public:
    explicit Table(std::vector<Column> columns);

    /// REQUIRES: as many cells as columns.
    void add_row(std::vector<Cell> cells);

    /// The lines, each with its end. Columns that are empty in all rows are left out. No line is
    /// wider than the screen, if its columns can be shortened by so much.
    [[nodiscard]] std::string text(Screen screen) const;

  private:
    [[nodiscard]] std::vector<std::size_t> natural_widths() const;
    void shorten(std::vector<std::size_t>& widths, Fit fit, std::size_t width) const;
    void leave_out(std::vector<std::size_t>& widths, std::size_t width) const;
    [[nodiscard]] std::string row_text(const std::vector<Cell>& cells,
                                       const std::vector<std::size_t>& widths, Color color) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace hearsay

#pragma once

#include <string>
#include <vector>

#include "terminal.hpp"

namespace hearsay {

/// One entry of a table.
struct Cell {
    std::string text;
    Paint paint = Paint::none;
};

/// Rows in aligned columns, for eyes. Text is made printable; the last column is not padded.
class Table {
  public:
    explicit Table(const std::vector<std::string>& headings);

    /// REQUIRES: as many cells as headings.
    void add_row(std::vector<Cell> cells);

    /// The lines, each with its end. Columns that are empty in all rows are left out.
    [[nodiscard]] std::string text(Color color) const;

  private:
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace hearsay

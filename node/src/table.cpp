#include "table.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay {

namespace {

/// Widths of the columns; zero for those without content below the heading.
std::vector<std::size_t> column_widths(const std::vector<std::vector<Cell>>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (std::size_t row = 1; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            const std::size_t width = column_count(rows[row][column].text);
            widths[column] = std::max(widths[column], width);
        }
    }
    for (std::size_t column = 0; column < widths.size(); ++column) {
        const std::size_t heading = column_count(rows.front()[column].text);
        if (widths[column] > 0) widths[column] = std::max(widths[column], heading);
    }
    return widths;
}

std::string row_text(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                     Color color) {
    std::string text;
    std::size_t missing = 0;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        if (widths[column] == 0) continue;
        const Cell& cell = cells[column];
        if (!cell.text.empty()) {
            text += std::string(missing, ' ') + paint(cell.text, cell.paint, color);
            missing = 0;
        }
        missing += widths[column] - column_count(cell.text) + 2;
    }
    return text + "\n";
}

}  // namespace

Table::Table(const std::vector<std::string>& headings) {
    std::vector<Cell> cells;
    cells.reserve(headings.size());
    for (const std::string& heading : headings) {
        cells.push_back({.text = heading, .paint = Paint::bold});
    }
    rows_.push_back(std::move(cells));
}

void Table::add_row(std::vector<Cell> cells) {
    HEARSAY_CHECK(cells.size() == rows_.front().size());
    for (Cell& cell : cells)
        cell.text = printable(cell.text);
    rows_.push_back(std::move(cells));
}

std::string Table::text(Color color) const {
    const std::vector<std::size_t> widths = column_widths(rows_);
    std::string text;
    for (const std::vector<Cell>& row : rows_)
        text += row_text(row, widths, color);
    return text;
}

}  // namespace hearsay

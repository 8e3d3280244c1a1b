#include "table.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay {

namespace {

constexpr std::size_t gap = 2;
/// A column is shortened to this, and not beyond: less of a name or an address says nothing.
constexpr std::size_t column_min = 12;

/// Columns of a line with these columns; zero is a column that is left out.
std::size_t line_width(const std::vector<std::size_t>& widths) {
    const auto shown = static_cast<std::size_t>(
        std::count_if(widths.begin(), widths.end(), [](std::size_t width) { return width > 0; }));
    const std::size_t sum = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
    return sum + gap * (std::max<std::size_t>(shown, 1) - 1);
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (std::size_t column = 0; column + 1 < columns_.size(); ++column)
        HEARSAY_CHECK(columns_[column].fit != Fit::folded);
    std::vector<Cell> headings;
    headings.reserve(columns_.size());
    for (const Column& column : columns_)
        headings.push_back({.text = column.heading, .paint = Paint::bold});
    rows_.push_back(std::move(headings));
}

void Table::add_row(std::vector<Cell> cells) {
    HEARSAY_CHECK(cells.size() == columns_.size());
    for (Cell& cell : cells)
        cell.text = printable(cell.text);
    rows_.push_back(std::move(cells));
}

/// Widths of the columns; zero for those without content below the heading.
std::vector<std::size_t> Table::natural_widths() const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (std::size_t column = 0; column < widths.size(); ++column) {
        for (std::size_t row = 1; row < rows_.size(); ++row)
            widths[column] = std::max(widths[column], column_count(rows_[row][column].text));
        const std::size_t heading = column_count(columns_[column].heading);
        if (widths[column] > 0) widths[column] = std::max(widths[column], heading);
    }
    return widths;
}

/// Takes from the widest column of this fit, column by column, until the line fits.
void Table::shorten(std::vector<std::size_t>& widths, Fit fit, std::size_t width) const {
    while (line_width(widths) > width) {
        std::size_t* widest = nullptr;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            if (columns_[column].fit != fit || widths[column] <= column_min) continue;
            if (widest == nullptr || widths[column] > *widest) widest = &widths[column];
        }
        if (widest == nullptr) return;
        --*widest;
    }
}

void Table::leave_out(std::vector<std::size_t>& widths, std::size_t width) const {
    for (std::size_t column = 0; column < widths.size(); ++column) {
        if (line_width(widths) <= width) return;
        if (columns_[column].fit == Fit::left_out) widths[column] = 0;
    }
}

std::string Table::row_text(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                            Color color) const {
    std::string text;
    std::size_t begin = 0;
    std::size_t missing = 0;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        const std::size_t width = widths[column];
        if (width == 0) continue;
        const Cell& cell = cells[column];
        const bool is_folded = columns_[column].fit == Fit::folded;
        const std::string shown =
            is_folded ? folded(cell.text, begin + width, begin) : shortened(cell.text, width);
        if (!shown.empty()) {
            text += std::string(missing, ' ') + paint(shown, cell.paint, color);
            missing = 0;
        }
        const std::size_t taken = is_folded ? 0 : column_count(shown);
        missing += width - taken + gap;
        begin += width + gap;
    }
    return text + "\n";
}

std::string Table::text(Screen screen) const {
    std::vector<std::size_t> widths = natural_widths();
    shorten(widths, Fit::folded, screen.width);
    shorten(widths, Fit::shortened_first, screen.width);
    leave_out(widths, screen.width);
    shorten(widths, Fit::shortened, screen.width);
    std::string text;
    for (const std::vector<Cell>& row : rows_)
        text += row_text(row, widths, screen.color);
    return text;
}

}  // namespace hearsay

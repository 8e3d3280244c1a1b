#include "strip.hpp"

#include <algorithm>
#include <cstring>

#include "screen.hpp"

namespace hearsay::watch {

namespace {

/// Characters between two gaps, so that places can be counted.
constexpr std::size_t group = 10;
constexpr std::size_t cell_gap = 2;
constexpr std::size_t label_max = 12;

class Strip {
  public:
    Strip(const std::vector<Row>& rows, const std::string& chosen, const std::string& filter,
          std::size_t width)
        : rows_(rows), chosen_(chosen), filter_(filter), width_(width) {
        for (const Row& row : rows)
            name_width_ = std::max(name_width_, column_count(printable(row.name)));
    }

    /// How many names fit a line; zero if not one does.
    [[nodiscard]] std::size_t names_per_line() const {
        return (width_ + cell_gap - 1) / (name_width_ + 2 + cell_gap);
    }

    [[nodiscard]] std::vector<Line> with_names(std::size_t per_line) const {
        std::vector<Line> lines;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (i % per_line == 0) lines.emplace_back().add(" ");
            const Row& row = rows_[i];
            Line& line = lines.back();
            line.pad(1 + i % per_line * (name_width_ + 2 + cell_gap));
            line.add(glyph_of(row), style_of(row));
            line.add(" ").add(row.name, is_shown(row) ? Style{} : Style{.paint = Paint::dim});
        }
        return lines;
    }

    [[nodiscard]] std::vector<Line> bare(std::size_t lines_max) const {
        const std::size_t label = label_width();
        const std::size_t room = width_ - label - 1;
        const std::size_t per_line = std::max<std::size_t>(room - room / (group + 1), 1);
        const std::size_t places = per_line * lines_max;
        const std::size_t per_glyph = (rows_.size() + places - 1) / places;
        std::vector<Line> lines;
        for (std::size_t i = 0; i * per_glyph < rows_.size(); ++i) {
            const std::size_t first = i * per_glyph;
            if (i % per_line == 0) lines.push_back(labelled(first, label));
            if (i % per_line != 0 && i % per_line % group == 0) lines.back().add(" ");
            add_worst(lines.back(), first, std::min(first + per_glyph, rows_.size()));
        }
        return lines;
    }

  private:
    [[nodiscard]] bool is_shown(const Row& row) const { return matches(row, filter_); }

    [[nodiscard]] Style style_of(const Row& row) const {
        return {.paint = is_shown(row) ? paint_of(row) : Paint::dim,
                .is_reversed = row.name == chosen_};
    }

    /// A narrow screen has no room for more than the characters.
    [[nodiscard]] std::size_t label_width() const {
        return width_ < 40 ? 0 : std::min(name_width_, label_max) + 1;
    }

    [[nodiscard]] Line labelled(std::size_t first, std::size_t label) const {
        Line line;
        line.add(" ");
        if (label > 0) line.add(shortened(printable(rows_[first].name), label - 1), Paint::dim);
        return line.pad(1 + label);
    }

    void add_worst(Line& line, std::size_t first, std::size_t end) const {
        const auto begin = rows_.begin();
        const auto worst = std::min_element(
            begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end),
            [](const Row& one, const Row& other) { return one.condition < other.condition; });
        Style style = style_of(*worst);
        for (std::size_t i = first; i < end; ++i)
            style.is_reversed = style.is_reversed || rows_[i].name == chosen_;
        line.add(glyph_of(*worst), style);
    }

    const std::vector<Row>& rows_;
    const std::string& chosen_;
    const std::string& filter_;
    std::size_t width_;
    std::size_t name_width_ = 0;
};

}  // namespace

std::vector<Line> strip(std::vector<Row> rows, const std::string& chosen, const std::string& filter,
                        std::size_t width, std::size_t lines_max) {
    if (rows.empty() || width < 4) return {};
    std::sort(rows.begin(), rows.end(), [](const Row& one, const Row& other) {
        return ::strverscmp(one.name.c_str(), other.name.c_str()) < 0;
    });
    const Strip strip(rows, chosen, filter, width);
    const std::size_t per_line = strip.names_per_line();
    const bool has_room = per_line > 0 && (rows.size() + per_line - 1) / per_line <= lines_max;
    return has_room ? strip.with_names(per_line) : strip.bare(lines_max);
}

}  // namespace hearsay::watch

#include "drawing.hpp"

#include <algorithm>
#include <utility>

#include "answer.hpp"
#include "headline.hpp"
#include "panes.hpp"
#include "roster.hpp"
#include "screen.hpp"
#include "strip.hpp"

namespace hearsay::watch {

namespace {

/// From so many columns on, list and pane stand side by side.
constexpr std::size_t wide_from = 120;
/// From so many rows on there is room for more than the essential.
constexpr std::size_t roomy_from = 20;
constexpr std::size_t facts_from = 10;
constexpr std::size_t footer_from = 8;
/// A list of so many rows says how much more there is.
constexpr std::size_t marks_from = 8;

/// A part of the screen.
struct Region {
    std::size_t row = 0;
    std::size_t column = 0;
    Size size;
};

std::vector<Row> filtered(const std::vector<Row>& rows, const std::string& filter) {
    std::vector<Row> kept;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
                 [&](const Row& row) { return matches(row, filter); });
    return kept;
}

std::vector<std::string> names_of(const std::vector<Row>& rows) {
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const Row& row : rows)
        names.push_back(row.name);
    return names;
}

class Drawing {
  public:
    Drawing(const Scene& scene, const Model& model, const Look& look)
        : scene_(scene), model_(model), look_(look), drawn_{Canvas(look.size, look.charset)} {
        all_ = rows_of(scene, look.now);
        shown_ = filtered(all_, model.filter());
        chosen_ = model.chosen(names_of(shown_));
        bottom_ = look.size.rows;
    }

    Drawn draw() {
        add_top();
        if (look_.size.rows >= footer_from) {
            canvas().put(--bottom_, footer(model_, shown_.size(), all_.size(), columns()));
        }
        if (is_roomy()) --bottom_;
        if (top_ < bottom_) add_body({.row = top_, .column = 0, .size = {rows_left(), columns()}});
        return std::move(drawn_);
    }

  private:
    Canvas& canvas() { return drawn_.canvas; }
    [[nodiscard]] std::size_t columns() const { return look_.size.columns; }
    [[nodiscard]] std::size_t rows_left() const { return bottom_ - top_; }

    /// Whether there is room for blank rows. Text that fills the screen needs all of them.
    [[nodiscard]] bool is_roomy() const {
        const bool is_filled = model_.pane() != Pane::events && columns() < wide_from;
        return look_.size.rows >= roomy_from && !is_filled;
    }

    void add_top() {
        const std::size_t rows = look_.size.rows;
        canvas().put(top_++, headline(scene_, verdict_of(scene_, all_, look_.now), look_.frozen_ms,
                                      columns()));
        if (rows >= facts_from) canvas().put(top_++, facts(scene_, all_, look_.now, columns()));
        if (is_roomy()) ++top_;
        const std::size_t lines_max = std::max<std::size_t>(rows / 5, 1);
        for (const Line& line : strip(all_, chosen_, model_.filter(), columns(), lines_max))
            canvas().put(top_++, line);
        if (is_roomy()) ++top_;
    }

    void add_body(Region region) {
        if (columns() >= wide_from) {
            add_side_by_side(region);
        } else if (model_.pane() == Pane::events) {
            add_one_below_the_other(region);
        } else {
            add_pane(region);
            drawn_.page_rows = region.size.rows;
        }
    }

    void add_side_by_side(Region region) {
        const std::size_t left = columns() * 11 / 20;
        Line border;
        border.add("│", Paint::dim);
        for (std::size_t row = top_; row < bottom_; ++row)
            canvas().put(row, left, 1, border);
        Region list = region;
        list.size.columns = left - 1;
        add_roster(list, list_for(list.size));
        Region pane = region;
        pane.column = left + 1;
        pane.size.columns = columns() - left - 1;
        add_pane(pane);
    }

    /// The list takes what it needs, but leaves the events some rows.
    void add_one_below_the_other(Region region) {
        const std::size_t height = region.size.rows;
        const std::size_t events_min = height >= 14 ? 7 : height >= 8 ? 3 : 0;
        Region upper = region;
        upper.size.rows = height - events_min;
        const Roster list = list_for(upper.size);
        upper.size.rows = std::min(list.lines.size(), upper.size.rows);
        add_roster(upper, list);
        Region lower = region;
        lower.row += upper.size.rows;
        lower.size.rows -= upper.size.rows;
        const bool has_gap = lower.size.rows > 6;
        if (has_gap) ++lower.row;
        if (has_gap) --lower.size.rows;
        if (lower.size.rows >= 2) add_pane(lower);
        drawn_.page_rows = std::max<std::size_t>(upper.size.rows, 2) - 1;
    }

    [[nodiscard]] Roster list_with(Headings headings, Size size) const {
        return roster(shown_, word(scene_.members.answer, "name"), chosen_, headings, size.columns);
    }

    /// The list for so many rows, which it may exceed. It is spaced if it then still fits.
    [[nodiscard]] Roster list_for(Size size) const {
        Roster list = list_with(Headings::spaced, size);
        if (list.lines.size() > size.rows)
            list = list_with(size.rows < 6 ? Headings::off : Headings::on, size);
        const bool is_filtered = !model_.filter().empty();
        if (shown_.empty()) {
            list.lines.emplace_back().add(
                is_filtered ? " No member matches the filter." : " No member is known yet.",
                Paint::dim);
        }
        return list;
    }

    /// The chosen member stays in sight.
    void add_roster(const Region& region, const Roster& list) {
        const std::size_t height = region.size.rows;
        const std::size_t last = list.lines.size() - std::min(list.lines.size(), height);
        const std::size_t middle = list.chosen_line - std::min(list.chosen_line, height / 2);
        const std::size_t first = std::min(middle, last);
        put_lines(region, list.lines, first);
        drawn_.page_rows = height;
        const bool has_more = first < last && height >= marks_from;
        if (!has_more || list.chosen_line + 1 == first + height) return;
        const std::string more = " … " + std::to_string(last - first + 1) + " more lines";
        canvas().put(region.row + height - 1, region.column, region.size.columns,
                     Line().add(more, Paint::dim));
    }

    void add_pane(Region region) {
        const PaneText pane = pane_text(scene_, model_, chosen_, look_.now, region.size.columns);
        if (region.size.rows == 0) return;
        const std::size_t height = region.size.rows - 1;
        const std::size_t count = pane.lines.size();
        drawn_.scroll_max = count - std::min(count, height);
        const std::size_t first = std::min(model_.scroll(), drawn_.scroll_max);
        canvas().put(region.row, region.column, region.size.columns,
                     heading(pane.title, more_of(pane, first, height), region.size.columns));
        ++region.row;
        --region.size.rows;
        put_lines(region, pane.lines, first);
    }

    /// Where the pane stands, if it has more than it can show.
    [[nodiscard]] std::string more_of(const PaneText& pane, std::size_t first,
                                      std::size_t height) const {
        const bool is_whole = pane.lines.size() <= height || model_.pane() == Pane::events;
        if (is_whole) return pane.more;
        const std::string place = std::to_string(first + 1) + " to " +
                                  std::to_string(first + height) + " of " +
                                  std::to_string(pane.lines.size());
        return pane.more.empty() ? place : pane.more + ", " + place;
    }

    void put_lines(const Region& region, const std::vector<Line>& lines, std::size_t first) {
        for (std::size_t i = 0; i < region.size.rows && first + i < lines.size(); ++i)
            canvas().put(region.row + i, region.column, region.size.columns, lines[first + i]);
    }

    const Scene& scene_;
    const Model& model_;
    const Look& look_;
    Drawn drawn_;
    std::vector<Row> all_;
    std::vector<Row> shown_;
    std::string chosen_;
    std::size_t top_ = 0;
    std::size_t bottom_ = 0;
};

}  // namespace

Drawn draw(const Scene& scene, const Model& model, const Look& look) {
    return Drawing(scene, model, look).draw();
}

std::vector<std::string> listed_names(const Scene& scene, const Model& model, Instant now) {
    return names_of(filtered(rows_of(scene, now), model.filter()));
}

std::string plain_picture(const Scene& scene, std::size_t width, Charset charset, Instant now) {
    constexpr std::size_t usual = 80;
    const std::size_t columns = width == Screen::endless ? usual : width;
    const std::vector<Row> rows = rows_of(scene, now);
    std::vector<Line> lines{headline(scene, verdict_of(scene, rows, now), std::nullopt, columns),
                            facts(scene, rows, now, columns), Line()};
    const auto add_all = [&lines](const std::vector<Line>& more) {
        lines.insert(lines.end(), more.begin(), more.end());
    };
    add_all(strip(rows, "", "", columns, rows.size() + 1));
    lines.emplace_back();
    add_all(roster(rows, word(scene.members.answer, "name"), "", Headings::on, columns).lines);
    std::string text;
    for (const Line& line : lines) {
        std::string shown = in_charset(shortened(line.text(), width), charset);
        shown.erase(shown.find_last_not_of(' ') + 1);
        text += shown + "\n";
    }
    return text;
}

}  // namespace hearsay::watch

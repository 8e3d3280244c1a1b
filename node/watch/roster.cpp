#include "roster.hpp"

#include <algorithm>
#include <string_view>

#include "answer.hpp"
#include "headline.hpp"
#include "screen.hpp"

namespace hearsay::watch {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t state_width = 7;
/// What stands before the name: a blank, the character of the state, a blank.
constexpr std::size_t lead = 3;

/// The parts of the list.
enum class Part : std::uint8_t { attention, observed, others, left };

Part part_of(const Row& row) {
    if (row.needs_attention()) return Part::attention;
    if (row.condition == Condition::left) return Part::left;
    return row.is_self || row.is_observed ? Part::observed : Part::others;
}

std::string title_of(Part part, const std::string& node) {
    switch (part) {
        case Part::attention:
            return "NEEDS ATTENTION";
        case Part::observed:
            return "OBSERVED BY " + node;
        case Part::others:
            return "VIA GOSSIP";
        case Part::left:
            return "LEFT";
    }
    return "";
}

/// The columns of the list, as wide as their content.
struct Widths {
    std::size_t name = 0;
    std::size_t age = 0;
    std::size_t bar = 0;
    std::size_t silence = 0;
    std::size_t place = 0;
};

std::string silence_text(const Silence& silence) {
    return span_text(silence.was) + " of " + span_text(silence.allowed);
}

/// Columns up to what stands behind the silence.
std::size_t taken(const Widths& widths) {
    const std::size_t bar = widths.bar > 0 ? widths.bar + 1 : 0;
    return lead + widths.name + gap + state_width + gap + widths.age + gap + bar + widths.silence +
           gap;
}

Widths widths_of(const std::vector<Row>& rows, std::size_t width) {
    constexpr std::size_t name_min = 8;
    constexpr std::size_t bars_from = 50;
    Widths widths;
    std::size_t tags = 0;
    for (const Row& row : rows) {
        widths.name = std::max(widths.name, column_count(printable(row.name)));
        widths.age = std::max(widths.age, column_count(age_text(row.in_state_ms)));
        if (row.silence)
            widths.silence = std::max(widths.silence, column_count(silence_text(*row.silence)));
        widths.place = std::max(widths.place, column_count(printable(row.place)));
        tags = std::max(tags, column_count(printable(row.tags)));
    }
    widths.name = std::min(widths.name, std::max(width / 3, name_min));
    widths.bar = width < bars_from ? 0 : std::clamp<std::size_t>(width / 7, 8, 20);
    // Tags say more than addresses.
    if (taken(widths) + widths.place + (tags > 0 ? gap + tags : 0) > width) widths.place = 0;
    return widths;
}

void add_bar(Line& line, const Silence& silence, std::size_t width) {
    const std::uint64_t halves_max = 2 * width;
    const std::uint64_t halves =
        std::min(halves_max, (silence.was * halves_max + silence.allowed / 2) / silence.allowed);
    const bool is_over = silence.was >= silence.allowed;
    const bool is_high = 3 * silence.was >= 2 * silence.allowed;
    std::string full;
    for (std::uint64_t half = 1; half < halves; half += 2)
        full += "━";
    if (halves % 2 == 1) full += "╸";
    std::string rest;
    for (std::size_t column = (halves + 1) / 2; column < width; ++column)
        rest += "─";
    line.add(full, is_over ? Paint::red : is_high ? Paint::yellow : Paint::green);
    line.add(rest, Paint::dim);
}

/// How the node hears a member that is well.
void add_hearing(Line& line, const Row& row, const Widths& widths) {
    if (row.is_self) {
        line.add("this node", Paint::dim);
    } else if (row.condition == Condition::alive && !row.silence) {
        line.add("via gossip", Paint::dim);
    } else if (row.silence) {
        if (widths.bar > 0) add_bar(line, *row.silence, widths.bar);
        if (widths.bar > 0) line.add(" ");
        line.add(silence_text(*row.silence));
    }
    line.pad(taken(widths));
}

Line line_of(const Row& row, const Widths& widths) {
    Line line;
    line.add(" ").add(glyph_of(row), paint_of(row)).add(" ");
    line.add(shortened(printable(row.name), widths.name));
    line.pad(lead + widths.name + gap).add(row.state, paint_of(row));
    line.pad(lead + widths.name + gap + state_width + gap).add(age_text(row.in_state_ms));
    line.pad(lead + widths.name + gap + state_width + gap + widths.age + gap);
    if (row.needs_attention()) return line.add(row.reason);
    add_hearing(line, row, widths);
    const std::size_t begin = line.width();
    if (widths.place > 0) line.add(row.place, Paint::dim).pad(begin + widths.place + gap);
    return line.add(row.tags, Paint::dim);
}

/// The node does not observe itself.
std::size_t count_of(const std::vector<Row>& rows, Part part) {
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [part](const Row& row) {
        return part_of(row) == part && (part != Part::observed || !row.is_self);
    }));
}

}  // namespace

Roster roster(const std::vector<Row>& rows, const std::string& node, const std::string& chosen,
              Headings headings, std::size_t width) {
    const Widths widths = widths_of(rows, width);
    Roster roster;
    const Row* former = nullptr;
    for (const Row& row : rows) {
        const Part part = part_of(row);
        const bool is_first = former == nullptr || part_of(*former) != part;
        const bool is_spaced = headings == Headings::spaced && former != nullptr;
        if (is_first && is_spaced) roster.lines.emplace_back();
        if (is_first && headings != Headings::off) {
            roster.lines.push_back(
                heading(title_of(part, node), std::to_string(count_of(rows, part)), width));
        }
        if (row.name == chosen) roster.chosen_line = roster.lines.size();
        roster.lines.push_back(line_of(row, widths));
        if (row.name == chosen) roster.lines.back().cover({.is_reversed = true});
        former = &row;
    }
    return roster;
}

}  // namespace hearsay::watch

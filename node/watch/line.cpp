#include "line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hearsay/utf8.hpp"

#include "screen.hpp"

namespace hearsay::watch {

namespace {

constexpr char escape = '\033';

/// The paint of what stands between "\033[" and "m".
Paint paint_of(std::string_view code) {
    constexpr std::array<std::pair<std::string_view, Paint>, 5> paints{{{"31", Paint::red},
                                                                        {"32", Paint::green},
                                                                        {"33", Paint::yellow},
                                                                        {"1", Paint::bold},
                                                                        {"2", Paint::dim}}};
    for (const auto& [known, paint] : paints)
        if (known == code) return paint;
    return Paint::none;
}

Line painted_line(std::string_view text) {
    Line line;
    Paint paint = Paint::none;
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find(escape), text.size());
        line.add(text.substr(0, plain), paint);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const std::size_t end = std::min(text.find('m'), text.size() - 1);
        paint = end > 2 ? paint_of(text.substr(2, end - 2)) : Paint::none;
        text.remove_prefix(end + 1);
    }
    return line;
}

/// What stands for the characters that we draw with where there is only ASCII.
char ascii_of(char32_t code) {
    constexpr std::array<std::pair<char32_t, char>, 17> known{{{U'●', 'o'},
                                                               {U'◉', '@'},
                                                               {U'◐', '%'},
                                                               {U'▲', '?'},
                                                               {U'✗', 'X'},
                                                               {U'○', '-'},
                                                               {U'━', '='},
                                                               {U'╸', '-'},
                                                               {U'─', '-'},
                                                               {U'│', '|'},
                                                               {U'╌', '.'},
                                                               {U'·', '|'},
                                                               {U'…', '~'},
                                                               {U'↑', '^'},
                                                               {U'↓', 'v'},
                                                               {U'⏎', '<'},
                                                               {U'▏', '|'}}};
    for (const auto& [ours, stand_in] : known)
        if (ours == code) return stand_in;
    return '?';
}

}  // namespace

Line& Line::add(std::string_view text, Style style) {
    if (text.empty()) return *this;
    std::string shown = printable(text);
    width_ += column_count(shown);
    if (!spans_.empty() && spans_.back().style == style) {
        spans_.back().text += shown;
    } else {
        spans_.push_back({.text = std::move(shown), .style = style});
    }
    return *this;
}

Line& Line::pad(std::size_t column) {
    return column > width_ ? add(std::string(column - width_, ' ')) : *this;
}

void Line::cover(Style style) {
    rest_ = style;
    for (Span& span : spans_)
        span.style = style;
}

std::string Line::text() const {
    std::string text;
    for (const Span& span : spans_)
        text += span.text;
    return text;
}

std::vector<Line> painted_lines(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(painted_line(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string in_charset(std::string_view text, Charset charset) {
    if (charset == Charset::unicode) return std::string(text);
    std::string shown;
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        const std::size_t length = std::max<std::size_t>(character.length, 1);
        const bool is_ascii = length == 1;
        if (is_ascii) shown += text.front();
        if (!is_ascii) shown.append(column_count(text.substr(0, length)), ascii_of(character.code));
        text.remove_prefix(length);
    }
    return shown;
}

}  // namespace hearsay::watch

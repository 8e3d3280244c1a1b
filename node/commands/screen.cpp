#include "screen.hpp"

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <optional>

#include <sys/ioctl.h>
#include <unistd.h>

#include "hearsay/utf8.hpp"

namespace hearsay {

namespace {

/// Narrower lines show nothing that helps; such a terminal breaks them itself.
constexpr std::size_t width_min = 40;

std::optional<std::size_t> terminal_width(int file) {
    winsize size{};
    if (::isatty(file) == 0 || ::ioctl(file, TIOCGWINSZ, &size) != 0) return std::nullopt;
    return size.ws_col == 0 ? std::nullopt : std::optional<std::size_t>(size.ws_col);
}

std::optional<std::size_t> width_in_environment() {
    const char* text = std::getenv("COLUMNS");
    if (text == nullptr) return std::nullopt;
    const std::string_view digits(text);
    std::size_t width = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), width);
    if (error != std::errc{} || end != digits.end() || width == 0) return std::nullopt;
    return width;
}

/// The C library knows how wide each character is, but tells it for the locale of the thread, and
/// ours may be one without these characters.
class UnicodeLocale {
  public:
    UnicodeLocale() : former_(::uselocale(unicode())) {}
    ~UnicodeLocale() { ::uselocale(former_); }
    UnicodeLocale(const UnicodeLocale&) = delete;
    UnicodeLocale& operator=(const UnicodeLocale&) = delete;

  private:
    static locale_t unicode() {
        static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }

    locale_t former_;
};

std::size_t columns_of(char32_t code) {
    const int columns = ::wcwidth(static_cast<wchar_t>(code));
    return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

/// The first character and its columns; what is no character counts as one byte and one column.
struct Glyph {
    std::string_view bytes;
    std::size_t columns = 1;
};

Glyph first_glyph(std::string_view text) {
    const Utf8Character character = first_character(text);
    if (character.length == 0) return {.bytes = text.substr(0, 1), .columns = 1};
    return {.bytes = text.substr(0, character.length), .columns = columns_of(character.code)};
}

/// As much of the text as fits.
std::string_view fitting(std::string_view text, std::size_t width) {
    std::size_t size = 0;
    std::size_t columns = 0;
    while (size < text.size()) {
        const Glyph glyph = first_glyph(text.substr(size));
        if (columns + glyph.columns > width) break;
        columns += glyph.columns;
        size += glyph.bytes.size();
    }
    return text.substr(0, size);
}

}  // namespace

Screen screen_for(int file) {
    const auto width = terminal_width(file);
    const std::size_t columns = width ? *width : width_in_environment().value_or(Screen::endless);
    return {.color = color_for(file), .width = std::max(columns, width_min)};
}

std::size_t column_count(std::string_view text) {
    const UnicodeLocale locale;
    std::size_t columns = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        columns += glyph.columns;
        text.remove_prefix(glyph.bytes.size());
    }
    return columns;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (width == Screen::endless || column_count(text) <= width) return std::string(text);
    if (width == 0) return "";
    const UnicodeLocale locale;
    return std::string(fitting(text, width - 1)) + "…";
}

std::string folded(std::string_view text, std::size_t width, std::size_t indent) {
    if (width == Screen::endless) return std::string(text);
    std::string result;
    std::size_t columns = indent;
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, blank);
        const std::size_t word_columns = column_count(word);
        if (!result.empty() && columns + 1 + word_columns > width) {
            result += "\n" + std::string(indent, ' ');
            columns = indent;
        } else if (!result.empty()) {
            result += " ";
            ++columns;
        }
        result += word;
        columns += word_columns;
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return result;
}

}  // namespace hearsay

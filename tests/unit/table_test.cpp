#include "table.hpp"

#include <string>

#include "support/catch.hpp"
#include "terminal.hpp"

namespace hearsay {
namespace {

TEST_CASE("columns of a table are aligned", "[table]") {
    Table table({{"NAME"}, {"STATE"}});
    table.add_row({{.text = "a-long-name"}, {.text = "alive"}});
    table.add_row({{.text = "b"}, {.text = "failed"}});

    const std::string text = table.text(Screen{});

    CHECK(text ==
          "NAME         STATE\n"
          "a-long-name  alive\n"
          "b            failed\n");
}

TEST_CASE("a column without content is left out", "[table]") {
    Table table({{"NAME"}, {"TAGS"}, {"STATE"}});
    table.add_row({{.text = "a"}, {.text = ""}, {.text = "alive"}});

    CHECK(table.text(Screen{}) == "NAME  STATE\na     alive\n");
}

TEST_CASE("a letter of several bytes takes one column", "[table]") {
    Table table({{"NAME"}, {"STATE"}});
    table.add_row({{.text = "n\u00e4"}, {.text = "alive"}});
    table.add_row({{.text = "nnnnn"}, {.text = "alive"}});

    CHECK(table.text(Screen{}) == "NAME   STATE\nn\u00e4     alive\nnnnnn  alive\n");
}

TEST_CASE("colour does not disturb the columns", "[table]") {
    Table table({{"STATE"}, {"NAME"}});
    table.add_row({{.text = "alive", .paint = Paint::green}, {.text = "a"}});

    CHECK(table.text({.color = Color::on}).find("\033[32malive\033[0m  a\n") != std::string::npos);
}

TEST_CASE("what a member says cannot steer the terminal", "[table]") {
    CHECK(printable("red\033[31m") == "red\\x1b[31m");
    CHECK(printable("two\nlines") == "two\\x0alines");
    CHECK(printable("c1 \xc2\x9b") == "c1 \\xc2\\x9b");
    CHECK(printable("del\x7f") == "del\\x7f");
    CHECK(printable("\u00e4\u20ac\U0001f980") == "\u00e4\u20ac\U0001f980");
}

TEST_CASE("bytes that are no character are shown as what they are", "[table]") {
    CHECK(printable("cut \xc3") == "cut \\xc3");
    CHECK(printable("latin \xfc!") == "latin \\xfc!");
    CHECK(printable("overlong \xc0\xaf") == "overlong \\xc0\\xaf");
    CHECK(printable("surrogate \xed\xa0\x80") == "surrogate \\xed\\xa0\\x80");
    CHECK(printable(std::string("nul\0", 4)) == "nul\\x00");
}

TEST_CASE("characters that hide or turn the text are shown by their numbers", "[table]") {
    const auto [text, shown] = GENERATE(table<std::string, std::string>({
        {"\u00ad", "\\u{ad}"},        {"\u034f", "\\u{34f}"},       {"\u061c", "\\u{61c}"},
        {"\u180e", "\\u{180e}"},      {"\u200b", "\\u{200b}"},      {"\u200f", "\\u{200f}"},
        {"\u2028", "\\u{2028}"},      {"\u202a", "\\u{202a}"},      {"\u202e", "\\u{202e}"},
        {"\u2060", "\\u{2060}"},      {"\u2064", "\\u{2064}"},      {"\u2066", "\\u{2066}"},
        {"\u2069", "\\u{2069}"},      {"\u3164", "\\u{3164}"},      {"\ufe0f", "\\u{fe0f}"},
        {"\ufeff", "\\u{feff}"},      {"\ufffb", "\\u{fffb}"},      {"\U000e0000", "\\u{e0000}"},
        {"\U000e0041", "\\u{e0041}"}, {"\U000e007f", "\\u{e007f}"},
    }));

    CHECK(printable("a" + text + "b") == "a" + shown + "b");
}

TEST_CASE("what stands beside the hidden is seen", "[table]") {
    const std::string text = GENERATE(as<std::string>{}, "\u00ac", "\u00ae", "\u200a", "\u2010",
                                      "\u2027", "\u202f", "\u205f", "\u2070", "\ufefe", "\u0300");
    CHECK(printable(text) == text);
}

TEST_CASE("a wide character takes two columns, and a mark above another none", "[table]") {
    CHECK(column_count("\u6771\u4eac") == 4);
    CHECK(column_count("\U0001f980") == 2);
    CHECK(column_count("e\u0301") == 1);
}

TEST_CASE("text that is too wide is shortened, never within a character", "[table]") {
    CHECK(shortened("abcdef", 6) == "abcdef");
    CHECK(shortened("abcdef", 5) == "abcd\u2026");
    CHECK(shortened("\u6771\u4eac\u6771", 4) == "\u6771\u2026");
    CHECK(shortened("abc", 0).empty());
}

TEST_CASE("text that is folded is broken at blanks alone", "[table]") {
    CHECK(folded("one two three", 9, 2) == "one two\n  three");
    CHECK(folded("longer-than-a-line one", 8, 0) == "longer-than-a-line\none");
    CHECK(folded("one two", Screen::endless, 0) == "one two");
}

TEST_CASE("a table that is too wide gives way in order", "[table]") {
    Table table({{"NAME", Fit::shortened},
                 {"PLACE", Fit::left_out},
                 {"TAGS", Fit::shortened_first},
                 {"STATE"}});
    const std::string name = "a-name-of-twenty-two-c";
    table.add_row({{.text = name}, {.text = "10.0.0.7"}, {.text = "sixteen columns."}, {"up"}});

    CHECK(table.text({.width = 58}).find("10.0.0.7  sixteen columns.  up\n") != std::string::npos);
    CHECK(table.text({.width = 56}).find("10.0.0.7  sixteen column\u2026  up\n") !=
          std::string::npos);
    CHECK(table.text({.width = 50}).find(name + "  sixteen col\u2026  up\n") != std::string::npos);
    CHECK(table.text({.width = 33}).find("a-name-of-t\u2026  sixteen col\u2026  up\n") !=
          std::string::npos);
}

TEST_CASE("the last column of a table may go on in further lines", "[table]") {
    Table table({{"KEY"}, {"MEANING", Fit::folded}});
    table.add_row({{.text = "a"}, {.text = "some words that are many"}});

    CHECK(table.text({.width = 20}) == "KEY  MEANING\na    some words that\n     are many\n");
}

TEST_CASE("columns are counted after the escapes are written", "[table]") {
    CHECK(column_count(printable("\u00e4\xfc")) == 5);
}

}  // namespace
}  // namespace hearsay

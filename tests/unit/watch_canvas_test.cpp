#include <string>

#include "canvas.hpp"
#include "line.hpp"
#include "support/catch.hpp"

namespace hearsay::watch {
namespace {

/// The first row of a canvas of that width, after the text was put there.
std::string shown(const std::string& text, std::size_t width, Charset charset = Charset::unicode) {
    Canvas canvas({.rows = 1, .columns = width}, charset);
    canvas.put(0, Line().add(text));
    return canvas.row_text(0);
}

TEST_CASE("a line that is too long ends in a mark", "[watch]") {
    CHECK(shown("heartbeat", 9) == "heartbeat");
    CHECK(shown("heartbeat", 8) == "heartbe…");
    CHECK(shown("heartbeat", 8, Charset::ascii) == "heartbe~");
    CHECK(shown("heartbeat", 1) == "…");
    CHECK(shown("heartbeat", 0).empty());
}

TEST_CASE("a wide character takes two columns, and is never cut in half", "[watch]") {
    Canvas canvas({.rows = 1, .columns = 6}, Charset::unicode);
    canvas.put(0, Line().add("漢字漢"));
    CHECK(canvas.row_text(0) == "漢字漢");
    CHECK(canvas.row(0)[1].text.empty());
    CHECK(canvas.row(0)[2].text == "字");

    CHECK(shown("漢字漢", 5) == "漢字…");
    CHECK(shown("漢字漢", 4) == "漢 …");
}

TEST_CASE("a mark that joins a character stays with it", "[watch]") {
    Canvas canvas({.rows = 1, .columns = 4}, Charset::unicode);
    canvas.put(0, Line().add("e\u0301\u6f22\u0301x"));

    CHECK(canvas.row(0)[0].text == "e\u0301");
    CHECK(canvas.row(0)[1].text == "\u6f22\u0301");
    CHECK(canvas.row(0)[2].text.empty());
    CHECK(canvas.row(0)[3].text == "x");
}

TEST_CASE("what lies outside of the canvas is not shown", "[watch]") {
    Canvas canvas({.rows = 2, .columns = 4}, Charset::unicode);

    canvas.put(2, Line().add("below"));
    canvas.put(0, 4, 3, Line().add("beside"));
    canvas.put(0, 2, 9, Line().add("half"));

    CHECK(canvas.row_text(0) == "  h…");
    CHECK(canvas.row_text(1).empty());
}

TEST_CASE("a covered line gives its look to the rest of the row", "[watch]") {
    Canvas canvas({.rows = 1, .columns = 5}, Charset::unicode);
    Line line;
    line.add("ab", Paint::red).cover({.is_reversed = true});

    canvas.put(0, 0, 4, line);

    CHECK(canvas.row(0)[0].style == Style{.is_reversed = true});
    CHECK(canvas.row(0)[3].style == Style{.is_reversed = true});
    CHECK(canvas.row(0)[4].style == Style{});
}

TEST_CASE("no text steers the terminal", "[watch]") {
    CHECK(shown("a\033[31mb\nc", 40) == "a\\x1b[31mb\\x0ac");
}

TEST_CASE("without UTF-8 every character has as many columns of ASCII", "[watch]") {
    CHECK(in_charset("● n1 ━╸─ …", Charset::ascii) == "o n1 =-- ~");
    CHECK(in_charset("漢e\u0301", Charset::ascii) == "??e");
    CHECK(in_charset("● n1", Charset::unicode) == "● n1");
}

TEST_CASE("painted text keeps its colours as looks", "[watch]") {
    const auto lines = painted_lines("\033[1mWHEN\033[0m  then\n\033[31mfailed\033[0m\n");

    REQUIRE(lines.size() == 2);
    CHECK(lines[0].text() == "WHEN  then");
    CHECK(lines[0].spans()[0].style.paint == Paint::bold);
    CHECK(lines[0].spans()[1].style.paint == Paint::none);
    CHECK(lines[1].spans()[0].style.paint == Paint::red);
}

TEST_CASE("text that ends within a colour is read to its end", "[watch]") {
    CHECK(painted_lines("ab\033").front().text() == "ab");
    CHECK(painted_lines("ab\033[3").front().text() == "ab");
    CHECK(painted_lines("").empty());
}

}  // namespace
}  // namespace hearsay::watch

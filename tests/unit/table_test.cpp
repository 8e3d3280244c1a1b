#include "table.hpp"

#include <string>

#include "support/catch.hpp"
#include "terminal.hpp"

namespace hearsay {
namespace {

TEST_CASE("columns of a table are aligned", "[table]") {
    Table table({"NAME", "STATE"});
    table.add_row({{.text = "a-long-name"}, {.text = "alive"}});
    table.add_row({{.text = "b"}, {.text = "failed"}});

    const std::string text = table.text(Color::off);

    CHECK(text ==
          "NAME         STATE\n"
          "a-long-name  alive\n"
          "b            failed\n");
}

TEST_CASE("a column without content is left out", "[table]") {
    Table table({"NAME", "TAGS", "STATE"});
    table.add_row({{.text = "a"}, {.text = ""}, {.text = "alive"}});

    CHECK(table.text(Color::off) == "NAME  STATE\na     alive\n");
}

TEST_CASE("a letter of several bytes takes one column", "[table]") {
    Table table({"NAME", "STATE"});
    table.add_row({{.text = "n\u00e4"}, {.text = "alive"}});
    table.add_row({{.text = "nnnnn"}, {.text = "alive"}});

    CHECK(table.text(Color::off) == "NAME   STATE\nn\u00e4     alive\nnnnnn  alive\n");
}

TEST_CASE("colour does not disturb the columns", "[table]") {
    Table table({"STATE", "NAME"});
    table.add_row({{.text = "alive", .paint = Paint::green}, {.text = "a"}});

    CHECK(table.text(Color::on).find("\033[32malive\033[0m  a\n") != std::string::npos);
}

TEST_CASE("what a member says cannot steer the terminal", "[table]") {
    CHECK(printable("red\033[31m") == "red?[31m");
    CHECK(printable("two\nlines") == "two?lines");
    CHECK(printable("cut \xc3") == "cut ?");
    CHECK(printable("c1 \xc2\x9b") == "c1 ??");
    CHECK(printable("\u00e4\u20ac\U0001f980") == "\u00e4\u20ac\U0001f980");
}

}  // namespace
}  // namespace hearsay

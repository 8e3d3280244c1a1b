#include "hearsay/utf8.hpp"

#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

TEST_CASE("a character is read with its number and its length", "[utf8]") {
    const auto [text, code, length] = GENERATE(table<std::string, char32_t, std::size_t>({
        {"n1", U'n', 1},
        {std::string(1, '\0'), 0, 1},
        {"\x7f", 0x7f, 1},
        {"\u0080", 0x80, 2},
        {"\u07ff", 0x7ff, 2},
        {"\u0800", 0x800, 3},
        {"\ud7ff", 0xd7ff, 3},
        {"\ue000", 0xe000, 3},
        {"\U00010000", 0x10000, 4},
        {"\U0010ffff!", 0x10ffff, 4},
    }));
    CAPTURE(text);

    CHECK(first_character(text).code == code);
    CHECK(first_character(text).length == length);
    CHECK(is_utf8(text));
}

TEST_CASE("what is no UTF-8 is no character", "[utf8]") {
    const std::string text = GENERATE(
        as<std::string>{}, "\x80", "\xbf", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xa1", "\xf0\x90\x8c",
        "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff");
    CAPTURE(text);

    CHECK(first_character(text).length == 0);
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8("before " + text));
}

TEST_CASE("controls are those of ASCII and of Latin-1", "[utf8]") {
    CHECK(is_control(U'\n'));
    CHECK(is_control(0x7f));
    CHECK(is_control(0x80));
    CHECK(is_control(0x9f));
    CHECK_FALSE(is_control(U' '));
    CHECK_FALSE(is_control(U'~'));
    CHECK_FALSE(is_control(0xa0));
}

}  // namespace
}  // namespace hearsay

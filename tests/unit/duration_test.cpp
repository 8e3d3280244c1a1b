#include "hearsay/duration.hpp"

#include <chrono>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("a duration is a number and a unit, or several", "[duration]") {
    CHECK(parse_duration("200ms").value() == 200ms);
    CHECK(parse_duration("1.5s").value() == 1500ms);
    CHECK(parse_duration("2m").value() == 2min);
    CHECK(parse_duration("24h").value() == 24h);
    CHECK(parse_duration("1d").value() == 24h);
    CHECK(parse_duration("7us").value() == 7us);
    CHECK(parse_duration("1m30s").value() == 90s);
    CHECK(parse_duration("2m05s").value() == 125s);
    CHECK(parse_duration("0").value() == 0s);
    CHECK(parse_duration(".5s").value() == 500ms);
    CHECK(parse_duration("0.000001s").value() == 1us);
    CHECK(parse_duration("36500d").value() == 36500 * 24h);
}

TEST_CASE("what is no duration is refused with what would be right", "[duration]") {
    const auto [text, problem] = GENERATE(table<std::string, std::string>({
        {"", "is not a duration"},
        {"soon", "is not a duration"},
        {"ms", "is not a duration"},
        {"nan s", "is not a duration"},
        {"-1s", "is less than nothing"},
        {"3", "has no unit"},
        {"3x", "has no known unit"},
        {"3 s", "has no known unit"},
        {"1e9s", "has no known unit"},
        {"99999999d", "is too long"},
        {"-0s", "is less than nothing"},
        {"+1s", "is not a duration"},
        {" 1s", "is not a duration"},
        {"\u0661s", "is not a duration"},
        {"1s ", "has no known unit"},
        {"1S", "has no known unit"},
        {"1,5s", "has no known unit"},
        {"1_0s", "has no known unit"},
        {"0x1s", "has no known unit"},
        {"1m 30s", "has no known unit"},
        {"0.0000001s", "is finer than a microsecond"},
        {"0.4us", "is finer than a microsecond"},
        {"1.0000005s", "is finer than a microsecond"},
    }));
    CAPTURE(text);

    const auto parsed = parse_duration(text);

    REQUIRE_FALSE(parsed);
    CHECK_THAT(parsed.error(), Contains(problem) && Contains("for example 200ms"));
}

TEST_CASE("an exact text is read back as the same duration", "[duration]") {
    const Duration span = GENERATE(as<Duration>{}, 0s, 200us, 1450ms, 4s, 90s, 2min, 24h);
    CAPTURE(span.count());

    CHECK(parse_duration(exact_text(span)).value() == span);
    CHECK(exact_text(1450ms) == "1450ms");
    CHECK(exact_text(24h) == "24h");
}

}  // namespace
}  // namespace hearsay

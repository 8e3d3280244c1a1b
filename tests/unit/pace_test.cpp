#include "pace.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;
/// A quarter of a round, and a little more.
constexpr Duration late = 51ms;

Pace pace() {
    return Pace(Config::local());
}

void note_rounds(Pace& pace, int count, Duration lateness) {
    for (int i = 0; i < count; ++i)
        (void)pace.note_round(lateness);
}

}  // namespace

TEST_CASE("four late rounds in a row halve the pace, down to a quarter", "[pace]") {
    Pace pace = hearsay::pace();

    note_rounds(pace, 3, late);
    CHECK(pace.factor() == 1);
    CHECK(pace.note_round(late));
    CHECK(pace.factor() == 2);

    note_rounds(pace, 100, 10s);
    CHECK(pace.factor() == 4);
}

TEST_CASE("a quarter of a round at its present pace is not late", "[pace]") {
    Pace pace = hearsay::pace();
    note_rounds(pace, 100, round / 4);
    CHECK(pace.factor() == 1);

    note_rounds(pace, 4, late);
    note_rounds(pace, 3, 2 * round / 4);
    CHECK(pace.factor() == 2);
    note_rounds(pace, 1, 2 * round / 4);
    CHECK(pace.factor() == 1);
}

TEST_CASE("late rounds that do not come in a row are pauses, and change no pace", "[pace]") {
    Pace pace = hearsay::pace();
    for (int i = 0; i < 50; ++i) {
        note_rounds(pace, 3, 10s);
        note_rounds(pace, 1, 0s);
    }

    CHECK(pace.factor() == 1);
}

TEST_CASE("four punctual rounds in a row double the pace", "[pace]") {
    Pace pace = hearsay::pace();
    note_rounds(pace, 8, late * 2);
    REQUIRE(pace.factor() == 4);

    note_rounds(pace, 3, 0s);
    CHECK(pace.factor() == 4);
    CHECK(pace.note_round(0s));
    CHECK(pace.factor() == 2);
    note_rounds(pace, 3, 0s);
    note_rounds(pace, 1, 10s);
    note_rounds(pace, 3, 0s);
    CHECK(pace.factor() == 2);
    note_rounds(pace, 1, 0s);
    CHECK(pace.factor() == 1);
}

TEST_CASE("a node that was late is not steady for four rounds", "[pace]") {
    Pace pace = hearsay::pace();
    CHECK(pace.is_steady());

    note_rounds(pace, 1, late);
    note_rounds(pace, 3, 0s);
    CHECK_FALSE(pace.is_steady());
    note_rounds(pace, 1, 0s);
    CHECK(pace.is_steady());
}

TEST_CASE("the pace stretches the times of gossip and judgement, and no others", "[pace]") {
    const Config chosen = Config::local();
    Pace pace(chosen);
    note_rounds(pace, 4, late);
    Config config = chosen;

    pace.set_times(config);
    CHECK(config.round == 400ms);
    CHECK(config.suspect_after == 1200ms);
    CHECK(config.fail_after == 2s);
    CHECK(config.forget_after == chosen.forget_after);
    CHECK(config.leave_timeout == chosen.leave_timeout);

    note_rounds(pace, 4, 0s);
    pace.set_times(config);
    CHECK(config.round == chosen.round);
}

}  // namespace hearsay

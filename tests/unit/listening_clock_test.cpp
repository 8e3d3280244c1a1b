#include "listening_clock.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;
constexpr Duration stall_after = 300ms;
constexpr Instant start = Instant{} + 1h;

ListeningClock clock() {
    return {start, round, stall_after};
}

}  // namespace

TEST_CASE("while turns are in time both lines run alike", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();

    for (Duration time = 50ms; time <= 1s; time += 50ms) {
        clock.expect_turn(start + time);
        CHECK(clock.end_turn(start + time) == Duration::zero());
    }

    CHECK(clock.moment(start + 1s).real == start + 1s);
    CHECK(clock.moment(start + 1s).listening == start + 1s);
}

TEST_CASE("at half the pace a turn moves it twice as far, and is later a stall",
          "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    clock.set_times(2 * round, 2 * stall_after);
    clock.expect_turn(start);

    CHECK(clock.moment(start + 10s).listening == start + 2 * round);
    CHECK(clock.end_turn(start + 2 * stall_after - 1us) == Duration::zero());
    clock.expect_turn(start + 2 * stall_after);
    CHECK(clock.end_turn(start + 4 * stall_after) == 2 * stall_after);
}

TEST_CASE("of the time between two turns a round at most is listening", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    clock.expect_turn(start + 10s);

    CHECK(clock.moment(start + round).listening == start + round);
    CHECK(clock.moment(start + round + 1us).listening == start + round);

    CHECK(clock.end_turn(start + 10s) == Duration::zero());
    CHECK(clock.moment(start + 10s).listening == start + round);
    CHECK(clock.moment(start + 10s + 50ms).listening == start + round + 50ms);
}

TEST_CASE("the overrun is how much later than asked for a turn comes", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    clock.expect_turn(start + 100ms);

    CHECK(clock.overrun(start + 40ms) == Duration::zero());
    CHECK(clock.overrun(start + 100ms) == Duration::zero());
    CHECK(clock.overrun(start + 130ms) == 30ms);
}

TEST_CASE("a turn that was asked for in the past is late only since the last one",
          "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    static_cast<void>(clock.end_turn(start + 100ms));
    clock.expect_turn(start + 50ms);

    CHECK(clock.overrun(start + 110ms) == 10ms);
}

TEST_CASE("a turn that is too late by less than a stall leaves the silences", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    clock.expect_turn(start + 100ms);

    CHECK(clock.end_turn(start + 100ms + stall_after - 1us) == Duration::zero());

    CHECK(clock.silence(start + 100ms + stall_after - 1us, start) == round);
}

TEST_CASE("a stall is told with its length and gives every peer a fresh window",
          "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    clock.expect_turn(start + 100ms);

    CHECK(clock.end_turn(start + 100ms + stall_after) == stall_after);

    const Instant after = start + 100ms + stall_after;
    CHECK(clock.silence(after, start) == Duration::zero());
    CHECK(clock.silence(after + 70ms, start) == 70ms);
}

TEST_CASE("what was missed is the time since then but the listening one", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    const Moment before = clock.moment(start);
    static_cast<void>(clock.end_turn(start + 70ms));
    CHECK(clock.missed(start + 70ms, before) == Duration::zero());

    const Instant late = start + 70ms + 10 * round;

    CHECK(clock.missed(late, before) == 9 * round);
    CHECK(clock.missed(late, clock.moment(late)) == Duration::zero());
}

TEST_CASE("silence is never negative", "[listening_clock]") {
    const ListeningClock clock = hearsay::clock();

    CHECK(clock.silence(start + 10ms, start + 20ms) == Duration::zero());
}

TEST_CASE("a turn repeated at the same instant changes nothing", "[listening_clock]") {
    ListeningClock clock = hearsay::clock();
    static_cast<void>(clock.end_turn(start + 100ms));

    CHECK(clock.end_turn(start + 100ms) == Duration::zero());

    CHECK(clock.moment(start + 100ms).listening == start + 100ms);
}

}  // namespace hearsay

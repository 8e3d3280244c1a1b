#include "hearing.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{} + 1h;

/// Of a round of 200 ms: deaf after 300 ms, for 10 s at most.
Hearing hearing() {
    return {Config::local(), start};
}

}  // namespace

TEST_CASE("who hears nobody of several for a round and a half is deaf", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK(hearing.deaf_at() == start + 300ms);
    CHECK_FALSE(hearing.falls_deaf(4, start + 299ms));
    CHECK(hearing.falls_deaf(4, start + 300ms));
    CHECK(hearing.is_deaf(start + 300ms));
}

TEST_CASE("a few peers may be silent together", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK_FALSE(hearing.falls_deaf(3, start + 1h));
    CHECK_FALSE(hearing.is_deaf(start + 1h));
}

TEST_CASE("nobody falls deaf twice before it hears", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.falls_deaf(9, start + 300ms));

    CHECK_FALSE(hearing.falls_deaf(9, start + 400ms));
}

TEST_CASE("the first word heard ends deafness and tells how long none was", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.falls_deaf(9, start + 300ms));

    CHECK(hearing.note_heard(start + 1s) == 1s);
    CHECK_FALSE(hearing.is_deaf(start + 1s));
    CHECK(hearing.note_heard(start + 2s) == Duration::zero());
}

TEST_CASE("whoever is heard in time keeps deafness away", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK(hearing.note_heard(start + 250ms) == Duration::zero());

    CHECK_FALSE(hearing.falls_deaf(9, start + 300ms));
    CHECK(hearing.deaf_at() == start + 550ms);
}

TEST_CASE("after ten times the patience the others are held for silent after all", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.falls_deaf(9, start + 300ms));

    CHECK(hearing.is_deaf(start + 10s - 1us));
    CHECK_FALSE(hearing.is_deaf(start + 10s));
}

}  // namespace hearsay

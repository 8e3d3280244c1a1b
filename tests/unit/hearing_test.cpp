#include "hearing.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{} + 1h;

/// Of a round of 200 ms: isolated after 300 ms, for 10 s at most.
Hearing hearing() {
    return {Config::local(), start};
}

}  // namespace

TEST_CASE("a node that hears nobody of several for a round and a half is isolated", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK(hearing.isolated_at() == start + 300ms);
    CHECK_FALSE(hearing.becomes_isolated(4, start + 299ms));
    CHECK(hearing.becomes_isolated(4, start + 300ms));
    CHECK(hearing.is_isolated(start + 300ms));
}

TEST_CASE("a few peers may be silent together", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK_FALSE(hearing.becomes_isolated(3, start + 1h));
    CHECK_FALSE(hearing.is_isolated(start + 1h));
}

TEST_CASE("nobody becomes isolated twice before it hears", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(9, start + 300ms));

    CHECK_FALSE(hearing.becomes_isolated(9, start + 400ms));
}

TEST_CASE("the first word heard ends isolation and tells how long none was", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(9, start + 300ms));

    CHECK(hearing.note_heard(start + 1s) == 1s);
    CHECK_FALSE(hearing.is_isolated(start + 1s));
    CHECK(hearing.note_heard(start + 2s) == Duration::zero());
}

TEST_CASE("a member heard in time keeps isolation away", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    CHECK(hearing.note_heard(start + 250ms) == Duration::zero());

    CHECK_FALSE(hearing.becomes_isolated(9, start + 300ms));
    CHECK(hearing.isolated_at() == start + 550ms);
}

TEST_CASE("after ten times the patience the others are held for silent after all", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(9, start + 300ms));

    CHECK(hearing.is_isolated(start + 10s - 1us));
    CHECK_FALSE(hearing.is_isolated(start + 10s));
}

TEST_CASE("a node isolated for fail_after is degraded until it hears", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(9, start + 300ms));
    CHECK_FALSE(hearing.is_degraded(start + 1s - 1us));
    CHECK(hearing.is_degraded(start + 1s));

    REQUIRE(hearing.note_heard(start + 3s) == 3s);

    CHECK_FALSE(hearing.is_degraded(start + 3s));
}

TEST_CASE("an excuse counts for the silence before it", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(4, start + 300ms));
    REQUIRE(hearing.is_degraded(start + 3s));

    hearing.excuse(start + 3s);

    CHECK_FALSE(hearing.is_degraded(start + 4s - 1us));
    CHECK(hearing.is_degraded(start + 4s));
}

TEST_CASE("a node that believes in the silence of all is not degraded", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(9, start + 300ms));
    for (int round = 0; round < 50; ++round)
        hearing.note_round({.all = 8, .late = 8});

    CHECK(hearing.is_degraded(start + 10s - 1us));
    CHECK_FALSE(hearing.is_degraded(start + 10s));
}

TEST_CASE("a node that believed the silence hears well at the first word", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    REQUIRE(hearing.becomes_isolated(4, start + 300ms));
    REQUIRE_FALSE(hearing.is_isolated(start + 10s));

    REQUIRE(hearing.note_heard(start + 10s) == 10s);

    CHECK_FALSE(hearing.is_degraded(start + 10s));
}

TEST_CASE("a node that is spoken to less often is isolated later", "[hearing]") {
    Hearing hearing = hearsay::hearing();

    hearing.expect_words_every(800ms);
    CHECK(hearing.isolated_at() == start + 1200ms);
    CHECK_FALSE(hearing.becomes_isolated(4, start + 1200ms - 1us));
    hearing.expect_words_every(0ms);
    CHECK(hearing.isolated_at() == start + 300ms);
}

TEST_CASE("at half the pace it takes twice as long to be isolated, and to believe it",
          "[hearing]") {
    Hearing hearing = hearsay::hearing();
    Config slower = Config::local();
    slower.round *= 2;
    slower.fail_after *= 2;
    hearing.set_times(slower);

    CHECK(hearing.isolated_at() == start + 600ms);
    REQUIRE(hearing.becomes_isolated(4, start + 600ms));
    CHECK(hearing.is_isolated(start + 20s - 1us));
    CHECK_FALSE(hearing.is_isolated(start + 20s));
}

TEST_CASE("a node is degraded while three eighths of what is due come late, over sixteen rounds",
          "[hearing]") {
    Hearing hearing = hearsay::hearing();
    int rounds = 0;
    for (; !hearing.is_degraded(start); ++rounds)
        hearing.note_round({.all = 8, .late = 8});
    CHECK(rounds == 8);

    int well = 0;
    for (; hearing.is_degraded(start); ++well)
        hearing.note_round({.all = 8, .late = 1});
    CHECK(well == 24);
}

TEST_CASE("a quarter of what is due may always come late", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    for (int round = 0; round < 1000; ++round)
        hearing.note_round({.all = 8, .late = 2});

    CHECK_FALSE(hearing.is_degraded(start));
}

TEST_CASE("one link that is never late proves good health", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    for (int round = 0; round < 100; ++round)
        hearing.note_round({.all = 8, .late = 7, .proven = 1});
    CHECK_FALSE(hearing.is_degraded(start));

    hearing.note_round({.all = 8, .late = 7});
    CHECK(hearing.is_degraded(start));
    hearing.note_round({.all = 8, .late = 7, .proven = 1});
    CHECK_FALSE(hearing.is_degraded(start));
}

TEST_CASE("while most of those asked by chance answer it is the links, not this node",
          "[hearing]") {
    Hearing hearing = hearsay::hearing();
    for (int round = 0; round < 100; ++round) {
        hearing.note_round({.all = 4, .late = 4, .others = 20, .asked = 8, .answered = 6});
        REQUIRE_FALSE(hearing.is_degraded(start));
    }
    CHECK(hearing.wants_proof());

    int rounds = 0;
    for (; !hearing.is_degraded(start) && rounds < 100; ++rounds)
        hearing.note_round({.all = 4, .late = 4, .others = 20, .asked = 8});
    CHECK(rounds == 1);

    for (rounds = 0; hearing.is_degraded(start) && rounds < 100; ++rounds)
        hearing.note_round({.all = 4, .late = 4, .others = 20, .asked = 8, .answered = 7});
    CHECK(rounds == 25);
}

TEST_CASE("nobody is asked for a proof while the links give it", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    for (int round = 0; round < 100; ++round)
        hearing.note_round({.all = 4, .late = 1, .proven = 1, .others = 20});
    CHECK_FALSE(hearing.wants_proof());
}

TEST_CASE("of fewer than four links nothing can be told", "[hearing]") {
    Hearing hearing = hearsay::hearing();
    for (int round = 0; round < 1000; ++round)
        hearing.note_round({.all = 3, .late = 3});

    CHECK_FALSE(hearing.is_degraded(start));
}

}  // namespace hearsay

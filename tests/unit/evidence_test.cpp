#include "evidence.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

Moment at(Duration time) {
    return {
        .real = Instant{} + time, .running = Instant{} + time, .listening = Instant{} + time - 1s};
}

Accusation accusation(Heartbeat heartbeat, std::vector<LifeId> accusers,
                      Cause cause = Cause::silence) {
    return {.life = LifeId{1},
            .heartbeat = heartbeat,
            .age = {},
            .cause = cause,
            .accusers = std::move(accusers)};
}

/// Lives first, first + 1, ... in ascending order.
std::vector<LifeId> lives(std::uint64_t first, std::size_t count) {
    std::vector<LifeId> lives;
    for (std::uint64_t i = 0; i < count; ++i)
        lives.push_back(LifeId{first + i});
    return lives;
}

bool anybody(LifeId) {
    return true;
}

}  // namespace

TEST_CASE("a greater heartbeat is adopted with the time at which it was heard", "[evidence]") {
    Evidence evidence(5, at(10s));

    CHECK(evidence.merge_heartbeat(6, at(12s)) == MergeResult::advanced);

    CHECK(evidence.heartbeat() == 6);
    CHECK(evidence.heard().real == at(12s).real);
    CHECK(evidence.heard().listening == at(12s).listening);
}

TEST_CASE("a heartbeat that is known, or older, changes nothing", "[evidence]") {
    Evidence evidence(5, at(10s));

    CHECK(evidence.merge_heartbeat(5, at(12s)) == MergeResult::nothing_new);
    CHECK(evidence.merge_heartbeat(4, at(12s)) == MergeResult::outdated);

    CHECK(evidence.heartbeat() == 5);
    CHECK(evidence.heard().real == at(10s).real);
}

TEST_CASE("news of a hearing that is older than the present one does not set it back",
          "[evidence]") {
    Evidence evidence(5, at(10s));

    CHECK(evidence.merge_heartbeat(6, at(8s)) == MergeResult::advanced);

    CHECK(evidence.heartbeat() == 6);
    CHECK(evidence.heard().real == at(10s).real);
    CHECK(evidence.heard().listening == at(10s).listening);
}

TEST_CASE("the accusers of one heartbeat are united, by cause and together", "[evidence]") {
    Evidence evidence(5, at(10s));

    const auto first = accusation(5, {LifeId{3}, LifeId{7}});
    CHECK(evidence.merge_accusation(first, at(10s), at(11s), anybody) == MergeResult::accused);
    const auto second = accusation(5, {LifeId{4}, LifeId{7}}, Cause::refused);
    CHECK(evidence.merge_accusation(second, at(10s), at(12s), anybody) == MergeResult::accused);

    CHECK(evidence.accusers(Cause::silence) == std::vector{LifeId{3}, LifeId{7}});
    CHECK(evidence.accusers(Cause::refused) == std::vector{LifeId{4}, LifeId{7}});
    CHECK(evidence.accusers() == std::vector{LifeId{3}, LifeId{4}, LifeId{7}});
}

TEST_CASE("an accusation stands since it was first known", "[evidence]") {
    Evidence evidence(5, at(10s));
    CHECK_FALSE(evidence.is_accused());

    evidence.merge_accusation(accusation(5, {LifeId{3}}), at(10s), at(11s), anybody);
    evidence.merge_accusation(accusation(5, {LifeId{4}}), at(10s), at(12s), anybody);

    REQUIRE(evidence.is_accused());
    CHECK(evidence.accused().real == at(11s).real);
}

TEST_CASE("an accusation that says what is known is nothing new", "[evidence]") {
    Evidence evidence(5, at(10s));
    evidence.merge_accusation(accusation(5, {LifeId{3}, LifeId{4}}), at(10s), at(11s), anybody);

    const auto again = accusation(5, {LifeId{4}});
    CHECK(evidence.merge_accusation(again, at(10s), at(12s), anybody) == MergeResult::nothing_new);
}

TEST_CASE("an accusation of an older heartbeat is void", "[evidence]") {
    Evidence evidence(5, at(10s));

    const auto old = accusation(4, {LifeId{3}});
    CHECK(evidence.merge_accusation(old, at(9s), at(11s), anybody) == MergeResult::outdated);

    CHECK_FALSE(evidence.is_accused());
}

TEST_CASE("an accusation of a newer heartbeat brings that heartbeat, and replaces the accusers",
          "[evidence]") {
    Evidence evidence(5, at(10s));
    evidence.merge_accusation(accusation(5, {LifeId{3}}), at(10s), at(11s), anybody);

    const auto newer = accusation(6, {LifeId{4}});
    CHECK(evidence.merge_accusation(newer, at(12s), at(13s), anybody) == MergeResult::accused);

    CHECK(evidence.heartbeat() == 6);
    CHECK(evidence.heard().real == at(12s).real);
    CHECK(evidence.accusers() == std::vector{LifeId{4}});
    CHECK(evidence.accused().real == at(13s).real);
}

TEST_CASE("a greater heartbeat voids every accusation", "[evidence]") {
    Evidence evidence(5, at(10s));
    evidence.merge_accusation(accusation(5, {LifeId{3}}), at(10s), at(11s), anybody);
    evidence.merge_accusation(accusation(5, {LifeId{3}}, Cause::refused), at(10s), at(11s),
                              anybody);

    evidence.merge_heartbeat(6, at(12s));

    CHECK_FALSE(evidence.is_accused());
    CHECK(evidence.accusers().empty());
}

TEST_CASE("of too many accusers the smallest ids are kept", "[evidence]") {
    Evidence evidence(5, at(10s));
    evidence.merge_accusation(accusation(5, lives(10, limits::accusers_max)), at(10s), at(11s),
                              anybody);

    SECTION("one that is smaller takes the place of the greatest") {
        const auto more = accusation(5, {LifeId{9}});
        CHECK(evidence.merge_accusation(more, at(10s), at(12s), anybody) == MergeResult::accused);
        CHECK(evidence.accusers() == lives(9, limits::accusers_max));
    }
    SECTION("one that is greater is nothing new") {
        const auto more = accusation(5, {LifeId{99}});
        CHECK(evidence.merge_accusation(more, at(10s), at(12s), anybody) ==
              MergeResult::nothing_new);
        CHECK(evidence.accusers() == lives(10, limits::accusers_max));
    }
    SECTION("one that is believed takes the place of the greatest that is not") {
        const auto more = accusation(5, {LifeId{99}});
        const auto is_believed = [](LifeId life) { return number(life) > 10; };
        CHECK(evidence.merge_accusation(more, at(10s), at(12s), is_believed) ==
              MergeResult::accused);
        std::vector<LifeId> kept = lives(11, limits::accusers_max - 1);
        kept.push_back(LifeId{99});
        CHECK(evidence.accusers() == kept);
    }
    SECTION("each cause has a list of its own") {
        const auto more = accusation(5, lives(90, limits::accusers_max), Cause::refused);
        CHECK(evidence.merge_accusation(more, at(10s), at(12s), anybody) == MergeResult::accused);
        CHECK(evidence.accusers().size() == 2 * limits::accusers_max);
    }
}

TEST_CASE("nothing outranks the last heartbeat of a life", "[evidence]") {
    Evidence evidence(5, at(10s));

    CHECK(evidence.merge_heartbeat(heartbeat_left, at(11s)) == MergeResult::advanced);

    CHECK(evidence.merge_heartbeat(heartbeat_left, at(12s)) == MergeResult::nothing_new);
    CHECK(evidence.merge_heartbeat(heartbeat_left - 1, at(12s)) == MergeResult::outdated);
}

}  // namespace hearsay

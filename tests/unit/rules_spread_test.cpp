// R10: how news runs.

#include <algorithm>
#include <chrono>
#include <set>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("R10: an accusation that is new goes to all links but that of its bringer, once",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const Accusation news = accusation(peers[0], {peers[1].life()});

    lone.hear(peers[1], news);
    lone.turn();
    CHECK(lone.receivers(peers, accuses) ==
          std::set{peers[0].life(), peers[2].life(), peers[3].life()});

    lone.forget_outputs();
    lone.hear(peers[2], news);
    lone.pass(50ms);
    CHECK(lone.receivers(peers, accuses).empty());
}

TEST_CASE("R10: beside the neighbours four other links hear the news", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    std::set<LifeId> neighbours;
    for (const Peer& each : peers) {
        if (lone.member(each.name())->is_observed) neighbours.insert(each.life());
    }

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.turn();

    const auto told = lone.receivers(peers, accuses);
    const bool is_bringer_neighbour = neighbours.contains(peers[1].life());
    CHECK(told.size() <= neighbours.size() + 4);
    CHECK(told.size() >= neighbours.size() + 4 - 1);
    for (const LifeId life : neighbours)
        CHECK((told.contains(life) || (is_bringer_neighbour && life == peers[1].life())));
}

TEST_CASE("R10: news gathers for twenty milliseconds at most", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.turn();
    const Instant first = lone.now();
    lone.forget_outputs();

    lone.pass(5ms);
    lone.hear(peers[1], accusation(peers[2], {peers[1].life()}));
    lone.hear(peers[1], accusation(peers[0], {peers[1].life(), peers[3].life()}));
    lone.pass(30ms);

    const auto sent = lone.sent_to(peers[3]);
    REQUIRE(count_of(sent, accuses) == 1);
    const auto gathered = std::find_if(sent.begin(), sent.end(), accuses);
    CHECK(gathered->at == first + 20ms);
    CHECK(gathered->message.accusations.size() == 2);
}

TEST_CASE("R10: a heartbeat that voids an accusation goes to all links at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.pass(30ms);
    lone.forget_outputs();

    lone.hear(peers[0]);
    lone.turn();

    CHECK(lone.receivers(peers, brings_rows) ==
          std::set{peers[1].life(), peers[2].life(), peers[3].life()});
    const Message message = lone.sent_to(peers[1]).front().message;
    CHECK(message.rows.front().life == peers[0].life());
    CHECK(message.rows.front().heartbeat == peers[0].heartbeat);
}

TEST_CASE("R10: a new life and new tags go to all links at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const std::set others{peers[1].life(), peers[2].life(), peers[3].life()};

    SECTION("a new life") {
        lone.hear(peers[0], introduction(peer(5)));
        lone.turn();
        CHECK(lone.receivers(peers, introduces) == others);
    }
    SECTION("new tags of another") {
        peers[0].identity.tags = {{"zone", "b"}};
        ++peers[0].identity.tags_version;
        lone.hear(peers[0], introduction(peers[0]));
        lone.turn();
        CHECK(lone.receivers(peers, introduces) == others);
        CHECK(lone.member("p1")->identity.tags == peers[0].identity.tags);
    }
    SECTION("new tags of this node") {
        lone.detector().set_tags({{"zone", "a"}}, lone.now());
        lone.turn();
        CHECK(lone.receivers(peers, introduces).size() == 4);
        const Identity said = lone.sent().front().message.introductions.front().identity;
        CHECK(said.tags == Tags{{"zone", "a"}});
        CHECK(said.tags_version == 1);
    }
}

TEST_CASE("R10: whoever holds a newer heartbeat than an accusation names answers with it",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    Accusation outdated = accusation(peers[0], {peers[1].life()});
    --outdated.heartbeat;

    lone.hear(peers[1], outdated);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    REQUIRE(lone.sent().size() == 1);
    CHECK(lone.sent().front().is_to(peers[1]));
    CHECK(lone.sent().front().message.rows == std::vector{row(peers[0], 50ms)});
}

}  // namespace hearsay::testing

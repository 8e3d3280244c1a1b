// R10: how broadcasts run.

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

/// Three observers of the first.
std::vector<LifeId> quorum_of(const std::vector<Peer>& peers) {
    return {peers[1].life(), peers[2].life(), peers[3].life()};
}

/// Passes until this node has accused somebody it alone does not hear; returns whom.
Peer accuse_one(LoneDetector& lone, std::vector<Peer>& peers) {
    const auto neighbour = std::find_if(peers.begin(), peers.end(), [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    });
    REQUIRE(neighbour != peers.end());
    const Peer silent = *neighbour;
    peers.erase(neighbour);
    while (lone.status().counters.accusations_made == 0) {
        lone.forget_outputs();
        lone.pass(10ms);
        for (Peer& each : peers)
            lone.hear(each);
    }
    return silent;
}

}  // namespace

TEST_CASE("R10: an accusation by a quorum goes to all links but that of its bringer, once",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const Accusation news = accusation(peers[0], quorum_of(peers));

    lone.hear(peers[1], news);
    lone.turn();
    CHECK(lone.receivers(peers, accuses) ==
          std::set{peers[0].life(), peers[2].life(), peers[3].life()});

    lone.forget_outputs();
    lone.hear(peers[2], news);
    lone.pass(50ms);
    CHECK(lone.receivers(peers, accuses).empty());
}

TEST_CASE("R10: what one observer says alone goes to the accused and its observers first",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const Peer silent = accuse_one(lone, peers);
    lone.turn();

    CHECK(count_of(lone.sent_to(silent), accuses) == 1);
    const auto observers = lone.receivers(peers, accuses);
    CHECK(observers.size() <= 3);

    SECTION("and to all links a round later, if nobody objects") {
        lone.forget_outputs();
        lone.pass(lone.detector().config().round * 3 / 4, peers);
        CHECK(lone.receivers(peers, accuses).empty());
        lone.pass(lone.detector().config().round, peers);
        CHECK(lone.receivers(peers, accuses).size() >= 6);
    }
    SECTION("and to nobody else if the accused was heard by then") {
        Peer heard = silent;
        lone.forget_outputs();
        lone.hear(heard);
        lone.pass(lone.detector().config().round * 2, peers);
        CHECK(lone.receivers(peers, accuses).empty());
        CHECK(lone.state(heard) == MemberState::alive);
    }
}

TEST_CASE("R10: a refusal is told to the observers first, and to all links when all were refused",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto found = std::find_if(peers.begin(), peers.end(), [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    });
    REQUIRE(found != peers.end());
    const Peer dead = *found;
    peers.erase(found);
    lone.lose_link(dead);
    lone.refuse(dead);
    const auto observers = lone.receivers(peers, accuses);
    REQUIRE(observers.size() == 3);
    lone.forget_outputs();

    SECTION("at once") {
        const std::vector<LifeId> others(observers.begin(), observers.end());
        lone.hear(peers[0], accusation(dead, others, Cause::refused));
        lone.turn();
        CHECK(lone.receivers(peers, accuses).size() >= 6);
        CHECK(lone.events(EventKind::failed).size() == 1);
    }
    SECTION("or after twenty milliseconds") {
        lone.pass(19ms);
        CHECK(lone.receivers(peers, accuses).empty());
        lone.pass(2ms);
        CHECK(lone.receivers(peers, accuses).size() >= 6);
    }
}

TEST_CASE("R10: what two observers say goes to all links a quarter of a round later", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const Duration quarter = lone.detector().config().round / 4;

    lone.hear(peers[1], accusation(peers[0], {peers[1].life(), peers[2].life()}));
    lone.pass(quarter - 1ms);
    CHECK(lone.receivers(peers, accuses).empty());

    lone.pass(1ms);
    CHECK(lone.receivers(peers, accuses).size() == 4);
}

TEST_CASE("R10: a node that does not observe the accused sends on what it hears at once",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto stranger = std::find_if(peers.begin() + 1, peers.end(), [&](const Peer& each) {
        return !lone.member(each.name())->is_observed;
    });
    REQUIRE(stranger != peers.end());

    lone.hear(peers[0], accusation(*stranger, {peers[0].life()}));
    lone.turn();

    CHECK(lone.receivers(peers, accuses).size() >= 6);
}

TEST_CASE("R10: beside the neighbours three other links hear a broadcast", "[rules]") {
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
    CHECK(told.size() <= neighbours.size() + 3);
    CHECK(told.size() >= neighbours.size() + 3 - 1);
    for (const LifeId life : neighbours)
        CHECK((told.contains(life) || (is_bringer_neighbour && life == peers[1].life())));
}

TEST_CASE("R10: broadcasts gather for twenty milliseconds at most", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], quorum_of(peers)));
    lone.turn();
    const Instant first = lone.now();
    lone.forget_outputs();

    lone.pass(5ms);
    peers[0].heartbeat += 1;
    lone.hear(peers[1], accusation(peers[2], {peers[0].life(), peers[1].life(), peers[3].life()}));
    lone.hear(peers[1], accusation(peers[0], quorum_of(peers)));
    lone.pass(30ms);

    const auto sent = lone.sent_to(peers[3]);
    REQUIRE(count_of(sent, accuses) == 1);
    const auto gathered = std::find_if(sent.begin(), sent.end(), accuses);
    CHECK(gathered->at == first + 20ms);
    CHECK(gathered->message.accusations.size() == 2);
}

TEST_CASE("R10: a heartbeat that voids a spread accusation goes to all links at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], quorum_of(peers)));
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

TEST_CASE("R10: a node with a newer heartbeat than an accusation names answers with it",
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

TEST_CASE("R10: more accusers than a quorum are not passed on", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto stranger = std::find_if(peers.begin() + 5, peers.end(), [&](const Peer& each) {
        return !lone.member(each.name())->is_observed;
    });
    REQUIRE(stranger != peers.end());
    lone.hear(peers[0], accusation(*stranger, quorum_of(peers)));
    lone.pass(50ms);
    REQUIRE(lone.receivers(peers, accuses).size() > 3);
    lone.forget_outputs();

    lone.hear(peers[1], accusation(*stranger, {peers[4].life()}));
    lone.pass(50ms);

    CHECK(lone.receivers(peers, accuses).empty());
}

TEST_CASE("R10: a second accusation goes to the observers first, too", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    Peer silent = accuse_one(lone, peers);
    lone.pass(lone.detector().config().round * 5 / 4, peers);
    REQUIRE(lone.receivers(peers, accuses).size() >= 6);

    lone.hear(silent);
    const std::uint64_t accusations = lone.status().counters.accusations_made;
    while (lone.status().counters.accusations_made == accusations) {
        lone.forget_outputs();
        lone.pass(10ms);
        for (Peer& each : peers)
            lone.hear(each);
    }
    lone.turn();

    CHECK(lone.receivers(peers, accuses).size() <= 3);
}

}  // namespace hearsay::testing

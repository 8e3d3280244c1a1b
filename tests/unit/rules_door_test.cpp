// R9, and what R11 makes of it: broken links and closed doors.

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "rings.hpp"
#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// Four peers: a link stands to the first two only, and the last has a smaller id than this node.
std::vector<Peer> meet_with_two_links(LoneDetector& lone) {
    auto peers = lone.meet(3);
    peers.push_back(peer(4));
    peers[3].identity.life = LifeId{7};
    lone.hear(peers[3], introduction(peers[3]));
    lone.lose_link(peers[2]);
    lone.lose_link(peers[3]);
    lone.forget_outputs();
    return peers;
}

}  // namespace

TEST_CASE("R9: a broken link is counted, and its peer dialled for the next message", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);

    lone.detector().handle_link_broken(peers[0].link, lone.now());
    lone.pass(round);

    CHECK(lone.status().counters.links_broken == 1);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    REQUIRE_FALSE(lone.sent_to(peers[0]).empty());
    CHECK(lone.sent_to(peers[0]).front().link == LinkId::none);
    CHECK(lone.sent_to(peers[0]).front().endpoint == peers[0].identity.endpoint);
    CHECK(lone.sent_to(peers[1]).front().link == peers[1].link);
}

TEST_CASE("R9: who loses the link to a neighbour knocks; a refusal is an accusation", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.lose_link(peers[0]);
    REQUIRE(lone.knocks().size() == 1);
    CHECK(lone.knocks().front().life == peers[0].life());
    CHECK(lone.knocks().front().endpoint == peers[0].identity.endpoint);
    lone.refuse(peers[0]);
    lone.pass(50ms);

    CHECK(lone.status().counters.dials_refused == 1);
    CHECK(lone.events(EventKind::suspected).size() == 1);
    CHECK(lone.member("p1")->cause == Cause::refused);
    CHECK(lone.member("p1")->accusers == std::vector<std::string>{"self"});
    const Message told = lone.sent_to(peers[1]).front().message;
    REQUIRE(told.accusations.size() == 1);
    CHECK(told.accusations.front().cause == Cause::refused);
}

TEST_CASE("R9: a door that is closed to all observers at once convicts at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.pass(1ms, but_first(peers));

    lone.hear(peers[1], accusation(peers[0], {peers[1].life(), peers[2].life()}, Cause::refused));
    lone.turn();
    CHECK(lone.events(EventKind::failed).empty());
    lone.hear(peers[1], accusation(peers[0], {peers[3].life()}, Cause::refused));
    lone.turn();

    REQUIRE(lone.events(EventKind::failed).size() == 1);
    CHECK(lone.events(EventKind::failed).front().cause == Cause::refused);
    CHECK(lone.events(EventKind::failed).front().accusers.size() == 4);
}

TEST_CASE("R9: of the observers without links the smallest dials the others", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[2]);
    lone.lose_link(peers[3]);
    lone.forget_outputs();
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);

    const std::set told{peers[1].life(), peers[2].life(), peers[3].life()};
    CHECK(lone.receivers(peers, accuses) == told);
}

TEST_CASE("R9: who is not the smallest tells those without a link after 10 ms", "[rules]") {
    LoneDetector lone;
    auto peers = meet_with_two_links(lone);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);

    CHECK(lone.receivers(peers, accuses) == std::set{peers[1].life()});
    lone.pass(10ms);
    const std::set told{peers[1].life(), peers[2].life(), peers[3].life()};
    CHECK(lone.receivers(peers, accuses) == told);
}

TEST_CASE("R9: whoever was left to dial and has not is told after 10 ms", "[rules]") {
    LoneDetector lone;
    std::vector<Peer> peers;
    Rings rings(LoneDetector::local().ring_count);
    rings.insert(LoneDetector::self().life);
    for (std::uint64_t index = 1; index <= 12; ++index) {
        peers.push_back(peer(index));
        peers.back().identity.life = LifeId{index};
        rings.insert(peers.back().life());
        lone.hear(peers.back(), introduction(peers.back()));
    }
    for (const Peer& each : peers)
        lone.lose_link(each);
    const LifeId lost = rings.observers(LoneDetector::self().life).front();
    const Peer& dead = *std::find_if(peers.begin(), peers.end(),
                                     [&](const Peer& each) { return each.life() == lost; });
    lone.forget_outputs();
    lone.refuse(dead);

    std::vector<LifeId> observers = rings.observers(lost);
    std::erase(observers, LoneDetector::self().life);
    const auto told = [&] { return lone.receivers(peers, accuses); };
    const auto is_told = [&](LifeId observer) { return told().contains(observer); };
    CHECK(std::none_of(observers.begin(), observers.end(), is_told));
    lone.pass(10ms);
    CHECK(std::all_of(observers.begin(), observers.end(), is_told));
}

TEST_CASE("R9: an observer that was left to dial is told the same, once", "[rules]") {
    LoneDetector lone;
    auto peers = meet_with_two_links(lone);
    const LifeId self = LoneDetector::self().life;
    const Accusation old_news = accusation(peers[0], {peers[3].life()}, Cause::refused);
    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0]));
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    const std::vector says{old_news, accusation(peers[0], {peers[3].life()}, Cause::refused),
                           accusation(peers[0], {peers[3].life(), self}, Cause::refused)};
    const Accusation told = says.at(GENERATE(0U, 1U, 2U));
    lone.forget_outputs();

    for (int time = 0; time < 2; ++time)
        lone.hear(peers[3], told);

    const auto answers = lone.sent_to(peers[3]);
    REQUIRE(count_of(answers, accuses) == 1);
    const auto answer = std::find_if(answers.begin(), answers.end(), accuses);
    const Accusation& said = answer->message.accusations.front();
    CHECK(said.heartbeat == peers[0].heartbeat);
    CHECK(std::binary_search(said.accusers.begin(), said.accusers.end(), self));
}

TEST_CASE("R9: who was left to dial is answered after the verdict as well", "[rules]") {
    LoneDetector lone;
    auto peers = meet_with_two_links(lone);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    const std::vector all{peers[3].life(), peers[1].life(), peers[2].life()};
    lone.hear(peers[1], accusation(peers[0], all, Cause::refused));
    lone.turn();
    REQUIRE(lone.state(peers[0]) == MemberState::failed);
    lone.forget_outputs();

    lone.hear(peers[3], accusation(peers[0], {peers[3].life()}, Cause::refused));

    const auto answers = lone.sent_to(peers[3]);
    REQUIRE(count_of(answers, accuses) == 1);
    CHECK(answers.front().message.accusations.front().accusers.size() == 4);
}

TEST_CASE("R9: where two convict, the one behind the closed door is told as well", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(GENERATE(2U, 4U));
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);

    CHECK(count_of(lone.sent_to(peers[0]), accuses) == (peers.size() == 2 ? 1 : 0));
}

TEST_CASE("R5: who is observed behind a closed door is asked 20 ms later", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(12);
    auto lost = peers.begin();
    for (; lone.knocks().empty(); ++lost)
        lone.lose_link(*lost);
    --lost;
    const bool is_told_first = GENERATE(false, true);
    const Instant start = lone.now();
    if (is_told_first) {
        lone.hear(peers.back(), accusation(*lost, {peers.back().life()}, Cause::refused));
        lone.turn();
    } else {
        lone.refuse(*lost);
    }

    CHECK(count_of(lone.sent(), asks) == 0);
    lone.pass(20ms);
    const auto& sent = lone.sent();
    REQUIRE(count_of(sent, asks) > 0);
    CHECK(std::find_if(sent.begin(), sent.end(), asks)->at == start + 20ms);
}

TEST_CASE("R9: who hears the one whose door is closed to others objects at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    REQUIRE(count_of(lone.sent_to(peers[0]), asks) == 1);
    lone.forget_outputs();

    lone.hear(peers[0]);
    lone.turn();

    const std::set others{peers[1].life(), peers[2].life(), peers[3].life()};
    CHECK(lone.receivers(peers, brings_rows) == others);
}

TEST_CASE("R9: who hears of a closed door looks for itself, once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const bool is_talking = GENERATE(true, false);
    if (!is_talking) lone.lose_link(peers[0]);
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    lone.hear(peers[2], accusation(peers[0], {peers[2].life()}, Cause::refused));

    CHECK(lone.knocks().size() == (is_talking ? 0 : 1));
    const auto asked = lone.sent_to(peers[0]);
    CHECK(count_of(asked, asks) == (is_talking ? 1 : 0));
}

TEST_CASE("R9: a refusal says nothing of whom this node talks with", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.refuse(peers[0]);
    lone.pass(50ms, peers);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.status().counters.accusations_made == 0);
}

TEST_CASE("R9: whoever was heard since the knock is knocked at again", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.forget_outputs();

    const Peer before = peers[0];
    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0]));
    lone.refuse(before);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    REQUIRE(lone.knocks().size() == 1);
    CHECK(lone.knocks().front().heartbeat == peers[0].heartbeat);
}

TEST_CASE("R9: a heartbeat from before its door was found closed needs no other knock", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(10ms);
    lone.lose_link(peers[0]);
    const Peer before = peers[0];
    ++peers[0].heartbeat;
    const bool is_known_in_time = GENERATE(true, false);
    if (is_known_in_time) lone.hear(peers[1], row(peers[0], Milliseconds{5}));
    lone.refuse(before);
    lone.forget_outputs();

    if (!is_known_in_time) {
        Accusation news = accusation(peers[0], {peers[1].life()}, Cause::refused);
        news.age = Milliseconds{5};
        lone.hear(peers[1], news);
    }
    lone.pass(50ms);

    CHECK(lone.knocks().empty());
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    const std::vector<std::string> accusers = lone.member("p1")->accusers;
    CHECK(std::count(accusers.begin(), accusers.end(), "self") == 1);
}

TEST_CASE("R9: whoever is heard long after its door was closed to us is not knocked at again",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.pass(100ms, but_first(peers));
    REQUIRE(lone.state(peers[0]) == MemberState::suspect);
    lone.forget_outputs();

    for (int word = 0; word < 10; ++word) {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0]));
        lone.pass(10ms, but_first(peers));
    }

    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.knocks().empty());
}

TEST_CASE("R11: among many members, those whose doors close in one moment fail in one step",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(800);
    const std::vector<LifeId> observers{peers[3].life(), peers[4].life(), peers[5].life(),
                                        peers[6].life()};
    for (const std::size_t victim : {0U, 1U}) {
        lone.hear(peers[7], accusation(peers[victim], observers, Cause::refused));
        lone.turn();
        CHECK(lone.events(EventKind::failed).empty());
        lone.pass(10ms);
    }

    lone.pass(10ms);

    const auto failed = lone.events(EventKind::failed);
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].at == failed[1].at);
}

TEST_CASE("R9: doors that close one after the other convict nobody", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    for (const std::size_t other : {1U, 2U, 3U}) {
        lone.pass(100ms, but_first(peers));
        lone.hear(peers[other], accusation(peers[0], {peers[other].life()}, Cause::refused));
    }
    lone.pass(300ms, but_first(peers));

    CHECK(lone.state(peers[0]) == MemberState::suspect);
}

TEST_CASE("R19: forged last words of the dead are not news each time", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    const std::vector<LifeId> others{peers[1].life(), peers[2].life(), peers[3].life()};
    lone.hear(peers[1], accusation(peers[0], others, Cause::refused));
    lone.turn();
    REQUIRE(lone.state(peers[0]) == MemberState::failed);
    lone.forget_outputs();

    for (int word = 0; word < 100; ++word) {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0], Milliseconds{20}));
        lone.turn();
    }

    // The first of them are answered at once, for they may be true.
    CHECK(count_of(lone.sent_to(peers[2]), accuses) > 0);
    CHECK(count_of(lone.sent_to(peers[2]), accuses) <= 6);
}

TEST_CASE("R17: who leaves looks at no doors", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.detector().leave(lone.now());
    lone.turn();
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    lone.refuse(peers[0]);

    CHECK(lone.knocks().empty());
    CHECK(lone.status().counters.accusations_made == 0);
}

}  // namespace hearsay::testing

// R17: how a life leaves.

#include <algorithm>
#include <chrono>
#include <span>
#include <string>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// Confirms that this node has left.
void confirm_leaving(LoneDetector& lone, Peer& peer) {
    lone.hear(peer, Row{.life = LoneDetector::self().life, .heartbeat = heartbeat_left, .age = {}});
}

}  // namespace

TEST_CASE("R17: a life that leaves says so by the last heartbeat, again until a quorum confirms",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(6);

    lone.detector().leave(lone.now());
    lone.turn();
    CHECK(lone.status().is_leaving);
    CHECK(lone.detector().leaving()->asked == 6);
    for (const Peer& each : peers) {
        REQUIRE(lone.sent_to(each).size() == 1);
        CHECK(lone.sent_to(each).front().message.heartbeat == heartbeat_left);
        CHECK(lone.sent_to(each).front().message.promise == 0ms);
        CHECK(lone.sent_to(each).front().message.wants_answer);
    }

    confirm_leaving(lone, peers[0]);
    lone.pass(round / 2);
    CHECK(lone.sent_to(peers[0]).size() == 1);
    CHECK(lone.sent_to(peers[1]).size() == 2);

    confirm_leaving(lone, peers[1]);
    confirm_leaving(lone, peers[1]);
    CHECK(lone.detector().leaving()->confirmed == 2);
    CHECK_FALSE(lone.detector().leaving()->is_complete);
    confirm_leaving(lone, peers[2]);
    CHECK(lone.detector().leaving()->is_complete);
}

TEST_CASE("R17: after a round all that were heard are told", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);

    lone.detector().leave(lone.now());
    lone.turn();
    const std::size_t links = lone.detector().leaving()->asked;
    REQUIRE(links < peers.size());
    lone.pass(round - 1us);
    CHECK(lone.detector().leaving()->asked == links);
    lone.pass(1us);
    CHECK(lone.detector().leaving()->asked == peers.size());
    for (const Peer& each : peers)
        CHECK_FALSE(lone.sent_to(each).empty());
}

TEST_CASE("R17: one of those asked may be frozen, a quorum of the others is enough", "[rules]") {
    const auto [asked, enough] = GENERATE(
        table<std::size_t, std::size_t>({{0, 0}, {1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 3}, {8, 3}}));
    CAPTURE(asked);
    Config config = LoneDetector::local();
    config.ring_count = 4;
    LoneDetector lone(config);
    auto peers = lone.meet(asked);
    lone.detector().leave(lone.now());
    lone.turn();
    REQUIRE(lone.detector().leaving()->asked == asked);

    for (std::size_t confirmed = 0; confirmed < enough; ++confirmed) {
        CHECK_FALSE(lone.detector().leaving()->is_complete);
        confirm_leaving(lone, peers[confirmed]);
    }

    CHECK(lone.detector().leaving()->is_complete);
}

TEST_CASE("R17: suspects are told as well", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.pass(round / 2, but_first(peers));
    REQUIRE(lone.state(peers[0]) == MemberState::suspect);

    lone.detector().leave(lone.now());
    lone.forget_outputs();
    lone.turn();

    CHECK(lone.sent_to(peers[0]).front().message.heartbeat == heartbeat_left);
}

TEST_CASE("R17: a node that gives way to a namesake tells all it has heard, for half a round",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(6);
    Peer bearer = peer(77);
    bearer.identity.name = LoneDetector::self().name;
    bearer.identity.incarnation = LoneDetector::self().incarnation - 1;
    bearer.link = LinkId{1000};
    Message message = lone.message(bearer);
    message.is_confirmed = true;
    message.introductions.push_back(introduction(bearer));

    lone.hand_in(message, bearer.link);
    REQUIRE(lone.detector().name_conflict().has_value());

    CHECK(lone.detector().leaving()->asked == peers.size());
    for (const Peer& each : peers) {
        REQUIRE_FALSE(lone.sent_to(each).empty());
        CHECK(lone.sent_to(each).back().message.heartbeat == heartbeat_left);
    }
    for (Peer& each : std::span(peers).first(3))
        confirm_leaving(lone, each);
    CHECK_FALSE(lone.detector().leaving()->is_complete);
    lone.pass(round / 2);
    CHECK(lone.detector().leaving()->is_complete);
}

TEST_CASE("R17: a node that does not know a life that leaves confirms it, too", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Peer stranger = peer(77);
    Message goodbye = lone.question(stranger);
    goodbye.heartbeat = heartbeat_left;

    lone.hand_in(goodbye, stranger.link);

    REQUIRE(lone.sent_to(stranger).size() == 1);
    const Message reply = lone.sent_to(stranger).front().message;
    REQUIRE(reply.rows.size() == 1);
    CHECK(reply.rows.front().life == stranger.life());
    CHECK(reply.rows.front().heartbeat == heartbeat_left);
    CHECK(reply.wants.empty());
}

TEST_CASE("R17: after leave_timeout leaving is over, confirmed or not", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);

    lone.detector().leave(lone.now());
    lone.pass(2s - 1us);
    CHECK_FALSE(lone.detector().leaving()->is_complete);
    lone.pass(1us);

    CHECK(lone.detector().leaving()->is_complete);
    CHECK(lone.detector().leaving()->confirmed == 0);
    CHECK(lone.sent_to(peers[0]).size() >= 20);
}

TEST_CASE("R17: leave_timeout may be shorter than a round", "[rules]") {
    Config config = LoneDetector::local();
    config.leave_timeout = 20ms;
    LoneDetector lone(config);
    auto peers = lone.meet(2);

    lone.detector().leave(lone.now());
    lone.turn();

    CHECK(lone.detector().next_deadline() == lone.now() + 20ms);
}

TEST_CASE("R17: a node that knows nobody has left at once, and leaving twice is leaving once",
          "[rules]") {
    LoneDetector lone;
    CHECK_FALSE(lone.detector().leaving().has_value());

    lone.detector().leave(lone.now());
    lone.detector().leave(lone.now());
    lone.turn();

    CHECK(lone.detector().leaving()->is_complete);
    CHECK(lone.sent().empty());
    CHECK(lone.member("self")->state == MemberState::left);
}

TEST_CASE("R17: a node that knows nobody yet says goodbye to its seeds, for a round at most",
          "[rules]") {
    Config config = LoneDetector::local();
    const Peer first = peer(1);
    Peer second = peer(2);
    const Peer third = peer(3);
    config.seeds = {first.identity.endpoint, LoneDetector::self().endpoint,
                    second.identity.endpoint, third.identity.endpoint};
    LoneDetector lone(config);
    lone.turn();
    lone.forget_outputs();

    lone.detector().leave(lone.now());
    lone.turn();

    CHECK(lone.detector().leaving()->asked == 3);
    CHECK(lone.sent().size() == 3);
    for (const Peer& each : {first, second, third}) {
        REQUIRE(lone.sent_to(each).size() == 1);
        CHECK(lone.sent_to(each).front().message.heartbeat == heartbeat_left);
        CHECK(lone.sent_to(each).front().message.wants_answer);
    }
    confirm_leaving(lone, second);
    CHECK(lone.detector().leaving()->confirmed == 1);
    CHECK_FALSE(lone.detector().leaving()->is_complete);
    lone.pass(round);
    CHECK(lone.detector().leaving()->is_complete);
}

TEST_CASE("R17: a life that leaves waits for nobody who leaves as well", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.detector().leave(lone.now());
    lone.turn();
    confirm_leaving(lone, peers[0]);
    REQUIRE_FALSE(lone.detector().leaving()->is_complete);

    Message goodbye = lone.question(peers[1]);
    goodbye.heartbeat = heartbeat_left;
    lone.hand_in(goodbye, peers[1].link);

    CHECK(lone.detector().leaving()->is_complete);
    CHECK(lone.detector().leaving()->asked == 2);
}

TEST_CASE("R17: two that leave at once do not confirm each other's confirmations", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.detector().leave(lone.now());
    lone.turn();
    Message goodbye = lone.question(peers[0]);
    goodbye.heartbeat = heartbeat_left;
    lone.hand_in(goodbye, peers[0].link);
    lone.forget_outputs();

    goodbye.wants_answer = false;
    goodbye.rows.push_back(
        {.life = LoneDetector::self().life, .heartbeat = heartbeat_left, .age = {}});
    lone.hand_in(goodbye, peers[0].link);

    CHECK(lone.sent().empty());
}

TEST_CASE("R17: a life that leaves judges nobody", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.detector().leave(lone.now());

    lone.pass(2s);

    CHECK(lone.events().empty());
    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R17: an accusation does not make a life that leaves speak again", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.detector().leave(lone.now());
    lone.turn();
    lone.forget_outputs();

    lone.hear(peers[0], Accusation{.life = LoneDetector::self().life,
                                   .heartbeat = 1,
                                   .age = {},
                                   .cause = Cause::silence,
                                   .accusers = {peers[0].life()}});

    CHECK(lone.sent().empty());
    CHECK(lone.status().counters.refutations == 0);
}

TEST_CASE("R17: that a peer leaves is confirmed, told, and passed on", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    Message goodbye = lone.question(peers[0]);
    goodbye.heartbeat = heartbeat_left;

    lone.hand_in(goodbye, peers[0].link);
    REQUIRE(lone.sent_to(peers[0]).size() == 1);
    const Row left{.life = peers[0].life(), .heartbeat = heartbeat_left, .age = {}};
    const auto said = lone.sent_to(peers[0]).front().message.rows;
    CHECK(std::find(said.begin(), said.end(), left) != said.end());
    CHECK(lone.state(peers[0]) == MemberState::left);
    CHECK(lone.events(EventKind::left).size() == 1);

    lone.turn();
    REQUIRE_FALSE(lone.sent_to(peers[1]).empty());
    CHECK(lone.sent_to(peers[1]).front().message.rows == std::vector{left});
    CHECK(lone.status().roster_size == 3);
}

TEST_CASE("R17: left outranks failed, and is final", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    let_first_fail(lone, peers);
    lone.forget_outputs();

    lone.hear(peers[1], Row{.life = peers[0].life(), .heartbeat = heartbeat_left, .age = {}});
    CHECK(lone.state(peers[0]) == MemberState::left);
    CHECK(lone.events().size() == 1);

    lone.hear(peers[0]);
    lone.hear(peers[0], introduction(peers[0]));
    CHECK(lone.state(peers[0]) == MemberState::left);
    CHECK(lone.events().size() == 1);
}

TEST_CASE("R17: after a round half of those asked are enough, if they are no more than three",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.detector().leave(lone.now());
    lone.turn();
    confirm_leaving(lone, peers[0]);
    lone.pass(round);
    CHECK_FALSE(lone.detector().leaving()->is_complete);
    confirm_leaving(lone, peers[1]);

    CHECK(lone.detector().leaving()->is_complete);
}

}  // namespace hearsay::testing

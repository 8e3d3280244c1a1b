// R16: how rosters become equal again.

#include <algorithm>
#include <chrono>
#include <string>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

bool tells_of(const Message& message, LifeId life) {
    const auto& all = message.introductions;
    return std::any_of(all.begin(), all.end(),
                       [&](const Introduction& each) { return each.identity.life == life; });
}

/// The peer is heard with a roster that is not ours.
void disagree(LoneDetector& lone, Peer& peer) {
    Message message = lone.message(peer);
    ++message.digest;
    lone.hand_in(message, peer.link);
}

/// The peer is heard with that roster.
void send_roster(LoneDetector& lone, Peer& peer, std::vector<std::uint64_t> roster) {
    Message message = lone.message(peer);
    message.roster = std::move(roster);
    lone.hand_in(message, peer.link);
}

std::uint64_t key(LifeId life) {
    return roster_key(life, 0);
}

/// The first of the peers fails and is forgotten: its tombstone remains.
void bury_first(LoneDetector& lone, std::vector<Peer>& peers) {
    let_first_fail(lone, peers);
    REQUIRE(lone.detector().forget("p1", false, lone.now()) == ForgetOutcome::done);
    lone.turn();
}

}  // namespace

TEST_CASE("R16: every message carries the digest of the roster", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    lone.pass(1s, peers);

    for (const Sent& each : lone.sent())
        CHECK(each.message.digest == lone.status().digest);
}

TEST_CASE("R16: a peer that agrees is never sent the roster", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    lone.pass(5s, peers);

    CHECK(count_of(lone.sent(), brings_roster) == 0);
    CHECK(lone.status().peers_agreeing == 3);
}

TEST_CASE("R16: where digests differ for half a round the roster is sent", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    disagree(lone, peers[0]);
    CHECK(count_of(lone.sent(), brings_roster) == 0);
    lone.pass(round / 2 - 1us);
    disagree(lone, peers[0]);
    CHECK(count_of(lone.sent(), brings_roster) == 0);
    lone.pass(1us);
    disagree(lone, peers[0]);

    REQUIRE(count_of(lone.sent(), brings_roster) == 1);
    const Sent& sent = lone.sent().back();
    CHECK(sent.is_to(peers[0]));
    auto roster = sent.message.roster;
    std::sort(roster.begin(), roster.end());
    std::vector expected{key(LoneDetector::self().life), key(peers[0].life()), key(peers[1].life()),
                         key(peers[2].life())};
    std::sort(expected.begin(), expected.end());
    CHECK(roster == expected);
}

TEST_CASE("R16: the roster is sent once a second to each peer at most, less often in vain",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    std::vector<Instant> sent_at;

    for (int turn = 0; turn < 380; ++turn) {
        disagree(lone, peers[0]);
        lone.pass(round, but_first(peers));
    }

    for (const Sent& each : lone.sent()) {
        if (!each.message.roster.empty()) sent_at.push_back(each.at);
    }
    // 76 s hold pauses of 1, 2, 4 and 8 s, and three of 16.
    REQUIRE(sent_at.size() == 8);
    for (std::size_t i = 1; i < sent_at.size(); ++i) {
        const Duration pause = std::min<Duration>(1s * (1U << (i - 1)), 16s);
        CHECK(sent_at[i] - sent_at[i - 1] >= pause);
        CHECK(sent_at[i] - sent_at[i - 1] <= pause + round);
    }
}

TEST_CASE("R16: to a roster one answers with what it lacks and asks for what one misses",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    send_roster(lone, peers[0], {key(peers[0].life()), key(peers[1].life()), 4711});

    REQUIRE(lone.sent().size() == 1);
    const Message& reply = lone.sent().front().message;
    CHECK(reply.wants == std::vector<std::uint64_t>{4711});
    CHECK(reply.introductions.size() == 2);
    CHECK(tells_of(reply, peers[2].life()));
    CHECK(tells_of(reply, LoneDetector::self().life));
}

TEST_CASE("R16: a life that is asked for and missing in the roster too is introduced once",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    Message message = lone.message(peers[0]);
    message.roster = {key(peers[0].life()), key(peers[1].life())};
    message.wants = {key(peers[2].life()), key(LoneDetector::self().life)};

    lone.hand_in(message, peers[0].link);

    REQUIRE(lone.sent().size() == 1);
    const Message& reply = lone.sent().front().message;
    CHECK(reply.introductions.size() == 2);
    CHECK(tells_of(reply, peers[2].life()));
    CHECK(tells_of(reply, LoneDetector::self().life));
}

TEST_CASE("R16: a node that still holds a failed life for alive is told of the evidence",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    let_first_fail(lone, peers);
    lone.hear(peers[1], Row{.life = peers[3].life(), .heartbeat = heartbeat_left, .age = {}});
    lone.turn();
    lone.forget_outputs();

    std::vector<std::uint64_t> roster{key(LoneDetector::self().life)};
    for (const Peer& each : peers)
        roster.push_back(key(each.life()));
    Message question = lone.question(peers[1]);
    question.roster = roster;
    lone.hand_in(question, peers[1].link);

    const Message& reply = lone.sent().back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().life == peers[0].life());
    CHECK(reply.accusations.front().accusers.front() == LoneDetector::self().life);
    CHECK(std::any_of(reply.rows.begin(), reply.rows.end(), [&](const Row& each) {
        return each.life == peers[3].life() && each.heartbeat == heartbeat_left;
    }));
}

TEST_CASE("R16: a node that failed a life on others' word adds its own once it is silent as long",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    lone.pass(500ms, peers);
    const auto asked = lone.receivers(peers, asks);
    const auto stranger = std::find_if(
        peers.begin(), peers.end(), [&](const Peer& each) { return !asked.contains(each.life()); });
    REQUIRE(stranger != peers.end());
    std::vector<Peer> others;
    for (const Peer& each : peers) {
        if (each.life() != stranger->life()) others.push_back(each);
    }
    lone.pass(2s, others);
    lone.hear(others[0], accusation(*stranger, {LifeId{2001}, LifeId{2002}, LifeId{2003}}));
    lone.pass(1s, others);
    REQUIRE(lone.state(*stranger) == MemberState::failed);
    lone.forget_outputs();

    Message question = lone.question(others[0]);
    for (const Peer& each : peers)
        question.roster.push_back(key(each.life()));
    lone.hand_in(question, others[0].link);

    const Message& reply = lone.sent().back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().accusers.size() == 4);
    CHECK(reply.accusations.front().accusers.front() == LoneDetector::self().life);
}

TEST_CASE("R16: a node that has buried a life joins in its accusation", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    bury_first(lone, peers);
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.turn();

    const Message reply = lone.sent_to(peers[1]).back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().life == peers[0].life());
    CHECK(reply.accusations.front().accusers == std::vector{LoneDetector::self().life});
}

TEST_CASE("R13: two who have buried the same life do not answer one another for ever", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    bury_first(lone, peers);
    const Accusation word = accusation(peers[0], {peers[1].life()});
    const auto answers = [&] {
        lone.forget_outputs();
        lone.hear(peers[1], word);
        lone.turn();
        return lone.sent_to(peers[1]).size();
    };

    CHECK(answers() == 1);
    CHECK(answers() == 0);
    lone.pass(lone.detector().config().round, peers);
    CHECK(answers() == 1);
}

TEST_CASE("R13: a member that is dead to a node is told so once a round", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    bury_first(lone, peers);
    Message late = lone.message(peers[0]);
    late.heartbeat = 1;
    const auto answers = [&] {
        lone.forget_outputs();
        lone.hand_in(late, peers[0].link);
        return lone.sent_to(peers[0]).size();
    };

    CHECK(answers() == 1);
    CHECK(answers() == 0);
    lone.pass(lone.detector().config().round, but_first(peers));
    CHECK(answers() == 1);
}

TEST_CASE("R16: the evidence against a life given up goes to a node that holds it, unasked",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    let_first_fail(lone, peers);
    lone.forget_outputs();

    send_roster(lone, peers[1],
                {key(LoneDetector::self().life), key(peers[0].life()), key(peers[1].life())});

    REQUIRE(lone.sent_to(peers[1]).size() == 1);
    CHECK(lone.sent_to(peers[1]).front().message.accusations.size() == 1);
}

TEST_CASE("R16: a node that is asked for a key introduces its life", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    Message wants = lone.message(peers[0]);
    wants.wants = {key(peers[1].life()), number(peers[2].life()), key(LoneDetector::self().life),
                   4711};

    lone.hand_in(wants, peers[0].link);

    REQUIRE(lone.sent().size() == 1);
    const Message& reply = lone.sent().front().message;
    CHECK(reply.introductions.size() == 3);
    CHECK(tells_of(reply, peers[1].life()));
    CHECK(tells_of(reply, peers[2].life()));
    CHECK(tells_of(reply, LoneDetector::self().life));
}

TEST_CASE("R16: a node that knows nobody is introduced to everybody at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(30);
    Peer newcomer = peer(99);
    Message hello = lone.question(newcomer);
    hello.introductions = {introduction(newcomer)};
    // The digest of a life that knows nobody else, as its own detector states it.
    const Detector its_own(LoneDetector::local(), newcomer.identity, 1, lone.now());
    hello.digest = its_own.status(lone.now()).digest;

    lone.hand_in(hello, newcomer.link);

    std::size_t introduced = 0;
    for (const Sent& each : lone.sent_to(newcomer))
        introduced += each.message.introductions.size();
    CHECK(introduced == 31);
    CHECK(tells_of(lone.sent_to(newcomer).back().message, peers[0].life()));
}

TEST_CASE("R16: nobody adds its own word before it heard nothing for long enough", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto stranger = std::find_if(peers.begin(), peers.end(), [&](const Peer& each) {
        return !lone.member(each.name())->is_observed;
    });
    REQUIRE(stranger != peers.end());
    const Peer silent = *stranger;
    peers.erase(stranger);
    const std::vector<LifeId> observers{peers[0].life(), peers[1].life(), peers[2].life()};
    lone.hear(peers[0], accusation(silent, observers, Cause::refused));
    lone.pass(300ms, peers);
    REQUIRE(lone.state(silent) == MemberState::failed);

    Message question = lone.question(peers[0]);
    question.roster = {key(silent.life())};
    lone.hand_in(question, peers[0].link);

    const Message& reply = lone.sent().back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().accusers.size() == 3);
}

TEST_CASE("R13: nobody is told of a failed member as of one that lives", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    let_first_fail(lone, peers);
    lone.forget_outputs();

    send_roster(lone, peers[1], {key(peers[1].life())});

    const Message& reply = lone.sent().back().message;
    CHECK(tells_of(reply, peers[2].life()));
    CHECK_FALSE(tells_of(reply, peers[0].life()));
}

}  // namespace hearsay::testing

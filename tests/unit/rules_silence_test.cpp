// R8, R12: when a life is accused, and what is not held against it.

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "rings.hpp"
#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// How long after `since` the first accusation was sent.
Duration accused_after(const LoneDetector& lone, Instant since) {
    const auto first = std::find_if(lone.sent().begin(), lone.sent().end(), accuses);
    REQUIRE(first != lone.sent().end());
    return first->at - since;
}

}  // namespace

TEST_CASE("R8: an observer accuses when silence reaches suspect_after", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();

    lone.pass(1s, but_first(peers));

    CHECK(accused_after(lone, last_words) == 600ms);
    CHECK(lone.events(EventKind::suspected).front().accusers == std::vector<std::string>{"self"});
    CHECK(lone.status().counters.accusations_made == 1);
}

TEST_CASE("R8: a longer promise is waited for two and a half times", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    Message slower = lone.message(peers[0]);
    slower.promise = 300ms;
    lone.hand_in(slower, peers[0].link);
    const Instant last_words = lone.now();

    lone.pass(1s, but_first(peers));

    CHECK(accused_after(lone, last_words) == 750ms);
}

TEST_CASE("R8: lateness measured on a link widens, half-way to fail_after at most", "[rules]") {
    const auto [late, widened] =
        GENERATE(table<Duration, Duration>({{100ms, 700ms}, {350ms, 800ms}}));
    CAPTURE(late.count());
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    lone.pass(round + late, but_first(peers));
    lone.hear(peers[0]);
    const Instant last_words = lone.now();

    lone.pass(1s, but_first(peers));

    CHECK(accused_after(lone, last_words) == widened);
}

TEST_CASE("R8: a node that does not observe accuses as a last resort", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    Rings rings(2);
    rings.insert(LoneDetector::self().life);
    for (const Peer& each : peers)
        rings.insert(each.life());
    const auto neighbours = rings.observers(LoneDetector::self().life);
    const auto is_neighbour = [&](const Peer& each) {
        return std::binary_search(neighbours.begin(), neighbours.end(), each.life());
    };
    std::stable_partition(peers.begin(), peers.end(), std::not_fn(is_neighbour));
    lone.hear(peers[0]);
    const Instant last_words = lone.now();

    lone.pass(30s, but_first(peers));

    // Of 21 members each is heard of every 21 / 2 rounds at the least.
    const Duration gap = 21 * round / 2;
    const Duration accused = accused_after(lone, last_words);
    CHECK(accused >= 1s + 10 * gap);
    CHECK(accused < 1s + 10 * gap + round);
    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R12: a stall is counted and shown, and every peer gets a fresh window", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    const Duration until_due = lone.detector().next_deadline() - lone.now();

    lone.stall(10s);
    const Instant awake = lone.now();
    lone.pass(1s, but_first(peers));

    REQUIRE(lone.events(EventKind::stalled).size() == 1);
    CHECK(lone.events(EventKind::stalled).front().silence == 10s - until_due);
    CHECK(lone.events(EventKind::stalled).front().subject.name == "self");
    CHECK(lone.status().counters.stalls == 1);
    CHECK(lone.status().counters.last_stall == 10s - until_due);
    CHECK(lone.status().counters.longest_stall == 10s - until_due);
    CHECK(accused_after(lone, awake) >= 600ms);
}

TEST_CASE("R12: of a turn that is late one round at most is held against the others", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    lone.turn();
    const Instant last_words = lone.now();
    lone.pass(1ms, but_first(peers));

    lone.stall(lone.detector().next_deadline() - lone.now() + 299ms);
    const Duration pause = lone.now() - last_words - 1ms;
    REQUIRE(pause > round);
    lone.pass(1s, but_first(peers));

    CHECK(lone.status().counters.stalls == 0);
    CHECK(accused_after(lone, last_words) == 600ms + pause - round);
}

TEST_CASE("R12: a node that hears nobody of several blames itself, for a while", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);

    lone.pass(900ms);
    CHECK(lone.status().counters.accusations_made == 0);
    lone.hear(peers[0]);
    lone.turn();
    const Instant hears_again = lone.now();

    REQUIRE(lone.events(EventKind::isolated).size() == 1);
    CHECK(lone.events(EventKind::isolated).front().silence >= 900ms);
    CHECK(lone.status().counters.isolations == 1);
    lone.pass(1s, {peers.data(), 1});
    CHECK(accused_after(lone, hears_again) >= 600ms);
}

TEST_CASE("R12: an isolated node tells no heartbeat", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(8);
    lone.pass(400ms, peers);
    lone.pass(299ms);
    REQUIRE(lone.sent().back().message.heartbeat == lone.detector().heartbeat());
    lone.forget_outputs();

    lone.pass(round);
    REQUIRE_FALSE(lone.sent().empty());
    for (const Sent& each : lone.sent())
        CHECK(each.message.heartbeat == heartbeat_untold);

    lone.forget_outputs();
    Message question = lone.message(peers[0]);
    question.wants_answer = true;
    lone.hand_in(question, peers[0].link);
    REQUIRE_FALSE(lone.sent().empty());
    CHECK(lone.sent().back().message.heartbeat == lone.detector().heartbeat());
}

TEST_CASE("R12: a word of a node that tells no heartbeat clears nobody", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life(), peers[2].life()}));
    lone.pass(round / 2, but_first(peers));
    REQUIRE(lone.state(peers[0]) == MemberState::suspect);

    Message word = lone.message(peers[0]);
    word.heartbeat = heartbeat_untold;
    lone.hand_in(word, peers[0].link);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    CHECK(lone.member(peers[0].name())->is_heard_directly);
}

TEST_CASE("R12: after ten fail_after even the isolated believe in silence", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);

    lone.pass(12s);

    CHECK(lone.events(EventKind::failed).size() == 4);
    CHECK(lone.status().is_alone);
}

TEST_CASE("R8: lateness fades over some sixteen words", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    lone.pass(round + 160ms, but_first(peers));
    lone.hear(peers[0]);
    for (int word = 0; word < 16; ++word) {
        lone.pass(round, but_first(peers));
        lone.hear(peers[0]);
    }
    const Instant last_words = lone.now();

    lone.pass(1s, but_first(peers));

    const Duration widened = accused_after(lone, last_words);
    CHECK(widened >= 600ms + 160ms / 3);
    CHECK(widened <= 600ms + 160ms / 2);
}

TEST_CASE("R8: all others are looked at in a round for the last resort", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(40);
    std::vector<Peer> neighbours;
    for (const Peer& each : peers) {
        if (lone.member(each.name())->is_observed) neighbours.push_back(each);
    }
    while (lone.status().counters.accusations_made == 0)
        lone.pass(round, neighbours);
    CHECK(lone.status().counters.accusations_made == peers.size() - neighbours.size());
}

TEST_CASE("R12: a turn that is later than suspect_after is a stall", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);

    lone.stall(lone.detector().next_deadline() - lone.now() + 599ms);
    lone.turn();
    CHECK(lone.status().counters.stalls == 0);
    lone.stall(lone.detector().next_deadline() - lone.now() + 600ms);
    lone.turn();

    CHECK(lone.status().counters.stalls == 1);
}

TEST_CASE("R12: a withdrawn node accuses nobody as a last resort", "[rules]") {
    Config config = LoneDetector::local();
    config.ring_count = 4;
    LoneDetector lone(config);
    auto peers = lone.meet(12);
    const auto first_other = std::partition(peers.begin(), peers.end(), [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    });
    const std::span late(peers.begin(), first_other);
    REQUIRE(late.size() >= 4);
    REQUIRE(late.size() <= 10);
    // The last resort of thirteen members is 7.5 seconds; ten are believed in any case.
    for (int turn = 0; turn < 48; ++turn) {
        for (Peer& each : late) {
            ++each.heartbeat;
            lone.hear(*first_other, row(each));
        }
        lone.pass(round, {&*first_other, 1});
    }

    REQUIRE(lone.status().is_withdrawn);
    CHECK(lone.member(peers.back().name())->silence > 9s);
    CHECK(lone.status().counters.accusations_made == 0);
}

}  // namespace hearsay::testing

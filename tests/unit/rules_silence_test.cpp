// R8, R12: when a life is accused, and what is not held against it.

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
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

/// Its neighbours are heard now and then, and of the others, which hear them well, so many in each
/// round; until it withdraws, or for sixty rounds. Returns the others.
std::vector<Peer> hear_neighbours_late(LoneDetector& lone, const std::vector<Peer>& peers,
                                       std::size_t answering) {
    std::vector<Peer> late;
    std::vector<Peer> others;
    for (const Peer& each : peers)
        (lone.member(each.name())->is_observed ? late : others).push_back(each);
    for (std::size_t turn = 0; turn < 60 && !lone.status().is_withdrawn; ++turn) {
        for (Peer& each : late) {
            ++each.heartbeat;
            lone.hear(others[0], row(each));
            if (turn % 8 == 0) lone.hear(each);
        }
        std::rotate(others.begin(), others.begin() + 5, others.end());
        lone.pass(round, std::span(others).first(answering));
    }
    return others;
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

TEST_CASE("R12: a node that hears most links late withdraws, and accuses nobody any more",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 5);

    REQUIRE(lone.status().is_withdrawn);
    const std::uint64_t accusations = lone.status().counters.accusations_made;
    lone.forget_outputs();
    lone.pass(700ms, std::span(others).first(5));
    CHECK(lone.status().counters.accusations_made == accusations);
    const Heartbeat kept = lone.detector().heartbeat();

    SECTION("a refused dial proves that it hears, and it is back") {
        lone.refuse(peers[0]);
        CHECK_FALSE(lone.status().is_withdrawn);
        CHECK(lone.events(EventKind::returned).size() == 1);
    }
    SECTION("it does not refute") {
        Accusation about_self = accusation(others[0], {others[1].life()});
        about_self.life = LoneDetector::self().life;
        about_self.heartbeat = kept;
        lone.forget_outputs();
        lone.hear(others[1], about_self);
        lone.turn();
        CHECK(lone.detector().heartbeat() == kept);
        CHECK(lone.status().counters.refutations == 0);
    }
    SECTION("it returns when it hears well again") {
        for (int turn = 0; turn < 40; ++turn)
            lone.pass(round, peers);
        CHECK(lone.events(EventKind::returned).size() == 1);
        CHECK(lone.detector().heartbeat() > kept);
    }
}

TEST_CASE("R12: a degraded node believes in a silence of ten fail_after", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(40);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 5);
    REQUIRE(lone.status().is_withdrawn);
    const auto heard = std::span(others).first(5);
    const std::uint64_t accusations = lone.status().counters.accusations_made;

    // A word comes every round, and each ends its isolation.
    lone.pass(8s, heard);
    CHECK(lone.status().counters.accusations_made == accusations);
    lone.pass(12s, heard);

    CHECK_FALSE(lone.status().is_withdrawn);
    for (const Peer& each : heard)
        CHECK(lone.state(each) == MemberState::alive);
    // Silent neighbours have made room for those next in line, until all were heard.
    for (const Member& each : lone.detector().members(lone.now())) {
        if (each.is_observed) CHECK(each.silence <= round);
    }
}

TEST_CASE("R12: nobody withdraws because its neighbours are ill, while others answer", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 10);

    CHECK_FALSE(lone.status().is_withdrawn);
    CHECK(lone.events(EventKind::withdrew).empty());
    // It asked some of them in the last round.
    lone.forget_outputs();
    lone.pass(round, others);
    CHECK(lone.receivers(others, asks).size() >= 4);
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

/// A node that has withdrawn, the peers that it still hears, and one that others had it fail.
struct Withdrawn {
    Withdrawn() {
        std::vector<LifeId> accusers{heard[0].life(), heard[1].life(), heard[2].life()};
        std::sort(accusers.begin(), accusers.end());
        lone.hear(heard[0], accusation(silent, accusers));
        lone.pass(4s, heard);
        REQUIRE(lone.status().is_withdrawn);
        REQUIRE(lone.state(silent) == MemberState::failed);
    }
    LoneDetector lone{};
    std::vector<Peer> others = hear_neighbours_late(lone, lone.meet(20), 5);
    std::span<Peer> heard = std::span(others).first(4);
    Peer silent = others[10];
};

TEST_CASE("R12: a withdrawn node does not accuse the failed anew", "[rules]") {
    Withdrawn node;
    const std::uint64_t accusations = node.lone.status().counters.accusations_made;
    node.lone.forget_outputs();

    ++node.silent.heartbeat;
    node.lone.hear(node.heard[0], row(node.silent, 4s));
    node.lone.pass(round, node.heard);

    REQUIRE(node.lone.status().is_withdrawn);
    CHECK(node.lone.status().counters.accusations_made == accusations);
    CHECK(node.lone.receivers(node.heard, accuses).empty());
}

TEST_CASE("R12: a withdrawn node does not accuse the buried", "[rules]") {
    Withdrawn node;
    REQUIRE(node.lone.detector().forget(node.silent.name(), false, node.lone.now()) ==
            ForgetOutcome::done);
    node.lone.forget_outputs();

    node.lone.hear(node.heard[0], row(node.silent));
    node.lone.pass(round, node.heard);

    REQUIRE(node.lone.status().is_withdrawn);
    CHECK(node.lone.receivers(node.heard, accuses).empty());
}

TEST_CASE("R16: a withdrawn node adds no word of its own", "[rules]") {
    Withdrawn node;
    auto& [lone, others, heard, silent] = node;

    Message question = lone.question(heard[0]);
    question.roster = {roster_key(silent.life(), 0)};
    lone.hand_in(question, heard[0].link);

    const Message& reply = lone.sent().back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().accusers.size() == 3);
}

}  // namespace hearsay::testing

// R11: when a life is suspect, and when it is failed.

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// How long after `since` the first event of that kind came.
Duration first_after(const LoneDetector& lone, EventKind kind, Instant since) {
    const auto events = lone.events(kind);
    REQUIRE_FALSE(events.empty());
    return events.front().at - since;
}

/// The second, third and fourth peer accuse the first.
void accuse_by_quorum(LoneDetector& lone, std::vector<Peer>& peers) {
    for (Peer& accuser : but_first(peers).first(3))
        lone.hear(accuser, accusation(peers[0], {accuser.life()}));
}

}  // namespace

TEST_CASE("R11: a suspicion is told when it has stood for a quarter of a round", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.pass(round / 4 - 1us);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.events().empty());

    SECTION("one that is voided before is not told, and neither is that") {
        lone.hear(peers[0]);
        lone.pass(100ms);
        CHECK(lone.events().empty());
    }
    SECTION("one that stands is told, and when it is voided that is told as well") {
        lone.pass(1us);
        CHECK(lone.state(peers[0]) == MemberState::suspect);
        REQUIRE(lone.events(EventKind::suspected).size() == 1);
        CHECK(lone.events().front().accusers == std::vector<std::string>{"p2"});
        lone.hear(peers[0]);
        lone.turn();
        CHECK(lone.state(peers[0]) == MemberState::alive);
        CHECK(lone.events(EventKind::cleared).size() == 1);
    }
}

TEST_CASE("R11: a quorum convicts at fail_after, and not before", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();
    lone.pass(500ms, but_first(peers));

    accuse_by_quorum(lone, peers);
    lone.pass(1s, but_first(peers));

    CHECK(first_after(lone, EventKind::failed, last_words) == 1s);
    const Event verdict = lone.events(EventKind::failed).front();
    CHECK(verdict.cause == Cause::silence);
    CHECK(verdict.silence == 1s);
    CHECK(verdict.accusers.size() >= 3);
}

TEST_CASE("R11: a single accuser must have stood for the grace", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();

    lone.pass(3s, but_first(peers));

    // Accused at 600 ms; the grace of one alone is two seconds.
    CHECK(first_after(lone, EventKind::failed, last_words) == 2600ms);
}

TEST_CASE("R11: before fewer than a quorum convict, the accused and its observers are asked again",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();
    lone.pass(2400ms, but_first(peers));
    lone.forget_outputs();

    lone.pass(150ms, but_first(peers));

    for (const Peer& each : peers) {
        const std::vector<Sent> sent = lone.sent_to(each);
        const auto appeal = std::find_if(sent.begin(), sent.end(), accuses);
        REQUIRE(appeal != sent.end());
        CHECK(appeal->at - last_words == 2600ms - round / 2);
        CHECK(appeal->message.accusations.front().life == peers[0].life());
        CHECK(count_of(sent, accuses) == 1);
    }
    // Somebody has heard it since.
    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 100ms));
    lone.pass(200ms, but_first(peers));
    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R11: the quorum counts observers that are not suspect themselves", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    CHECK(lone.detector().explain("p1", lone.now())->quorum == 3);

    lone.hear(peers[1], accusation(peers[2], {peers[1].life()}));
    CHECK(lone.detector().explain("p1", lone.now())->quorum == 2);
    lone.hear(peers[1], accusation(peers[3], {peers[1].life()}));
    CHECK(lone.detector().explain("p1", lone.now())->quorum == 2);
    lone.hear(peers[0], accusation(peers[1], {peers[0].life()}));
    CHECK(lone.detector().explain("p1", lone.now())->quorum == 1);
}

TEST_CASE("R11: a member accused of silence always gets half a round to answer", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    // Not an observer, this node has heard nothing of it for long.
    Peer& silent = peers[0];
    lone.pass(1500ms, but_first(peers));
    if (lone.state(silent) != MemberState::alive) return;
    const Instant accused_at = lone.now();
    accuse_by_quorum(lone, peers);

    lone.pass(300ms, but_first(peers));

    CHECK(first_after(lone, EventKind::failed, accused_at) == round / 2);
}

TEST_CASE("R11: an accused that is heard in time is cleared", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    accuse_by_quorum(lone, peers);
    lone.pass(90ms, but_first(peers));
    lone.hear(peers[0]);
    lone.pass(500ms, but_first(peers));

    CHECK(lone.events(EventKind::cleared).size() == 1);
    CHECK(lone.events(EventKind::failed).empty());
}

TEST_CASE("R11: a verdict waits for the others in doubt, a round and a half at most", "[rules]") {
    const auto [lag, spread] = GENERATE(table<Duration, Duration>({{260ms, 0ms}, {360ms, 60ms}}));
    CAPTURE(lag.count());
    LoneDetector lone;
    auto peers = lone.meet(6);
    const std::span others = std::span(peers).subspan(2);
    lone.hear(peers[0]);
    const Instant first_words = lone.now();
    lone.pass(lag, others);
    lone.hear(peers[1]);
    lone.pass(700ms - lag, others);
    for (Peer& accuser : others.first(3)) {
        lone.hear(accuser, accusation(peers[0], {accuser.life()}));
        lone.hear(accuser, accusation(peers[1], {accuser.life()}));
    }

    lone.pass(1s, others);

    const auto failed = lone.events(EventKind::failed);
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].at - first_words == 1s + std::min<Duration>(lag, 300ms));
    CHECK(failed[1].at - failed[0].at == spread);
}

TEST_CASE("R11: others are asked again if the quorum spoke before this node listened anew",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    lone.pass(500ms, but_first(peers));
    accuse_by_quorum(lone, peers);
    // The second pause is another one: what was asked before it is asked again.
    for (int pause = 0; pause < 2; ++pause) {
        CAPTURE(pause);
        lone.stall(5s);
        // Its own accusation was told after 600 ms.
        lone.pass(800ms, but_first(peers));
        lone.forget_outputs();
        lone.pass(150ms, but_first(peers));
        REQUIRE(lone.state(peers[0]) == MemberState::suspect);
        CHECK(count_of(lone.sent_to(peers[1]), accuses) == 1);
    }
    // The objection came while it did not listen.
    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 100ms));
    lone.pass(1s, but_first(peers));
    CHECK(lone.events(EventKind::failed).empty());
}

TEST_CASE("R11: accusers that this node does not know make no quorum", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto is_observed = [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    };
    std::partition(peers.begin(), peers.end(), std::not_fn(is_observed));
    lone.pass(1s, but_first(peers));
    const bool are_known = GENERATE(true, false);
    std::vector<LifeId> accusers{LifeId{2001}, LifeId{2002}, LifeId{2003}};
    if (are_known) accusers = {peers[1].life(), peers[2].life(), peers[3].life()};
    std::sort(accusers.begin(), accusers.end());

    lone.hear(peers[1], accusation(peers[0], accusers));
    lone.pass(round * 3 / 2, but_first(peers));

    CHECK((lone.state(peers[0]) == MemberState::failed) == are_known);
}

/// Eight lives that this node does not list, with the smallest ids of all, accuse the first peer.
/// A member with a key can draw as many lives as it likes.
void accuse_by_strangers(LoneDetector& lone, std::vector<Peer>& peers) {
    std::vector<LifeId> strangers;
    for (std::uint64_t id = 1; id <= limits::accusers_max; ++id)
        strangers.push_back(LifeId{id});
    lone.hear(peers[1], accusation(peers[0], strangers));
}

TEST_CASE("R3: accusers that this node does not know take no place of those it knows", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();
    lone.pass(550ms, but_first(peers));

    accuse_by_strangers(lone, peers);
    accuse_by_quorum(lone, peers);
    lone.pass(1s, but_first(peers));

    CHECK(first_after(lone, EventKind::failed, last_words) == 1s);
}

TEST_CASE("R8: an observer accuses beside eight that it does not know", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    accuse_by_strangers(lone, peers);
    lone.pass(900ms, but_first(peers));

    CHECK(lone.status().counters.accusations_made == 1);
}

TEST_CASE("R10: accusers that this node does not know are no quorum that others know", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    accuse_by_strangers(lone, peers);
    lone.pass(50ms);
    lone.forget_outputs();

    lone.hear(peers[2], accusation(peers[0], {peers[2].life()}));
    lone.pass(50ms);

    CHECK(lone.receivers(peers, accuses).size() > 3);
}

}  // namespace hearsay::testing

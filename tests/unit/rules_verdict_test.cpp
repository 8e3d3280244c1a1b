// R11: when a life is suspect, failed, and believed again.

#include <algorithm>
#include <chrono>
#include <string>

#include "member_table.hpp"
#include "rings.hpp"
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

/// As `let_first_fail`; what is told of it is not of interest.
void fail_first(LoneDetector& lone, std::vector<Peer>& peers) {
    let_first_fail(lone, peers);
    lone.forget_outputs();
}

/// How long the first peer must be heard until it is believed again.
Duration time_to_return(LoneDetector& lone, std::vector<Peer>& peers) {
    const Instant since = lone.now();
    for (int turn = 0; turn < 200 && lone.state(peers[0]) == MemberState::failed; ++turn) {
        lone.hear(peers[0]);
        lone.turn();
        if (lone.state(peers[0]) != MemberState::failed) break;
        lone.pass(round, but_first(peers));
    }
    return lone.now() - since;
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

TEST_CASE("R11: the words of suspects do not make a quorum", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto silent = std::find_if(peers.begin(), peers.end(), [&](const Peer& each) {
        return !lone.member(each.name())->is_observed;
    });
    REQUIRE(silent != peers.end());
    std::swap(peers.front(), *silent);
    lone.pass(1500ms, but_first(peers));
    const std::span<Peer> accusers = std::span(peers).subspan(1, 3);
    const std::span<Peer> others = std::span(peers).subspan(4);
    lone.hear(others[0],
              accusation(peers[0], {accusers[0].life(), accusers[1].life(), accusers[2].life()}));

    SECTION("whoever accuses and is accused itself has bad links as likely as not") {
        for (const Peer& each : accusers)
            lone.hear(others[0], accusation(each, {others[0].life()}));
        lone.pass(2 * round, others);
        CHECK(lone.state(peers[0]) == MemberState::suspect);
    }
    SECTION("unless it is heard since") {
        lone.pass(2 * round, but_first(peers));
        CHECK(lone.state(peers[0]) == MemberState::failed);
    }
}

TEST_CASE("R11: who is accused of silence always gets half a round to answer", "[rules]") {
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

TEST_CASE("R11: a verdict waits for the others in doubt, one round at most", "[rules]") {
    const auto [lag, spread] = GENERATE(table<Duration, Duration>({{160ms, 0ms}, {260ms, 60ms}}));
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
    CHECK(failed[0].at - first_words == 1s + std::min<Duration>(lag, 200ms));
    CHECK(failed[1].at - failed[0].at == spread);
}

TEST_CASE("R11: a failed life returns by heartbeats heard after the verdict alone", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 300ms));
    lone.turn();
    CHECK(lone.state(peers[0]) == MemberState::failed);

    lone.hear(peers[0]);
    lone.pass(50ms, but_first(peers));
    CHECK(lone.state(peers[0]) == MemberState::failed);
    lone.hear(peers[0]);
    lone.turn();
    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.events(EventKind::recovered).size() == 1);
    CHECK(lone.member("p1")->mistake_count == 1);
    CHECK(lone.status().counters.mistakes == 1);
}

TEST_CASE("R11: nobody returns by the news that it has died since", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));
    lone.hear(peers[0]);
    lone.pass(100ms, but_first(peers));
    const std::vector<LifeId> accusers{peers[1].life(), peers[2].life(), peers[3].life()};

    ++peers[0].heartbeat;
    lone.hear(peers[1], accusation(peers[0], accusers, Cause::refused));
    lone.turn();

    CHECK(lone.state(peers[0]) == MemberState::failed);
    CHECK(lone.events(EventKind::recovered).empty());
}

TEST_CASE("R11: nobody returns by words that are older than fail_after", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(3s, but_first(peers));

    // It lived on behind a partition, and died there.
    for (const auto age : {1900ms, 1500ms, 1000ms}) {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0], age));
        lone.turn();
    }

    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R11: when late news voids the evidence of a verdict the life is accused again",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 650ms));
    lone.turn();

    CHECK(lone.state(peers[0]) == MemberState::failed);
    REQUIRE(lone.receivers(peers, accuses).size() == 3);
    const Message told = lone.sent_to(peers[2]).back().message;
    CHECK(told.accusations.front().heartbeat == peers[0].heartbeat);
}

TEST_CASE("R11: a return takes a second word first, then fail_after, doubled each time",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    fail_first(lone, peers);
    CHECK(time_to_return(lone, peers) == round);
    fail_first(lone, peers);
    CHECK(time_to_return(lone, peers) == 1s);
    fail_first(lone, peers);
    CHECK(time_to_return(lone, peers) == 2s);
    CHECK(lone.member("p1")->mistake_count == 3);
}

TEST_CASE("R11: whoever was suspected and cleared before must be heard for fail_after", "[rules]") {
    const auto [steady, returned_after] =
        GENERATE(table<Duration, Duration>({{2s, 1s}, {25s, round}}));
    CAPTURE(steady);
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.pass(steady, peers);

    fail_first(lone, peers);

    CHECK(time_to_return(lone, peers) == returned_after);
}

TEST_CASE("R11: accusations that its last words void do not make a life badly heard", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(600ms, but_first(peers));
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    ++peers[0].heartbeat;
    lone.hear(peers[2], row(peers[0], 500ms));
    REQUIRE(lone.state(peers[0]) == MemberState::alive);

    fail_first(lone, peers);

    CHECK(time_to_return(lone, peers) == round);
}

TEST_CASE("R11: stray words of one that promises others its words are no quick return", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    const std::uint64_t roster =
        lone.status().digest + MemberTable::digest_of_one(peers[0].identity);

    const auto say = [&](std::uint64_t digest) {
        for (int turn = 0; turn < 5; ++turn) {
            Message stray = lone.message(peers[0]);
            stray.promise = Milliseconds::zero();
            stray.digest = digest;
            lone.hand_in(stray, peers[0].link);
            lone.pass(round, but_first(peers));
        }
    };
    say(roster);
    CHECK(lone.state(peers[0]) == MemberState::failed);

    SECTION("by the word of the others it is back") {
        for (int turn = 0; turn < 2; ++turn) {
            ++peers[0].heartbeat;
            lone.hear(peers[1], row(peers[0]));
            lone.pass(round, but_first(peers));
        }
        CHECK(lone.state(peers[0]) == MemberState::alive);
    }
    SECTION("where it holds another roster nobody may be promised anything") {
        say(roster + 1);
        CHECK(lone.state(peers[0]) == MemberState::alive);
    }
}

TEST_CASE("R11: hearing that is not steady does not count towards a return", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    time_to_return(lone, peers);
    fail_first(lone, peers);

    for (int turn = 0; turn < 5; ++turn) {
        lone.hear(peers[0]);
        lone.pass(600ms, but_first(peers));
    }

    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R11: rare words of one that promises nothing do not interrupt a return", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    CHECK(time_to_return(lone, peers) == round);
    fail_first(lone, peers);

    // It holds us for failed as well, and looks for the lost now and then (R15).
    for (int call = 0; call < 3; ++call) {
        Message rare = lone.message(peers[0]);
        rare.promise = Milliseconds::zero();
        lone.hand_in(rare, peers[0].link);
        lone.pass(700ms, but_first(peers));
    }

    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R11: after twenty fail_after without a mistake one return is forgiven", "[rules]") {
    const auto [steady, returned_after] =
        GENERATE(table<Duration, Duration>({{18s, 1s}, {20s, round}}));
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    time_to_return(lone, peers);

    lone.pass(steady, peers);
    fail_first(lone, peers);

    CHECK(time_to_return(lone, peers) == returned_after);
}

}  // namespace hearsay::testing

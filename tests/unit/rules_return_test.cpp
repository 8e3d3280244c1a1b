// R11: when a failed life is believed again.

#include <chrono>
#include <set>
#include <vector>

#include "member_table.hpp"
#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

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

/// Twice, with a pause between that is long enough, others tell that the first peer speaks again.
template <typename Tell>
void let_others_tell(LoneDetector& lone, std::vector<Peer>& peers, const Tell& tell) {
    for (int word = 0; word < 2; ++word) {
        lone.pass(100ms, but_first(peers));
        ++peers[0].heartbeat;
        tell();
        lone.turn();
    }
}

}  // namespace

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

TEST_CASE("R11: words that are suspect_after old when they are told tell of no return", "[rules]") {
    const auto age = GENERATE(500ms, 700ms);
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(1s, but_first(peers));

    for (int word = 0; word < 2; ++word) {
        lone.pass(300ms, but_first(peers));
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0], age));
        lone.turn();
    }

    const bool has_returned = lone.state(peers[0]) == MemberState::alive;
    CHECK(has_returned == (age < lone.detector().config().suspect_after));
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

/// The other peers were refused by the first.
void convict_of_refusal(LoneDetector& lone, std::vector<Peer>& peers) {
    const std::vector<LifeId> others{peers[1].life(), peers[2].life(), peers[3].life()};
    lone.hear(peers[1], accusation(peers[0], others, Cause::refused));
    lone.pass(round, but_first(peers));
    REQUIRE(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R4: late news of a refused life is accused in this node's own name", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    convict_of_refusal(lone, peers);

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 650ms));
    lone.turn();

    const Message told = lone.sent_to(peers[2]).back().message;
    REQUIRE(told.accusations.size() == 1);
    CHECK(told.accusations.front().cause == Cause::refused);
    CHECK(told.accusations.front().heartbeat == peers[0].heartbeat);
    CHECK(told.accusations.front().accusers == std::vector{lone.detector().self().life});
}

TEST_CASE("R4: a word after the verdict of a refused life that nothing follows is silence",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    convict_of_refusal(lone, peers);

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0]));
    lone.pass(lone.detector().config().fail_after + round, but_first(peers));

    const auto sent = lone.sent_to(peers[2]);
    const auto told = std::find_if(sent.rbegin(), sent.rend(), accuses);
    REQUIRE(told != sent.rend());
    CHECK(told->message.accusations.front().heartbeat == peers[0].heartbeat);
    CHECK(told->message.accusations.front().cause == Cause::silence);
}

TEST_CASE("R4: a word after the verdict that nothing follows is accused once it is fail_after old",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0]));
    lone.pass(lone.detector().config().fail_after - round, but_first(peers));
    REQUIRE(lone.receivers(peers, accuses).empty());
    lone.pass(2 * round, but_first(peers));

    CHECK(lone.state(peers[0]) == MemberState::failed);
    CHECK(lone.receivers(peers, accuses).size() == 3);
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

TEST_CASE("R11: the same heartbeat told twice is one word", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));
    ++peers[0].heartbeat;

    // A frame that was under way for long makes it look younger than it is.
    for (int time = 0; time < 3; ++time) {
        lone.hear(peers[1], row(peers[0]));
        lone.pass(100ms, but_first(peers));
    }
    CHECK(lone.state(peers[0]) == MemberState::failed);
    ++peers[0].heartbeat;
    lone.hear(peers[2], row(peers[0]));
    lone.turn();
    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R11: the degraded are not believed when they tell of a return", "[rules]") {
    const bool is_degraded = GENERATE(true, false);
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);

    let_others_tell(lone, peers, [&] {
        Message telling = lone.message(peers[1]);
        telling.is_degraded = is_degraded;
        telling.rows.push_back(row(peers[0]));
        lone.hand_in(telling, peers[1].link);
    });

    CHECK((lone.state(peers[0]) == MemberState::failed) == is_degraded);
}

TEST_CASE("R11: a second return takes fail_after in what others tell as well", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    time_to_return(lone, peers);
    fail_first(lone, peers);
    lone.pass(100ms, but_first(peers));
    const auto told = [&] {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0]));
        lone.turn();
    };

    told();
    lone.pass(900ms, but_first(peers));
    told();
    CHECK(lone.state(peers[0]) == MemberState::failed);
    lone.pass(100ms, but_first(peers));
    told();
    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R11: a node that tells of a return, and accuses the same life, proves no return",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    fail_first(lone, peers);
    const bool is_accused = GENERATE(true, false);

    let_others_tell(lone, peers, [&] {
        lone.hear(peers[1], row(peers[0]));
        if (is_accused) lone.hear(peers[2], accusation(peers[0], {peers[2].life()}));
    });

    CHECK((lone.state(peers[0]) == MemberState::failed) == is_accused);
}

TEST_CASE("R11: a return is broadcast", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    fail_first(lone, peers);
    lone.hear(peers[0]);
    lone.pass(100ms, but_first(peers));
    lone.forget_outputs();

    lone.hear(peers[0]);
    lone.pass(30ms);

    REQUIRE(lone.events(EventKind::recovered).size() == 1);
    std::set<LifeId> told;
    for (const Peer& each : but_first(peers)) {
        for (const Sent& sent : lone.sent_to(each)) {
            if (sent.message.rows == std::vector{row(peers[0])}) told.insert(each.life());
        }
    }
    CHECK(told.size() >= 6);
}

}  // namespace hearsay::testing

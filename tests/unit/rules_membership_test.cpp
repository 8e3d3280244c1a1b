// R13, R14, R15: who is admitted, removed, and looked for.

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

bool tells_of(const Message& message, const Peer& peer) {
    const auto& all = message.introductions;
    return std::any_of(all.begin(), all.end(),
                       [&](const Introduction& each) { return each.identity.life == peer.life(); });
}

bool is_introduced(const std::vector<Sent>& sent, const Peer& peer) {
    return std::any_of(sent.begin(), sent.end(),
                       [&](const Sent& each) { return tells_of(each.message, peer); });
}

Config with_seeds(std::vector<std::string> seeds) {
    Config config = LoneDetector::local();
    config.seeds = std::move(seeds);
    return config;
}
}  // namespace

TEST_CASE("R13: a life is introduced to others only while it was heard of lately", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    const Peer fresh = peer(5);
    const Peer old = peer(6);

    lone.hear(peers[0], introduction(fresh, 5900ms));
    lone.hear(peers[0], introduction(old, 6s));
    lone.turn();

    CHECK(lone.member(fresh.name()).has_value());
    CHECK(lone.member(old.name()).has_value());
    CHECK(is_introduced(lone.sent_to(peers[1]), fresh));
    CHECK_FALSE(is_introduced(lone.sent_to(peers[1]), old));

    Message wants = lone.message(peers[1]);
    wants.wants = {number(old.life())};
    lone.hand_in(wants, peers[1].link);
    CHECK_FALSE(is_introduced(lone.sent(), old));
}

TEST_CASE("R13: time suspended counts towards the age of what is vouched for", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.stall(1h);
    lone.turn();
    lone.forget_outputs();
    Message wants = lone.message(peers[1]);
    wants.wants = {number(peers[0].life())};

    lone.hand_in(wants, peers[1].link);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK_FALSE(is_introduced(lone.sent(), peers[0]));
}

TEST_CASE("R13: a life is asked for when a fresh row or its own message tells of it", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Peer stranger = peer(9);

    lone.hear(peers[0], row(stranger, 600ms));
    CHECK(lone.sent().empty());

    lone.hear(peers[0], row(stranger, 599ms));
    REQUIRE(lone.sent().size() == 1);
    CHECK(lone.sent().front().is_to(peers[0]));
    CHECK(lone.sent().front().message.wants == std::vector{number(stranger.life())});

    lone.hear(peers[1], row(stranger));
    CHECK(lone.sent().size() == 1);

    lone.hear(stranger);
    REQUIRE(lone.sent().size() == 2);
    CHECK(lone.sent().back().link == stranger.link);
    CHECK(lone.sent().back().message.wants == std::vector{number(stranger.life())});
}

TEST_CASE("R13: a tombstone refuses the life that it is of, unless it has a greater heartbeat",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    let_first_fail(lone, peers);
    REQUIRE(lone.detector().forget("p1", false, lone.now()) == ForgetOutcome::done);
    const Peer dead = peers[0];
    lone.turn();

    // A node that still tells of it is told that it is dead.
    const auto check_answer = [&] {
        REQUIRE(lone.sent().size() == 1);
        const std::vector<Accusation>& said = lone.sent().back().message.accusations;
        REQUIRE(said.size() == 1);
        CHECK(said[0].life == dead.life());
        CHECK(said[0].heartbeat == dead.heartbeat);
        CHECK(said[0].accusers == std::vector{lone.status().self.life});
    };
    lone.forget_outputs();
    lone.hear(peers[1], introduction(dead));
    CHECK_FALSE(lone.member("p1").has_value());
    CHECK(lone.status().counters.refused_lives == 1);
    check_answer();

    lone.pass(lone.detector().config().round, but_first(peers));
    lone.forget_outputs();
    lone.hear(peers[1], row(dead));
    check_answer();

    ++peers[0].heartbeat;
    lone.hear(peers[1], introduction(peers[0]));
    CHECK(lone.member("p1").has_value());
    CHECK(lone.status().tombstone_count == 0);
}

TEST_CASE("R13: a dead life that speaks is told of its tombstone", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    REQUIRE(lone.detector().forget("p1", true, lone.now()) == ForgetOutcome::done);
    lone.turn();
    lone.forget_outputs();

    lone.hear(peers[0]);

    REQUIRE(lone.sent_to(peers[0]).size() == 1);
    const auto rows = lone.sent_to(peers[0]).front().message.rows;
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().life == peers[0].life());
    CHECK(rows.front().heartbeat == heartbeat_left);
}

TEST_CASE("R14: a failed member is listed for forget_after, its tombstone ten times as long",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    let_first_fail(lone, peers);
    const auto failed = lone.events(EventKind::failed);
    REQUIRE(failed.size() == 1);
    CHECK(lone.member("p1")->forgotten_in == failed.front().at + 1min - lone.now());

    lone.pass(1min + round, but_first(peers));

    CHECK_FALSE(lone.member("p1").has_value());
    REQUIRE(lone.events(EventKind::forgotten).size() == 1);
    const Instant forgotten = lone.events(EventKind::forgotten).front().at;
    CHECK(forgotten - failed.front().at >= 1min);
    CHECK(forgotten - failed.front().at <= 1min + round);
    CHECK(lone.status().tombstone_count == 1);

    lone.pass(forgotten + 10min - lone.now() - 1us, but_first(peers));
    CHECK(lone.status().tombstone_count == 1);
    lone.pass(round, but_first(peers));
    CHECK(lone.status().tombstone_count == 0);
}

TEST_CASE("R14: forget removes at once, tells all links, and counts who confirmed", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    CHECK(lone.detector().forget("self", true, lone.now()) == ForgetOutcome::is_self);
    CHECK(lone.detector().forget("p9", true, lone.now()) == ForgetOutcome::unknown_member);
    CHECK(lone.detector().forget("p1", false, lone.now()) == ForgetOutcome::still_alive);
    CHECK_FALSE(lone.detector().forgetting().has_value());

    CHECK(lone.detector().forget("p1", true, lone.now()) == ForgetOutcome::done);
    lone.turn();

    CHECK_FALSE(lone.member("p1").has_value());
    CHECK(lone.events(EventKind::forgotten).size() == 1);
    CHECK(lone.detector().forgetting()->asked == 3);
    CHECK_FALSE(lone.detector().forgetting()->is_complete);
    const Forget what{.life = peers[0].life(), .heartbeat = heartbeat_left};
    for (Peer& each : but_first(peers)) {
        REQUIRE_FALSE(lone.sent_to(each).empty());
        CHECK(lone.sent_to(each).front().message.forgets == std::vector{what});
        CHECK(lone.sent_to(each).front().message.wants_answer);
        Message confirmation = lone.message(each);
        confirmation.forgets = {what};
        lone.hand_in(confirmation, each.link);
    }
    CHECK(lone.detector().forgetting()->confirmed == 3);
    CHECK(lone.detector().forgetting()->is_complete);
}

TEST_CASE("R14: a forget that nobody confirms is over after leave_timeout", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    REQUIRE(lone.detector().forget("p1", true, lone.now()) == ForgetOutcome::done);

    lone.pass(2s - 1us, but_first(peers));
    CHECK_FALSE(lone.detector().forgetting()->is_complete);
    lone.pass(1us, but_first(peers));
    CHECK(lone.detector().forgetting()->is_complete);
    CHECK(lone.detector().forgetting()->confirmed == 0);
}

TEST_CASE("R14: a forget is obeyed, confirmed, and passed on", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    Message message = lone.question(peers[1]);
    message.forgets = {{.life = peers[0].life(), .heartbeat = peers[0].heartbeat}};

    lone.hand_in(message, peers[1].link);
    CHECK_FALSE(lone.member("p1").has_value());
    CHECK(lone.sent_to(peers[1]).front().message.forgets == message.forgets);

    lone.turn();
    REQUIRE_FALSE(lone.sent_to(peers[2]).empty());
    CHECK(lone.sent_to(peers[2]).front().message.forgets == message.forgets);
}

TEST_CASE("R14: a node that knows better of a living member objects to its being forgotten",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Message message = lone.message(peers[1]);
    message.forgets = {{.life = peers[0].life(), .heartbeat = peers[0].heartbeat - 1}};

    lone.hand_in(message, peers[1].link);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    REQUIRE(lone.sent_to(peers[1]).size() == 1);
    CHECK(lone.sent_to(peers[1]).front().message.rows.front().heartbeat == peers[0].heartbeat);
}

TEST_CASE("R14: a member forgotten by force comes back as a new life", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    const Identity before = lone.status().self;

    lone.hear(peers[0], Row{.life = before.life, .heartbeat = heartbeat_left, .age = {}});
    lone.turn();

    CHECK(lone.status().self.life != before.life);
    CHECK(lone.status().self.incarnation > before.incarnation);
    CHECK(lone.status().self.name == before.name);
    for (const Peer& each : peers) {
        REQUIRE_FALSE(lone.sent_to(each).empty());
        const auto introductions = lone.sent_to(each).back().message.introductions;
        REQUIRE(introductions.size() == 1);
        CHECK(introductions.front().identity == lone.status().self);
    }
}

TEST_CASE("R15: a node that knows nobody asks three seeds at a time, and never itself", "[rules]") {
    LoneDetector lone(with_seeds(
        {"tcp://a:1", "tcp://b:1", "tcp://c:1", "tcp://d:1", LoneDetector::self().endpoint}));
    lone.turn();

    REQUIRE(lone.sent().size() == 3);
    std::set<std::string> asked;
    for (const Sent& each : lone.sent()) {
        asked.insert(each.endpoint);
        CHECK(each.message.wants_answer);
        REQUIRE(each.message.introductions.size() == 1);
        CHECK(each.message.introductions.front().identity == LoneDetector::self());
    }
    CHECK(asked.size() == 3);
    CHECK_FALSE(asked.contains(LoneDetector::self().endpoint));
}

TEST_CASE("R15: all seeds are asked before any is asked again", "[rules]") {
    std::set<std::string> seeds;
    for (int i = 1; i <= 9; ++i)
        seeds.insert("tcp://s" + std::to_string(i) + ":1");
    LoneDetector lone(with_seeds({seeds.begin(), seeds.end()}));

    lone.pass(2 * round);

    REQUIRE(lone.sent().size() >= seeds.size());
    std::set<std::string> asked;
    for (std::size_t i = 0; i < seeds.size(); ++i)
        asked.insert(lone.sent()[i].endpoint);
    CHECK(asked == seeds);
}

TEST_CASE("R15: the pause between attempts to join grows from a quarter of a round to eight",
          "[rules]") {
    LoneDetector lone(with_seeds({"tcp://a:1"}));

    lone.pass(1min);

    std::vector<Duration> pauses;
    for (std::size_t i = 1; i < lone.sent().size(); ++i)
        pauses.push_back(lone.sent()[i].at - lone.sent()[i - 1].at);
    // Beside that every tenth round asks it: thirty times, and each eight rounds or so.
    REQUIRE(pauses.size() > 60);
    CHECK(pauses.front() >= round / 4 * 3 / 4);
    CHECK(pauses.front() <= round / 4 * 5 / 4);
    CHECK(*std::max_element(pauses.begin(), pauses.end()) > 6 * round);
    CHECK(*std::max_element(pauses.begin(), pauses.end()) <= 10 * round);
    CHECK(lone.sent().back().at > lone.now() - 10 * round);
}

TEST_CASE("R15: once somebody is known a seed is asked every tenth round only", "[rules]") {
    LoneDetector lone(with_seeds({"tcp://a:1"}));
    auto peers = lone.meet(1);

    lone.pass(100 * round, peers);

    const auto& sent = lone.sent();
    const auto to_seed = std::count_if(sent.begin(), sent.end(), [](const Sent& each) {
        return each.endpoint == "tcp://a:1" && each.message.wants_answer;
    });
    CHECK(to_seed >= 9);
    CHECK(to_seed <= 11);
}

TEST_CASE("R15: every tenth round one message goes to a dead member, listed or not", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    let_first_fail(lone, peers);
    lone.forget_outputs();
    lone.pass(40 * round, but_first(peers));
    CHECK(lone.sent_to(peers[0]).size() >= 3);
    CHECK(lone.sent_to(peers[0]).size() <= 5);

    REQUIRE(lone.detector().forget("p1", false, lone.now()) == ForgetOutcome::done);
    lone.forget_outputs();
    lone.pass(40 * round, but_first(peers));
    CHECK(lone.sent_to(peers[0]).size() >= 3);
    CHECK(lone.sent_to(peers[0]).size() <= 5);
}

TEST_CASE("R15: to be alone is a visible state, told once", "[rules]") {
    LoneDetector lone;
    CHECK(lone.status().is_alone);
    lone.pass(3s);
    REQUIRE(lone.events(EventKind::alone).size() == 1);
    CHECK(lone.events(EventKind::alone).front().subject.name == "self");

    auto peers = lone.meet(1);
    CHECK_FALSE(lone.status().is_alone);
    lone.pass(3s);
    CHECK(lone.status().is_alone);
    CHECK(lone.events(EventKind::alone).size() == 1);
}

TEST_CASE("R13: a node that was away vouches for nobody that it has not heard within fail_after",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.stall(2s);
    lone.turn();
    ++peers[2].heartbeat;
    lone.hear(peers[0], row(peers[2], 900ms));
    lone.turn();
    lone.forget_outputs();
    Message wants = lone.message(peers[0]);
    wants.wants = {number(peers[1].life()), number(peers[2].life())};

    lone.hand_in(wants, peers[0].link);

    CHECK_FALSE(is_introduced(lone.sent(), peers[1]));
    CHECK(is_introduced(lone.sent(), peers[2]));
}

}  // namespace hearsay::testing

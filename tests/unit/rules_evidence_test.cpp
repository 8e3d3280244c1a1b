// R2 to R4: what moves a record.

#include <algorithm>
#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("R2: every message carries a greater heartbeat, by one or by two", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.pass(2s, peers);

    REQUIRE(lone.sent().size() > 20);
    for (std::size_t i = 1; i < lone.sent().size(); ++i) {
        const auto& [before, next] = std::tie(lone.sent()[i - 1], lone.sent()[i]);
        const bool is_odd = next.at.time_since_epoch().count() % 2 != 0;
        CHECK(next.message.heartbeat == before.message.heartbeat + (is_odd ? 2 : 1));
    }
    CHECK(lone.sent().back().message.heartbeat == lone.status().heartbeat);
}

TEST_CASE("R2: a node that is accused answers all its links with a greater heartbeat", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const Heartbeat accused = lone.status().heartbeat;
    const Accusation against_self{.life = LoneDetector::self().life,
                                  .heartbeat = accused,
                                  .age = {},
                                  .cause = Cause::silence,
                                  .accusers = {peers[0].life()}};

    lone.hear(peers[0], against_self);
    REQUIRE_FALSE(lone.sent_to(peers[0]).empty());
    lone.turn();

    for (const Peer& each : peers) {
        CAPTURE(each.name());
        REQUIRE_FALSE(lone.sent_to(each).empty());
        CHECK(lone.sent_to(each).front().message.heartbeat > accused);
        CHECK(lone.sent_to(each).front().at == lone.now());
    }
    CHECK(lone.status().counters.refutations == 1);

    lone.forget_outputs();
    lone.hear(peers[1], against_self);
    lone.turn();
    CHECK(lone.sent_to(peers[1]).size() == 1);
    CHECK(lone.sent().size() == 1);
}

TEST_CASE("R3: accusers of one heartbeat are united, a greater heartbeat voids them", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.hear(peers[2], accusation(peers[0], {peers[1].life(), peers[2].life()}));
    lone.pass(50ms);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    CHECK(lone.member("p1")->accusers == std::vector<std::string>{"p2", "p3"});

    lone.hear(peers[0]);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.member("p1")->accusers.empty());
    CHECK(lone.events(EventKind::cleared).size() == 1);
}

TEST_CASE("R3: a smaller heartbeat changes nothing", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Row old = row(peers[0]);
    --old.heartbeat;

    lone.hear(peers[1], old);

    CHECK(lone.member("p1")->heartbeat == peers[0].heartbeat);
}

TEST_CASE("R3: a later life replaces the earlier one of its name, once it is there", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Peer later = peer(88);
    later.identity.name = peers[0].name();
    later.identity.incarnation = peers[0].identity.incarnation + 1;
    later.identity.endpoint = peers[0].identity.endpoint;

    lone.hear(later, introduction(later));

    CHECK(lone.member("p1")->identity == later.identity);
    REQUIRE(lone.events(EventKind::restarted).size() == 1);
    CHECK(lone.events(EventKind::restarted).front().former_life == peers[0].life());
    CHECK(lone.events().size() == 1);

    lone.hear(peers[0], introduction(peers[0]));
    CHECK(lone.member("p1")->identity == later.identity);
}

TEST_CASE("R4: a relayed heartbeat counts from when it advanced, as its sender knows", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.pass(500ms, but_first(peers));
    peers[0].heartbeat += 5;

    lone.hear(peers[1], row(peers[0], 300ms));

    CHECK(lone.member("p1")->heartbeat == peers[0].heartbeat);
    CHECK(lone.member("p1")->silence == 300ms);
}

TEST_CASE("R4: the stamp of a hearing never falls", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.pass(500ms, but_first(peers));
    const Duration silence = lone.member("p1")->silence;
    ++peers[0].heartbeat;

    lone.hear(peers[1], row(peers[0], 2s));

    CHECK(lone.member("p1")->heartbeat == peers[0].heartbeat);
    CHECK(lone.member("p1")->silence == silence);
}

TEST_CASE("R4: what a frame may have waited for the receiver is added to its age", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    const Duration until_due = lone.detector().next_deadline() - lone.now();
    lone.stall(until_due + 150ms);

    lone.hear(peers[0]);

    CHECK(lone.member("p1")->silence == 150ms);
}

TEST_CASE("R4: a slow relay does not keep the dead alive", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const auto others = but_first(peers);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();

    lone.pass(700ms, others);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0], 690ms));
    lone.hear(peers[2], accusation(peers[0], {peers[2].life(), peers[3].life()}));
    lone.pass(550ms, others);

    CHECK(lone.state(peers[0]) == MemberState::failed);
    CHECK(lone.events(EventKind::failed).front().at <= last_words + 1250ms);
}

}  // namespace hearsay::testing

// R9, and what R11 makes of it: broken links and refused connections.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

}  // namespace

TEST_CASE("R9: a broken link is counted, and its peer dialled for the next message", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);

    lone.detector().handle_link_broken(peers[0].link);
    lone.pass(round);

    CHECK(lone.status().counters.links_broken == 1);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    REQUIRE_FALSE(lone.sent_to(peers[0]).empty());
    CHECK(lone.sent_to(peers[0]).front().link == LinkId::none);
    CHECK(lone.sent_to(peers[0]).front().endpoint == peers[0].identity.endpoint);
    CHECK(lone.sent_to(peers[1]).front().link == peers[1].link);
}

TEST_CASE("R9: a node that loses the link to a neighbour probes; a refusal is an accusation",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.lose_link(peers[0]);
    REQUIRE(lone.probes().size() == 1);
    CHECK(lone.probes().front().life == peers[0].life());
    CHECK(lone.probes().front().endpoint == peers[0].identity.endpoint);
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

TEST_CASE("R9: all observers refused at once convict at once", "[rules]") {
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

TEST_CASE("R9: an observer that hears of a refusal probes once, if it does not hear the accused",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const bool is_talking = GENERATE(true, false);
    if (!is_talking) lone.lose_link(peers[0]);
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    lone.hear(peers[2], accusation(peers[0], {peers[2].life()}, Cause::refused));

    CHECK(lone.probes().size() == (is_talking ? 0 : 1));
}

TEST_CASE("R9: a refusal says nothing of whom this node talks with", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.refuse(peers[0]);
    lone.pass(50ms, peers);

    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.status().counters.accusations_made == 0);
}

TEST_CASE("R9: a refusal counts for a heartbeat that was under way, and for no later one",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const auto [passed, accusers] =
        GENERATE(std::pair(20ms, std::size_t{1}), std::pair(30ms, std::size_t{0}));
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.pass(passed, but_first(peers));
    lone.forget_outputs();

    ++peers[0].heartbeat;
    lone.hear(peers[1], row(peers[0]));
    lone.pass(50ms, but_first(peers));

    CHECK(lone.probes().empty());
    CHECK(lone.member("p1")->accusers.size() == accusers);
}

TEST_CASE("R9: nobody joins in by an old refusal, until the subject has been heard over a link",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.pass(30ms, but_first(peers));
    ++peers[0].heartbeat;
    const bool is_heard = GENERATE(false, true);
    if (is_heard) {
        lone.hear(peers[0]);
        lone.lose_link(peers[0]);
    }
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    if (is_heard) lone.refuse(peers[0]);
    lone.pass(50ms, but_first(peers));

    CHECK(lone.member("p1")->accusers.size() == (is_heard ? 2 : 1));
}

TEST_CASE("R9: a firewall that cuts off one observer after the other deceives no quorum",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    // Each of the others loses its link 50 ms later than the one before, and names what it heard.
    for (const std::size_t other : {1U, 2U, 3U}) {
        lone.pass(50ms, but_first(peers));
        ++peers[0].heartbeat;
        lone.hear(peers[other], accusation(peers[0], {peers[other].life()}, Cause::refused));
        CHECK(lone.member("p1")->accusers.size() == 1);
    }
    lone.pass(300ms, but_first(peers));

    CHECK(lone.state(peers[0]) == MemberState::suspect);
}

TEST_CASE("R11: among many members, members refused in one moment fail in one step", "[rules]") {
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

TEST_CASE("R9: refusals one after the other convict nobody", "[rules]") {
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

    lone.pass(50ms, but_first(peers));

    CHECK(count_of(lone.sent_to(peers[2]), accuses) == 1);
}

TEST_CASE("R10: a refused life is broadcast at once so often in a round, then gathered",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.turn();
    REQUIRE(lone.status().counters.accusations_made == 1);

    // Each voids the refusal, and may have been under way when that came.
    for (int word = 0; word < 100; ++word) {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0], Milliseconds{20}));
        lone.turn();
    }

    CHECK(count_of(lone.sent_to(peers[2]), accuses) == 6);
}

TEST_CASE("R17: a node that leaves probes nobody", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.lose_link(peers[0]);
    lone.detector().leave(lone.now());
    lone.turn();
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    lone.refuse(peers[0]);

    CHECK(lone.probes().empty());
    CHECK(lone.status().counters.accusations_made == 0);
}

}  // namespace hearsay::testing

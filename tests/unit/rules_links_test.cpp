// Links between neighbours that are cut while both live: told, and judged by no rule.

#include <chrono>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

/// All but the first are heard for so long, and tell that the first lives.
void pass_relayed(LoneDetector& lone, std::vector<Peer>& peers, Duration span) {
    const Duration round = lone.detector().config().round;
    for (Duration passed{}; passed < span; passed += round) {
        ++peers[0].heartbeat;
        lone.hear(peers[1], row(peers[0]));
        lone.pass(round, but_first(peers));
    }
}

}  // namespace

TEST_CASE("a neighbour heard through others alone is told as a lost link, and not failed",
          "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    pass_relayed(lone, peers, 400ms);
    CHECK(lone.events(EventKind::link_lost).empty());
    pass_relayed(lone, peers, 4s);

    const auto lost = lone.events(EventKind::link_lost);
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].subject.name == "p1");
    CHECK(lost[0].silence >= lone.detector().config().suspect_after);
    CHECK(lost[0].silence <= lone.detector().config().fail_after);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    CHECK(lone.events(EventKind::suspected).empty());
}

TEST_CASE("a link is back with the first word over it", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    pass_relayed(lone, peers, 2s);
    REQUIRE(lone.detector().links(lone.now())[0].is_lost);

    lone.hear(peers[0]);

    const auto back = lone.events(EventKind::link_back);
    REQUIRE(back.size() == 1);
    CHECK(back[0].subject.name == "p1");
    CHECK_FALSE(lone.detector().links(lone.now())[0].is_lost);
    lone.pass(2s, peers);
    CHECK(lone.events(EventKind::link_back).size() == 1);
}

TEST_CASE("a neighbour that nobody hears is failed, and no link is lost", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    let_first_fail(lone, peers);

    CHECK(lone.events(EventKind::link_lost).empty());
}

TEST_CASE("a neighbour that was never heard, but is said to live, has a lost link", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    peers.insert(peers.begin(), peer(9));
    lone.hear(peers[1], introduction(peers[0]));

    pass_relayed(lone, peers, 3s);

    REQUIRE(lone.events(EventKind::link_lost).size() == 1);
    const std::vector<Link> links = lone.detector().links(lone.now());
    REQUIRE(links.size() == 3);
    CHECK(links[2].name == "p9");
    CHECK(links[2].is_lost);
    CHECK_FALSE(links[2].heard_ago.has_value());
}

TEST_CASE("a neighbour that was just forgotten has no link", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    REQUIRE(lone.detector().forget("p1", true, lone.now()) == ForgetOutcome::done);

    CHECK(lone.detector().links(lone.now()).size() == 2);
}

TEST_CASE("the links are those to the neighbours", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.pass(1s, peers);

    const std::vector<Link> links = lone.detector().links(lone.now());

    REQUIRE(links.size() == 3);
    CHECK(links[0].name == "p1");
    CHECK(links[0].endpoint == peers[0].identity.endpoint);
    CHECK(links[0].is_observed);
    CHECK(links[0].heard_ago <= lone.detector().config().round);
    CHECK(links[0].suspect_after >= lone.detector().config().suspect_after);
}

TEST_CASE("a round trip lasts from a question to its answer", "[links]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    lone.pass(1s, peers);
    lone.forget_outputs();
    while (count_of(lone.sent_to(peers[0]), asks) == 0)
        lone.pass(1ms);
    const Instant asked = lone.sent_to(peers[0]).front().at;

    lone.pass(7ms);
    lone.hear(peers[0]);

    CHECK(lone.detector().links(lone.now())[0].round_trip == lone.now() - asked);
}

}  // namespace hearsay::testing

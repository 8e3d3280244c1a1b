// R12: when a node is degraded, and how that ends.

#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// Nobody is heard until it withdraws. Returns its peers.
std::vector<Peer> be_isolated_for_long(LoneDetector& lone) {
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    lone.pass(3s);
    REQUIRE(lone.events(EventKind::withdrew).size() == 1);
    return peers;
}

}  // namespace

TEST_CASE("R12: a node with too little of the processor does not take itself for degraded",
          "[rules]") {
    LoneDetector lone;
    auto peers = be_isolated_for_long(lone);

    lone.stall(round * 3 / 2);
    lone.turn();
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(2 * round);
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(4 * round);
    CHECK(lone.status().is_withdrawn);
}

TEST_CASE("R12: a node that hears nobody asks sixteen members by chance in each round", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(60);
    lone.pass(400ms, peers);
    lone.pass(round * 3 / 2);
    std::vector<Peer> others;
    for (const Peer& each : peers) {
        if (!lone.member(each.name())->is_observed) others.push_back(each);
    }
    lone.forget_outputs();

    lone.pass(round);

    // Some are drawn twice, and neighbours are asked anyway.
    const std::size_t asked = lone.receivers(others, asks).size();
    CHECK(asked >= 10);
    CHECK(asked <= 16);
}

TEST_CASE("R12: one link that was in time for fourteen rounds proves that a node hears well",
          "[rules]") {
    Config config = LoneDetector::local();
    config.ring_count = 4;
    LoneDetector lone(config);
    auto peers = lone.meet(30);
    std::partition(peers.begin(), peers.end(),
                   [&](const Peer& each) { return lone.member(each.name())->is_observed; });
    std::vector<bool> withdrawn;
    for (int turn = 0; turn < 30; ++turn) {
        // The first hears all others, of which this node hears none.
        lone.hear(peers[0]);
        for (Peer& each : but_first(peers)) {
            ++each.heartbeat;
            lone.hear(peers[0], row(each));
        }
        lone.pass(round);
        withdrawn.push_back(lone.status().is_withdrawn);
    }

    CHECK(withdrawn[12]);
    CHECK_FALSE(withdrawn[16]);
}

TEST_CASE("R12: where words come now and then, a silence of ten fail_after counts all the same",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(5);
    // Each word ends an isolation, and begins a window anew.
    for (int word = 0; word < 10; ++word) {
        lone.hear(peers[0]);
        lone.pass(900ms);
    }
    CHECK(lone.status().counters.accusations_made == 0);
    for (int word = 0; word < 6; ++word) {
        lone.hear(peers[0]);
        lone.pass(900ms);
    }

    lone.hear(peers[0]);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    for (const Peer& each : but_first(peers))
        CHECK(lone.state(each) == MemberState::failed);
}

TEST_CASE("R12: a node that hears some links late convicts nobody without a quorum", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto first_other = std::partition(peers.begin(), peers.end(), [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    });
    REQUIRE(first_other - peers.begin() == 4);
    // Two of the neighbours are heard by others alone.
    const auto pass_rounds = [&](int rounds, bool is_first_heard) {
        for (int turn = 0; turn < rounds; ++turn) {
            if (is_first_heard) lone.hear(peers[0]);
            for (Peer& each : std::span(peers).subspan(1, 2)) {
                ++each.heartbeat;
                lone.hear(peers[3], row(each));
            }
            lone.pass(round, std::span(peers).subspan(3));
        }
    };

    pass_rounds(20, true);
    pass_rounds(20, false);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    CHECK_FALSE(lone.status().is_withdrawn);
    pass_rounds(40, false);

    CHECK(lone.state(peers[0]) == MemberState::failed);
    CHECK(lone.state(peers[1]) == MemberState::alive);
}

}  // namespace hearsay::testing

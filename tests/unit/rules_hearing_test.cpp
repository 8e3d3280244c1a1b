// R12: when a node takes its own ears for bad, and how that ends.

#include <chrono>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// Nobody is heard until it withdraws. Returns its peers.
std::vector<Peer> be_deaf_for_long(LoneDetector& lone) {
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    lone.pass(3s);
    REQUIRE(lone.events(EventKind::withdrew).size() == 1);
    return peers;
}

/// A round in which the peers speak, but as to somebody that they have failed (R6).
void pass_given_up(LoneDetector& lone, std::vector<Peer>& peers) {
    for (Peer& each : peers) {
        Message message = lone.message(each);
        message.promise = Milliseconds::zero();
        lone.hand_in(message, each.link);
    }
    lone.pass(round);
}

}  // namespace

TEST_CASE("R12: who was deaf for fail_after keeps its heartbeat for longer than that", "[rules]") {
    LoneDetector lone;
    auto peers = be_deaf_for_long(lone);
    const Heartbeat kept = lone.detector().heartbeat();
    lone.forget_outputs();

    for (int turn = 0; turn < 24; ++turn)
        pass_given_up(lone, peers);
    for (const Sent& each : lone.sent()) {
        CHECK(each.message.hears_badly);
        CHECK(each.message.heartbeat == heartbeat_untold);
    }
    CHECK(lone.status().is_withdrawn);
    CHECK(lone.detector().heartbeat() == kept);

    for (int turn = 0; turn < 5; ++turn)
        pass_given_up(lone, peers);
    CHECK(lone.events(EventKind::returned).size() == 1);
    CHECK_FALSE(lone.sent().back().message.hears_badly);
    CHECK(lone.sent().back().message.heartbeat > kept);
}

TEST_CASE("R12: who was deaf and has not been given up returns after four rounds", "[rules]") {
    LoneDetector lone;
    auto peers = be_deaf_for_long(lone);

    lone.pass(3 * round, peers);
    CHECK(lone.status().is_withdrawn);
    lone.pass(2 * round, peers);

    CHECK_FALSE(lone.status().is_withdrawn);
    CHECK(lone.events(EventKind::failed).empty());
}

TEST_CASE("R12: whoever gets too little of the processor does not take its ears for bad",
          "[rules]") {
    LoneDetector lone;
    auto peers = be_deaf_for_long(lone);

    lone.stall(round * 3 / 2);
    lone.turn();
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(6 * round);
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(4 * round);
    CHECK(lone.status().is_withdrawn);
}

TEST_CASE("R12: a new life in the place of one that was silent explains the silence", "[rules]") {
    LoneDetector lone;
    auto peers = be_deaf_for_long(lone);

    Peer reborn = peers[0];
    reborn.identity.life = LifeId{77};
    ++reborn.identity.incarnation;
    lone.hear(reborn, introduction(reborn));
    lone.pass(round, {&reborn, 1});

    CHECK_FALSE(lone.status().is_withdrawn);
}

TEST_CASE("R12: where most hear badly nobody withdraws", "[rules]") {
    LoneDetector lone;
    auto peers = be_deaf_for_long(lone);

    for (int turn = 0; turn < 10; ++turn) {
        for (Peer& each : peers) {
            Message message = lone.message(each);
            message.hears_badly = true;
            lone.hand_in(message, each.link);
        }
        lone.pass(round);
    }

    CHECK_FALSE(lone.status().is_withdrawn);
    CHECK(lone.sent().back().message.hears_badly);
}

}  // namespace hearsay::testing

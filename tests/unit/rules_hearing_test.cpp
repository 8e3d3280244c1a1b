// R12: when a node is degraded, and how that ends.

#include <chrono>
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

TEST_CASE("R12: whoever gets too little of the processor does not take itself for degraded",
          "[rules]") {
    LoneDetector lone;
    auto peers = be_isolated_for_long(lone);

    lone.stall(round * 3 / 2);
    lone.turn();
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(6 * round);
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(4 * round);
    CHECK(lone.status().is_withdrawn);
}

}  // namespace hearsay::testing

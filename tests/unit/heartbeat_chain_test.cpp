#include "heartbeat_chain.hpp"

#include "simulation/stand_in_prover.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

using simulation::StandInProver;

TEST_CASE("each mark leads to the one before it, and the first to the anchor", "[chain]") {
    StandInProver prover("n1", 1);
    HeartbeatChain chain(prover, 100, 2 * HeartbeatChain::stride);

    CHECK(chain.mark(100) == chain.anchor());
    for (Heartbeat heartbeat = 101; heartbeat <= chain.end(); ++heartbeat)
        REQUIRE(prover.before(chain.mark(heartbeat)) == chain.mark(heartbeat - 1));
}

TEST_CASE("marks can be asked for in any order", "[chain]") {
    StandInProver prover("n1", 1);
    HeartbeatChain chain(prover, 0, 3 * HeartbeatChain::stride);
    const Mark late = chain.mark(1300);

    CHECK(walk_back(prover, late, 1200) == chain.mark(100));
    CHECK(chain.mark(1300) == late);
    CHECK(walk_back(prover, late, 1300) == chain.anchor());
}

TEST_CASE("a chain covers its base and all up to its end", "[chain]") {
    StandInProver prover("n1", 1);
    const HeartbeatChain chain(prover, 7, HeartbeatChain::stride);

    CHECK_FALSE(chain.covers(6));
    CHECK(chain.covers(7));
    CHECK(chain.covers(7 + HeartbeatChain::stride));
    CHECK_FALSE(chain.covers(8 + HeartbeatChain::stride));
}

TEST_CASE("no two chains have a mark in common", "[chain]") {
    StandInProver prover("n1", 1);
    HeartbeatChain one(prover, 0, HeartbeatChain::stride);
    HeartbeatChain other(prover, 0, HeartbeatChain::stride);

    CHECK(one.anchor() != other.anchor());
    CHECK(one.mark(9) != other.mark(9));
}

}  // namespace
}  // namespace hearsay

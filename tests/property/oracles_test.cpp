// What others have published comes out of our own random numbers, clock and arithmetic.

#include "oracles.hpp"

#include <cstdint>
#include <vector>

#include "support/catch.hpp"

namespace hearsay::papers {
namespace {

/// Enough for means to 3 %: a spread's rounds deviate by less than a tenth of their mean.
constexpr std::size_t trials = 400;
/// Beyond it the formulas and the trials take too long for every build.
constexpr std::size_t members_max = 1000;

void check(const OracleTable& table) {
    for (const Oracle& oracle : table.oracles) {
        CAPTURE(table.title, oracle.quantity, oracle.published, oracle.computed);
        CHECK(holds(oracle));
    }
}

void check(const std::vector<OracleTable>& tables) {
    for (const OracleTable& table : tables)
        check(table);
}

TEST_CASE("the formulas of van Renesse give the figures of the paper to 1 %", "[oracles]") {
    check(van_renesse_oracles(members_max));
}

TEST_CASE("what is read off their plots is that to 10 %", "[oracles]") {
    check(van_renesse_readings());
}

TEST_CASE("Lifeguard's time-outs and the quality of NFD-S are as published", "[oracles]") {
    check(formula_oracles());
}

TEST_CASE("a rumour reaches everybody in as many rounds as published", "[oracles]") {
    const std::uint64_t seed = 1;
    CAPTURE(seed);

    check(spread_oracles(members_max, trials, seed));
}

TEST_CASE("a rumour crosses subnets in as many rounds as the multi-level gossip of the paper",
          "[oracles]") {
    const std::uint64_t seed = 1;
    CAPTURE(seed);

    check(subnet_oracles(trials, seed));
}

TEST_CASE("an oracle holds within its tolerance and not beyond", "[oracles]") {
    const Oracle near{.quantity = "near", .published = 10, .computed = 10.9, .tolerance = 1};
    const Oracle far{.quantity = "far", .published = 10, .computed = 8.9, .tolerance = 1};

    CHECK(holds(near));
    CHECK_FALSE(holds(far));
}

}  // namespace
}  // namespace hearsay::papers

#include "simulation/swarm.hpp"

#include <algorithm>

#include "simulation/shrink.hpp"
#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

void hold_all(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const Script script = draw_script(seed);
        CAPTURE(seed, print(script));
        CHECK(judge(script).failure.value_or("") == "");
    }
}

// Several, so that they run side by side, and slow builds end in time.
TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 1 to 10", "[swarm]") {
    hold_all(1, 10);
}
TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 11 to 20", "[swarm]") {
    hold_all(11, 20);
}
TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 21 to 30", "[swarm]") {
    hold_all(21, 30);
}
TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 31 to 40", "[swarm]") {
    hold_all(31, 40);
}
TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 41 to 50", "[swarm]") {
    hold_all(41, 50);
}

TEST_CASE("a script that is drawn can be printed, read and played again", "[swarm]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 12, 15);
    CAPTURE(seed);
    const Script script = draw_script(seed);

    const auto read = parse(print(script));

    REQUIRE(read);
    CHECK(print(read.value()) == print(script));
    CHECK(judge(read.value()).fingerprint == judge(script).fingerprint);
}

TEST_CASE("shrinking leaves what a failure needs", "[swarm]") {
    const Script script = draw_script(4);
    const auto is_crash = [](const Step& step) { return step.verb == Verb::crash; };
    const auto crashes = [&](const Script& candidate) {
        return std::any_of(candidate.steps.begin(), candidate.steps.end(), is_crash);
    };
    REQUIRE(crashes(script));

    const Script small = shrink(script, crashes, 500);

    REQUIRE(small.steps.size() == 1);
    CHECK(small.steps.front().verb == Verb::crash);
    CHECK(small.nodes < script.nodes);
}

}  // namespace
}  // namespace hearsay::simulation

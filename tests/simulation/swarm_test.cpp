#include "simulation/swarm.hpp"

#include <algorithm>

#include "simulation/shrink.hpp"
#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

TEST_CASE("whatever befalls a cluster, the invariants hold", "[swarm]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 51));
    const Script script = draw_script(seed);
    CAPTURE(seed, print(script));

    const Outcome outcome = judge(script);

    CHECK(outcome.failure.value_or("") == "");
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

#include "simulation/swarm.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "simulation/fingerprint.hpp"
#include "simulation/script_words.hpp"
#include "simulation/shrink.hpp"
#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using Catch::Matchers::Contains;

void hold_all(std::uint64_t first, std::uint64_t last, Kinds kinds = Kinds::usual) {
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const Script script = draw_script(seed, kinds);
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

TEST_CASE("whatever befalls a cluster, the invariants hold: seeds 1 to 20 of all kinds",
          "[swarm]") {
    hold_all(1, 20, Kinds::all);
}

// Figures were published of these seeds.
TEST_CASE("the usual kinds draw the same scripts as ever", "[swarm]") {
    Fingerprint fingerprint;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        const std::string text = print(draw_script(seed));
        fingerprint.add(std::as_bytes(std::span<const char>(text)));
    }

    CHECK(fingerprint.value() == 0xfad3cbb311dd4758);
}

TEST_CASE("a script of all kinds is printed as it is read, and uses every word", "[swarm]") {
    std::set<Verb> verbs;
    std::string all;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        const std::string text = print(draw_script(seed, Kinds::all));
        const auto read = parse(text);
        REQUIRE(read);
        CHECK(print(read.value()) == text);
        for (const Step& step : read.value().steps)
            verbs.insert(step.verb);
        all += text;
    }

    CHECK(verbs.size() == verb_words.size());
    for (const std::string word : {"node ", "hole", "rate", "corrupt", "duplicate", "reorder",
                                   " > ", "size", "force", "drift -"}) {
        CAPTURE(word);
        CHECK_THAT(all, Contains(word));
    }
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

// What the swarm found, shrunk to what the failure needed: each file of found/ is named for the
// seed that showed it, and holds the defect in its first line, and the script (swarm --script
// FILE). And what users of such programs have suffered, in reported/.

#include <filesystem>
#include <string>
#include <vector>

#include "simulation/files.hpp"
#include "simulation/story.hpp"
#include "simulation/swarm.hpp"

namespace hearsay::simulation {
namespace {

/// Plays each `step`th of them.
void play_all(std::size_t step) {
    const std::string folder = GENERATE(as<std::string>{}, "found", "reported");
    const std::vector<std::filesystem::path> files =
        files_in(std::filesystem::path(HEARSAY_SOURCE_DIR "/tests/simulation") / folder);
    REQUIRE_FALSE(files.empty());
    for (std::size_t at = 0; at < files.size(); at += step) {
        CAPTURE(files[at]);
        const auto script = parse(content(files[at]));
        REQUIRE(script);
        CHECK(judge(script.value()).failure.value_or("") == "");
    }
}

TEST_CASE("what was found or reported breaks no invariant any more", "[found][long]") {
    play_all(1);
}

TEST_CASE("some of what was found or reported, for those who have little time", "[found]") {
    play_all(6);
}

}  // namespace
}  // namespace hearsay::simulation

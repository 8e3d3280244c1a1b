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

TEST_CASE("what was found or reported breaks no invariant any more", "[found][long]") {
    const std::string folder = GENERATE(as<std::string>{}, "found", "reported");
    const std::vector<std::filesystem::path> files =
        files_in(std::filesystem::path(HEARSAY_SOURCE_DIR "/tests/simulation") / folder);
    REQUIRE_FALSE(files.empty());
    for (const std::filesystem::path& file : files) {
        CAPTURE(file);
        const auto script = parse(content(file));
        REQUIRE(script);
        CHECK(judge(script.value()).failure.value_or("") == "");
    }
}

}  // namespace
}  // namespace hearsay::simulation

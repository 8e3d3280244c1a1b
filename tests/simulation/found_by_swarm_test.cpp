// What the swarm found, shrunk to what the failure needed: each file of found/ is named for the
// seed that showed it, and holds the defect in its first line, and the script (swarm --script
// FILE).

#include <filesystem>
#include <vector>

#include "simulation/files.hpp"
#include "simulation/story.hpp"
#include "simulation/swarm.hpp"

namespace hearsay::simulation {
namespace {

const std::filesystem::path folder = HEARSAY_SOURCE_DIR "/tests/simulation/found";

TEST_CASE("what the swarm found stays mended", "[found]") {
    const std::vector<std::filesystem::path> files = files_in(folder);
    REQUIRE_FALSE(files.empty());
    for (const std::filesystem::path& file : files) {
        CAPTURE(file.filename());
        const auto script = parse(content(file));
        REQUIRE(script);
        CHECK(judge(script.value()).failure.value_or("") == "");
    }
}

}  // namespace
}  // namespace hearsay::simulation

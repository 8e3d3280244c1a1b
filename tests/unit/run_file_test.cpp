#include "run_file.hpp"

#include <optional>
#include <string>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::ScratchDirectory;

NodeOptions some_options() {
    NodeOptions options;
    options.name = "n1";
    options.config.cluster = "demo";
    options.advertise = "tcp://127.0.0.1:4711";
    options.status = "ipc:///run/n1.status";
    return options;
}

TEST_CASE("the run file says who runs and where, and is gone afterwards", "[run_file]") {
    const ScratchDirectory scratch;
    const auto directory = scratch.path() / "run";
    {
        RunFile file(directory, "n1");
        file.write(some_options(), LifeId{0xabc});

        const auto object = nlohmann::json::parse(scratch.read("run/n1.json"));
        CHECK(object.at("name") == "n1");
        CHECK(object.at("cluster") == "demo");
        CHECK(object.at("pid") == getpid());
        CHECK(object.at("life") == text(LifeId{0xabc}));
        CHECK(object.at("endpoint") == "tcp://127.0.0.1:4711");
        CHECK(object.at("status") == "ipc:///run/n1.status");
        struct stat status {};
        REQUIRE(stat(directory.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0700U);
    }
    CHECK(std::filesystem::is_empty(directory));
}

TEST_CASE("a second node of the same name is refused and told who has it", "[run_file]") {
    const ScratchDirectory scratch;
    const RunFile first(scratch.path(), "n1");

    CHECK_THROWS_WITH(RunFile(scratch.path(), "n1"),
                      Contains("n1") && Contains("process " + std::to_string(getpid())));
    CHECK_NOTHROW(RunFile(scratch.path(), "n2"));
}

TEST_CASE("a refused node leaves the files of the other alone", "[run_file]") {
    const ScratchDirectory scratch;
    RunFile first(scratch.path(), "n1");
    first.write(some_options(), LifeId{1});

    CHECK_THROWS_AS(RunFile(scratch.path(), "n1"), StartError);

    CHECK_FALSE(scratch.read("n1.json").empty());
    CHECK_THROWS_AS(RunFile(scratch.path(), "n1"), StartError);
}

TEST_CASE("what a crashed node left behind is taken over", "[run_file]") {
    const ScratchDirectory scratch;
    scratch.write("n1.lock", "99999999999999");
    scratch.write("n1.json", "half a fi");

    RunFile file(scratch.path(), "n1");
    file.write(some_options(), LifeId{1});

    CHECK(scratch.read("n1.lock") == std::to_string(getpid()));
    CHECK(nlohmann::json::parse(scratch.read("n1.json")).at("name") == "n1");
}

TEST_CASE("a run directory that cannot be is one clear line", "[run_file]") {
    const ScratchDirectory scratch;
    scratch.write("file", "");

    CHECK_THROWS_WITH(RunFile(scratch.path() / "file" / "run", "n1"),
                      Contains("Not a directory") && !Contains("\n"));
    CHECK_THROWS_WITH(RunFile(scratch.path() / "file", "n1"), Contains("Not a directory"));
    CHECK_THROWS_AS(RunFile(scratch.path(), "../n1"), StartError);
    CHECK_THROWS_AS(RunFile(scratch.path(), ".n1"), StartError);
}

}  // namespace
}  // namespace hearsay

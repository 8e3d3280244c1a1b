#include "state_file.hpp"

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>

#include <sys/stat.h>

#include "hearsay/node.hpp"

#include "run_file.hpp"
#include "support/catch.hpp"
#include "support/no_room.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::NoRoom;
using testing::ScratchDirectory;

namespace fs = std::filesystem;

NodeState some_state(std::uint64_t incarnation = 7) {
    return {.name = "n1",
            .cluster = "demo",
            .incarnation = incarnation,
            .addresses = {{.name = "n2", .endpoint = "tcp://192.0.2.8:7700"}}};
}

TEST_CASE("what was kept is found by the next life", "[state_file]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "data";
    {
        StateFile file(directory, "n1", "demo");
        CHECK(file.find().state == NodeState{});
        CHECK(file.find().problem.empty());
        file.note(some_state());
        file.restore();
    }
    struct stat status {};
    REQUIRE(stat((directory / "n1.state").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    REQUIRE(stat(directory.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700U);
    // The lock is gone, and nothing else lies there.
    CHECK(std::distance(fs::directory_iterator(directory), {}) == 1);

    const StateFile file(directory, "n1", "demo");

    CHECK(file.find().state == some_state());
    CHECK(file.find().problem.empty());
}

TEST_CASE("what is the same is not written again", "[state_file]") {
    const ScratchDirectory scratch;
    StateFile file(scratch.path(), "n1", "demo");
    const auto number = [&] {
        struct stat status {};
        REQUIRE(stat((scratch.path() / "n1.state").c_str(), &status) == 0);
        return status.st_ino;
    };
    file.note(some_state());
    file.restore();
    const auto first = number();

    file.note(some_state());
    file.restore();

    CHECK(number() == first);
}

TEST_CASE("one process has the data of a name", "[state_file]") {
    const ScratchDirectory scratch;
    const StateFile first(scratch.path(), "n1", "demo");

    CHECK_THROWS_WITH(StateFile(scratch.path(), "n1", "demo"),
                      Contains("name n1 is in use in " + scratch.path().string() + " by process") &&
                          Contains("data directory"));
    CHECK_NOTHROW(StateFile(scratch.path(), "n2", "demo"));
    // Run directory and data directory may be one.
    CHECK_NOTHROW(RunFile(scratch.path(), "n1"));
}

TEST_CASE("a draft that a killed node left is not used, and replaced", "[state_file]") {
    const ScratchDirectory scratch;
    scratch.write("n1.state", state_text(some_state(7)));
    scratch.write("n1.state.new", state_text(some_state(8)).substr(0, 50));
    scratch.write("n1.state.lock", "99999999999999");

    StateFile file(scratch.path(), "n1", "demo");
    CHECK(file.find().state == some_state(7));
    file.note(some_state(9));
    file.restore();

    CHECK(scratch.read("n1.state") == state_text(some_state(9)));
    CHECK_FALSE(fs::exists(scratch.path() / "n1.state.new"));
}

TEST_CASE("what cannot be used is told in one line", "[state_file]") {
    const ScratchDirectory scratch;
    const fs::path path = scratch.path() / "n1.state";
    StateFile file(scratch.path(), "n1", "demo");

    scratch.write("n1.state", "");
    CHECK(file.find().problem == "is damaged");
    scratch.write("n1.state", std::string(100'000, ' '));
    CHECK(file.find().problem == "cannot be read: File too large");
    fs::remove(path);
    scratch.write("precious", state_text(some_state()));
    fs::create_symlink(scratch.path() / "precious", path);
    CHECK_THAT(file.find().problem, Contains("cannot be read: "));
    fs::remove(path);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK(file.find().problem == "is damaged");
    fs::remove(path);
    fs::create_directory(path);
    CHECK(file.find().problem == "cannot be read: Is a directory");
    CHECK(file.find().state == NodeState{});

    file.note(some_state());
    CHECK_THROWS_WITH(file.restore(), Contains(path.string()) && !Contains("\n"));
}

TEST_CASE("where nothing can be written the old file stays", "[state_file]") {
    const ScratchDirectory scratch;
    StateFile file(scratch.path(), "n1", "demo");
    file.note(some_state(7));
    file.restore();
    file.note(some_state(8));
    {
        const NoRoom no_room;
        CHECK_THROWS_AS(file.restore(), StartError);
        CHECK(file.find().state == some_state(7));
        CHECK_FALSE(fs::exists(scratch.path() / "n1.state.new"));
    }
    file.restore();
    CHECK(file.find().state == some_state(8));
}

TEST_CASE("a data directory that others can write to is refused", "[state_file]") {
    const ScratchDirectory scratch;
    fs::permissions(scratch.path(), fs::perms(0777));

    CHECK_THROWS_WITH(StateFile(scratch.path(), "n1", "demo"),
                      Contains("data directory") && Contains("can be written by, others"));
}

}  // namespace
}  // namespace hearsay

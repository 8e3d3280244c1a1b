#include "run_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "run_directory.hpp"
#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::ScratchDirectory;

namespace fs = std::filesystem;

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

TEST_CASE("links and pipes in the run directory are not followed", "[run_file]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "run";
    fs::create_directory(directory);
    fs::permissions(directory, fs::perms(0700));
    scratch.write("precious", "precious");

    SECTION("in the place of the lock") {
        fs::create_symlink(scratch.path() / "precious", directory / "n1.lock");
        CHECK_THROWS_AS(RunFile(directory, "n1"), StartError);
        CHECK(fs::is_symlink(directory / "n1.lock"));
    }
    SECTION("in the place of the lock, to nothing") {
        fs::create_symlink(scratch.path() / "none", directory / "n1.lock");
        CHECK_THROWS_AS(RunFile(directory, "n1"), StartError);
        CHECK_FALSE(fs::exists(scratch.path() / "none"));
    }
    SECTION("a pipe that nobody reads") {
        REQUIRE(mkfifo((directory / "n1.lock").c_str(), 0600) == 0);
        CHECK_THROWS_WITH(RunFile(directory, "n1"), Contains("not a regular file"));
        CHECK_FALSE(is_locked(directory / "n1.lock"));
    }
    SECTION("in the place of the file and its draft") {
        fs::create_symlink(scratch.path() / "precious", directory / "n1.json");
        fs::create_symlink(scratch.path() / "precious", directory / "n1.json.new");
        RunFile file(directory, "n1");
        file.write(some_options(), LifeId{1});
        CHECK(fs::symlink_status(directory / "n1.json").type() == fs::file_type::regular);
        CHECK_FALSE(fs::exists(fs::symlink_status(directory / "n1.json.new")));
    }
    CHECK(scratch.read("precious") == "precious");
}

TEST_CASE("a link in the place of the run directory, made later, is not followed", "[run_file]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "run";
    fs::create_directory(scratch.path() / "elsewhere");
    RunFile file(directory, "n1");
    fs::rename(directory, scratch.path() / "moved");
    fs::create_directory_symlink(scratch.path() / "elsewhere", directory);

    file.write(some_options(), LifeId{1});

    CHECK(fs::is_empty(scratch.path() / "elsewhere"));
    CHECK_FALSE(scratch.read("moved/n1.json").empty());
}

TEST_CASE("a run directory that others can write to is refused", "[run_file]") {
    const ScratchDirectory scratch;
    const auto mode = GENERATE(0770U, 0702U, 0777U, 01777U);
    fs::permissions(scratch.path(), fs::perms(mode));

    CHECK_THROWS_WITH(RunFile(scratch.path(), "n1"), Contains("can be written by, others"));
    CHECK(directory_problem(scratch.path()).has_value());
    CHECK(fs::is_empty(scratch.path()));

    // Others may read it.
    fs::permissions(scratch.path(), fs::perms(0755));
    CHECK_NOTHROW(RunFile(scratch.path(), "n1"));
    CHECK_FALSE(directory_problem(scratch.path()));
}

TEST_CASE("a run directory of somebody else is refused", "[run_file]") {
    const ScratchDirectory scratch;
    constexpr uid_t nobody = 65534;
    // Only root can give it away.
    if (chown(scratch.path().c_str(), nobody, static_cast<gid_t>(-1)) != 0) return;

    CHECK_THROWS_WITH(RunFile(scratch.path(), "n1"), Contains("it belongs to"));
    CHECK(directory_problem(scratch.path()).has_value());
}

TEST_CASE("what was removed is made anew", "[run_file]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "run";
    RunFile file(directory, "n1");
    file.write(some_options(), LifeId{1});
    const std::string told = scratch.read("run/n1.json");

    SECTION("the file") {
        fs::remove(directory / "n1.json");
    }
    SECTION("the lock") {
        fs::remove(directory / "n1.lock");
    }
    SECTION("all") {
        fs::remove_all(directory);
    }
    SECTION("the file, which says something else") {
        scratch.write("run/draft", "{}");
        fs::rename(directory / "draft", directory / "n1.json");
    }
    file.restore();

    CHECK(scratch.read("run/n1.json") == told);
    CHECK(scratch.read("run/n1.lock") == std::to_string(getpid()));
    CHECK_THROWS_AS(RunFile(directory, "n1"), StartError);
}

TEST_CASE("a node that has lost the name to another leaves its files alone", "[run_file]") {
    const ScratchDirectory scratch;
    std::optional<RunFile> first(std::in_place, scratch.path(), "n1");
    first->write(some_options(), LifeId{1});
    fs::remove(scratch.path() / "n1.lock");
    RunFile second(scratch.path(), "n1");
    second.write(some_options(), LifeId{2});

    CHECK_THROWS_WITH(first->restore(), Contains("name n1 is in use"));
    first.reset();

    CHECK_THAT(scratch.read("n1.json"), Contains(text(LifeId{2})));
    CHECK(is_locked(scratch.path() / "n1.lock"));
    CHECK_THROWS_AS(RunFile(scratch.path(), "n1"), StartError);
}

TEST_CASE("who runs is told by the lock, not by the process id", "[run_file]") {
    const ScratchDirectory scratch;
    // A crashed node whose process id is somebody else's by now: that somebody is this test.
    {
        RunFile crashed(scratch.path(), "n2");
        crashed.write(some_options(), LifeId{1});
        fs::copy_file(scratch.path() / "n2.json", scratch.path() / "n3.json");
    }
    scratch.write("n3.lock", std::to_string(getpid()));
    scratch.write("n4.json", "no JSON");
    CHECK(running_nodes(scratch.path()).empty());
    CHECK_NOTHROW(RunFile(scratch.path(), "n3"));

    RunFile file(scratch.path(), "n1");
    file.write(some_options(), LifeId{1});

    const auto nodes = running_nodes(scratch.path());
    REQUIRE(nodes.size() == 1);
    CHECK(nodes.front().name == "n1");
    CHECK(nodes.front().status == some_options().status);
    // To ask takes nothing away.
    CHECK(is_locked(scratch.path() / "n1.lock"));
}

}  // namespace
}  // namespace hearsay

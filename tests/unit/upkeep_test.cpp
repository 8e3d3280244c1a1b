#include "upkeep.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <zmq.hpp>

#include "bind.hpp"
#include "client.hpp"
#include "run_file.hpp"
#include "state_file.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/no_room.hpp"
#include "support/running_node.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::eventually;
using testing::options_of;
using testing::Running;
using testing::ScratchDirectory;

namespace fs = std::filesystem;

/// Two sockets in a directory each, and the watch over their files.
struct Watched {
    Watched() {
        REQUIRE(listener.is_open());
        REQUIRE(other_listener.is_open());
    }

    /// Waits for a report and hands it over.
    Upkeep::Report report() {
        std::optional<Upkeep::Report> found;
        REQUIRE(eventually([&] {
            found = upkeep.poll();
            return found.has_value();
        }));
        return *std::move(found);
    }

    ScratchDirectory scratch;
    fs::path directory = made(scratch.path() / "run");
    fs::path path = directory / "socket";
    fs::path other = scratch.path() / "socket";
    Descriptor listener = listen_at(path.string());
    Descriptor other_listener = listen_at(other.string());
    Wakeup wakeup;
    Upkeep upkeep{{}, {path.string(), other.string()}, wakeup};

    static fs::path made(const fs::path& directory) {
        fs::create_directory(directory);
        return directory;
    }
};

/// Removes the directory, into which something may be put meanwhile.
void sweep(const fs::path& directory) {
    REQUIRE(eventually([&] {
        std::error_code error;
        fs::remove_all(directory, error);
        return !error;
    }));
}

TEST_CASE("the file of a socket that was removed is there again, and listened at", "[upkeep]") {
    Watched watched;
    // The second time it is looked at what was made anew the first time, too.
    for (const fs::path& path : {watched.path, watched.other, watched.path}) {
        fs::remove(path);

        const Upkeep::Report report = watched.report();

        CHECK(report.path == path);
        CHECK(report.complaint.empty());
        CHECK(fs::is_socket(path));
        CHECK((fs::status(path).permissions() & fs::perms(0077)) == fs::perms::none);
        int listens = 0;
        socklen_t size = sizeof(listens);
        const int number = report.listener.number();
        REQUIRE(getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0);
        CHECK(listens == 1);
    }
}

TEST_CASE("what somebody else has put in the place of a socket stays", "[upkeep]") {
    Watched watched;
    fs::remove(watched.path);
    watched.scratch.write("run/socket", "mine");

    std::optional<Upkeep::Report> report;
    REQUIRE(eventually([&] {
        report = watched.upkeep.poll();
        return report && report->path.empty();
    }));

    CHECK_THAT(report->complaint, Contains("something else is there now"));
    CHECK(watched.scratch.read("run/socket") == "mine");
}

TEST_CASE("a socket whose directory is gone is complained about, not each time", "[upkeep]") {
    Watched watched;
    sweep(watched.directory);
    CHECK_THAT(watched.report().complaint, Contains("is gone and cannot be made anew"));

    // Each look begins with the one whose directory is gone: nothing more is said of it.
    for (int times = 0; times < 2; ++times) {
        fs::remove(watched.other);
        CHECK(watched.report().path == watched.other);
    }
    fs::create_directory(watched.directory);
    CHECK(watched.report().path == watched.path);
}

/// As a directory for temporary files would find it a month later.
void make_old(const fs::path& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::days(30));
}

bool is_new(const fs::path& path) {
    return fs::last_write_time(path) > fs::file_time_type::clock::now() - std::chrono::hours(1);
}

TEST_CASE("files that would be removed for their age are touched", "[upkeep]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "run";
    const auto run_file = std::make_shared<RunFile>(directory, "n1");
    run_file->write(options_of("n1"), LifeId{1});
    const fs::path socket = directory / "socket";
    const Descriptor listener = listen_at(socket.string());
    const auto files = {socket, directory / "n1.json", directory / "n1.lock", directory};
    for (const fs::path& file : files)
        make_old(file);

    const Wakeup wakeup;
    const Upkeep upkeep({run_file}, {socket.string()}, wakeup);

    for (const fs::path& file : files)
        CHECK(eventually([&] { return is_new(file); }));
}

TEST_CASE("what a file shall say is written, at the end as well", "[upkeep]") {
    const ScratchDirectory scratch;
    const auto file = std::make_shared<StateFile>(scratch.path(), "n1", "demo");
    const Wakeup wakeup;
    {
        const Upkeep upkeep({file, nullptr}, {}, wakeup);
        file->note({.incarnation = 7});
        CHECK(eventually([&] { return file->find().state.incarnation == 7; }));
        file->note({.incarnation = 8});
    }
    CHECK(file->find().state.incarnation == 8);
}

TEST_CASE("a file that cannot be written is complained about once, and tried again", "[upkeep]") {
    const ScratchDirectory scratch;
    const auto file = std::make_shared<StateFile>(scratch.path(), "n1", "demo");
    const Wakeup wakeup;
    Upkeep upkeep({file}, {}, wakeup);
    std::vector<std::string> complaints;
    const auto collect = [&] {
        while (const auto report = upkeep.poll())
            complaints.push_back(report->complaint);
        return complaints.size();
    };
    for (std::uint64_t times = 1; times <= 2; ++times) {
        {
            const testing::NoRoom no_room;
            file->note({.incarnation = times});
            REQUIRE(eventually([&] { return collect() == times; }));
        }
        CHECK_THAT(complaints.back(), Contains("data file " + file->path().string()) &&
                                          Contains("tried again every second"));
        REQUIRE(eventually([&] { return file->find().state.incarnation == times; }));
        CHECK(collect() == times);
    }
}

TEST_CASE("a node whose run directory was swept is found and asked again", "[upkeep]") {
    const ScratchDirectory scratch;
    const fs::path directory = scratch.path() / "run";
    NodeOptions options = options_of("a");
    options.run_directory = directory;
    options.bind = "ipc://" + (directory / "a.gossip").string();
    options.status = "ipc://" + (directory / "a.status").string();
    options.events = "ipc://" + (directory / "a.events").string();
    Running a(options);
    a.start();
    const std::string told = scratch.read("run/a.json");
    REQUIRE_FALSE(told.empty());

    sweep(directory);

    for (const char* const file : {"a.json", "a.lock", "a.status", "a.events", "a.gossip"})
        REQUIRE(eventually([&] { return fs::exists(directory / file); }));
    CHECK(scratch.read("run/a.json") == told);
    CHECK(is_locked(directory / "a.lock"));
    CHECK(Client(options.status, 30s).ask({{"op", "ping"}}).at("name") == "a");

    zmq::context_t context;
    zmq::socket_t subscriber(context, zmq::socket_type::dealer);
    subscriber.set(zmq::sockopt::linger, 0);
    subscriber.connect(options.events);
    static_cast<void>(subscriber.send(zmq::str_buffer("{}"), zmq::send_flags::none));
    zmq::message_t answer;
    CHECK(
        eventually([&] { return subscriber.recv(answer, zmq::recv_flags::dontwait).has_value(); }));

    NodeOptions joins = options_of("b", {options.bind});
    joins.bind = "ipc://" + (directory / "b.gossip").string();
    Running b(joins);
    b.start();
    CHECK(b.sees("a", MemberState::alive));
    CHECK(a.sees("b", MemberState::alive));
}

}  // namespace
}  // namespace hearsay

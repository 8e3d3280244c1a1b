// What a node promises to the program that it lives in.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hearsay/node.hpp"

#include "client.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/host_state.hpp"
#include "support/running_node.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::HostState;
using testing::options_of;
using testing::PeculiarHost;
using testing::Running;
using testing::ScratchDirectory;

nlohmann::ordered_json status_of(const std::string& address) {
    return Client(address, 30s).ask({{"op", "status"}});
}

/// Everything that makes a node start a thread or open a file.
NodeOptions busy_options(const ScratchDirectory& scratch, const std::string& name,
                         const std::vector<std::string>& seeds) {
    NodeOptions options = options_of(name, seeds);
    options.run_directory = scratch.path() / "run";
    options.status = "ipc://" + (options.run_directory / (name + ".status")).string();
    options.events = "ipc://" + (options.run_directory / (name + ".events")).string();
    options.event_handlers = {"true"};
    return options;
}

TEST_CASE("a node that is destroyed while it runs ends its run first", "[guest]") {
    Running peer(options_of("peer"));
    peer.start();
    auto node = std::make_unique<Node>(options_of("a", {peer.node().endpoint()}));
    std::promise<void> release;
    std::atomic<bool> is_inside = false;
    std::atomic<bool> is_gone = false;
    std::atomic<bool> was_gone_inside = false;
    node->on_event([&, hold = release.get_future().share()](const Event&, WallTime) {
        is_inside = true;
        hold.wait();
        was_gone_inside = is_gone.load();
    });
    std::optional<Ending> ending;
    std::thread runner([&ending, &runs = *node] { ending = runs.run(); });
    REQUIRE(eventually([&] { return is_inside.load(); }));

    std::thread destroyer([&] {
        node.reset();
        is_gone = true;
    });
    // Too short a time to be sure, but one that a destructor that does not wait does not need.
    poll(nullptr, 0, 200);
    CHECK_FALSE(is_gone);
    release.set_value();
    destroyer.join();
    runner.join();

    CHECK_FALSE(was_gone_inside);
    REQUIRE(ending);
    CHECK(ending->reason == EndReason::interrupted);
    // It did not leave.
    CHECK(peer.sees("a", MemberState::alive));
}

TEST_CASE("a node that never ran, or has run, is destroyed at once", "[guest]") {
    const ScratchDirectory scratch;
    { Node node(busy_options(scratch, "a", {})); }
    Node node(busy_options(scratch, "a", {}));
    node.request_leave();
    CHECK(node.run().reason == EndReason::left);
}

/// Called or not, it can at times not be copied.
struct Fragile {
    explicit Fragile(const std::atomic<bool>& told) : is_broken(&told) {}
    Fragile(const Fragile& other) : is_broken(other.is_broken) {
        if (*is_broken) throw std::runtime_error("broken");
    }
    Fragile& operator=(const Fragile&) = delete;
    ~Fragile() = default;
    void operator()(const Event&, WallTime) const {}

    const std::atomic<bool>* is_broken;
};

TEST_CASE("a node whose run ends by an exception can be destroyed", "[guest]") {
    std::atomic<bool> is_broken = false;
    auto node = std::make_unique<Node>(options_of("a"));
    node->on_event(Fragile(is_broken));
    is_broken = true;
    auto ending = std::async(std::launch::async, [&runs = *node] { return runs.run(); });
    Running peer(options_of("peer", {node->endpoint()}));
    peer.start();

    CHECK_THROWS_WITH(ending.get(), "broken");
    node.reset();
}

TEST_CASE("a callback that throws is counted and logged, and the run goes on", "[guest]") {
    const ScratchDirectory scratch;
    NodeOptions options = busy_options(scratch, "a", {});
    std::mutex mutex;
    std::string heard;
    options.log = [&](LogLevel, const std::string& message) {
        const std::scoped_lock lock(mutex);
        heard += message + '\n';
    };
    options.host_counters = [] { return std::map<std::string, std::uint64_t>{{"cups", 7}}; };
    Running a(options);
    std::atomic<int> later_calls = 0;
    a.node().on_event([](const Event&, WallTime) { throw std::runtime_error("no milk"); });
    a.node().on_event([](const Event&, WallTime) { throw 1; });
    a.node().on_event([&](const Event&, WallTime) { ++later_calls; });
    a.start();
    Running b(options_of("b", {a.node().endpoint()}));
    b.start();

    REQUIRE(eventually([&] { return later_calls == 1; }));
    CHECK(status_of(options.status).at("host") ==
          nlohmann::ordered_json({{"callbacks_failed", 2}, {"cups", 7}}));
    b.node().request_leave();
    b.end();
    CHECK(eventually([&] { return later_calls == 2; }));
    const std::scoped_lock lock(mutex);
    CHECK_THAT(heard, Catch::Matchers::Contains("a callback threw: no milk") &&
                          Catch::Matchers::Contains("a callback threw: something"));
}

TEST_CASE("host counters that throw are left out, and the run goes on", "[guest]") {
    const ScratchDirectory scratch;
    NodeOptions options = busy_options(scratch, "a", {});
    options.host_counters = []() -> std::map<std::string, std::uint64_t> {
        throw std::runtime_error("no counter");
    };
    Running a(options);
    a.start();

    for (int times = 1; times <= 2; ++times)
        CHECK(status_of(options.status).at("host") ==
              nlohmann::ordered_json{{"callbacks_failed", times}});
}

TEST_CASE("a sink that throws is no trouble to a node", "[guest]") {
    NodeOptions options = options_of("a");
    std::atomic<int> lines = 0;
    options.log_level = LogLevel::debug;
    options.log = [&](LogLevel, const std::string&) {
        ++lines;
        throw std::runtime_error("no disk");
    };
    Running a(options);
    Running b(options_of("b", {a.node().endpoint()}));
    a.start();
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(lines > 0);
    a.node().request_leave();
    CHECK(a.end().reason == EndReason::left);
}

TEST_CASE("a node leaves the process around it as it is", "[guest]") {
    const PeculiarHost host;
    const ScratchDirectory scratch;
    const HostState before;
    std::optional<HostState> meanwhile;
    std::optional<HostState> afterwards;
    {
        Running a(busy_options(scratch, "a", {}));
        Running b(busy_options(scratch, "b", {a.node().endpoint()}));
        a.start();
        b.start();
        REQUIRE(a.sees("b", MemberState::alive));
        status_of(a.node().options().status);
        meanwhile.emplace();
        b.node().request_leave();
        b.end();
    }
    afterwards.emplace();

    CHECK(meanwhile == before);
    CHECK(afterwards == before);
}

TEST_CASE("a node writes nothing to standard output or standard error", "[guest]") {
    const ScratchDirectory scratch;
    constexpr auto foreign_index = static_cast<std::size_t>(DecodeError::foreign_cluster);
    bool has_met = false;
    {
        const testing::CapturedOutput captured((scratch.path() / "said").string());
        Running a(busy_options(scratch, "a", {"tcp://no-such-host.invalid:7700"}));
        Running b(busy_options(scratch, "b", {a.node().endpoint()}));
        NodeOptions foreign = options_of("x", {a.node().endpoint()});
        foreign.config.cluster = "other";
        Running x(foreign);
        a.node().on_event([](const Event&, WallTime) { throw std::runtime_error("unsaid"); });
        for (Running* const node : {&a, &b, &x})
            node->start();
        has_met = a.sees("b", MemberState::alive) && eventually([&] {
                      return a.node().status().counters.rejected.at(foreign_index) > 0;
                  });
        b.node().request_leave();
        b.end();
    }

    CHECK(has_met);
    CHECK(scratch.read("said").empty());
}

std::set<std::string> threads() {
    std::set<std::string> ids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
        ids.insert(entry.path().filename());
    return ids;
}

bool takes_signals(const std::string& thread) {
    const std::string line = testing::proc_line("/proc/self/task/" + thread + "/status", "SigBlk:");
    // It may have ended meanwhile.
    if (line.empty()) return false;
    const std::uint64_t held_back = std::stoull(line.substr(line.find('\t')), nullptr, 16);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD, SIGALRM}) {
        if ((held_back >> (static_cast<unsigned>(number) - 1U) & 1U) == 0) return true;
    }
    return false;
}

TEST_CASE("no thread of a node takes signals that are for the process", "[guest]") {
    const ScratchDirectory scratch;
    const std::set<std::string> before = threads();
    Node node(busy_options(scratch, "a", {"tcp://no-such-host.invalid:7700"}));
    std::promise<std::string> runner_id;
    std::thread runner([&] {
        runner_id.set_value(std::to_string(syscall(SYS_gettid)));
        node.run();
    });
    const std::string host_thread = runner_id.get_future().get();
    status_of(node.options().status);

    // Those of ZeroMQ hold them back themselves, as soon as they run.
    std::size_t count = 0;
    const bool are_all_isolated = eventually([&] {
        count = 0;
        for (const std::string& thread : threads()) {
            if (before.contains(thread) || thread == host_thread) continue;
            if (takes_signals(thread)) return false;
            ++count;
        }
        return true;
    });
    node.request_leave();
    node.request_leave();
    runner.join();

    CHECK(are_all_isolated);
    CHECK(count >= 4);
}

TEST_CASE("seeds may be given while a node runs", "[guest]") {
    Running a(options_of("a"));
    Running b(options_of("b"));
    a.start();
    b.start();

    CHECK_THROWS_AS(b.node().set_seeds({a.node().endpoint(), "nonsense"}), StartError);
    b.node().set_seeds({a.node().endpoint()});

    CHECK(b.sees("a", MemberState::alive));
    CHECK(a.sees("b", MemberState::alive));
}

TEST_CASE("event handlers may be given and taken while a node runs", "[guest]") {
    const ScratchDirectory scratch;
    const auto command = [&](const std::string& file) {
        return "echo \"$HEARSAY_EVENT $HEARSAY_MEMBER\" >> '" + (scratch.path() / file).string() +
               "'";
    };
    Running a(options_of("a"));
    a.start();
    a.node().set_event_handlers({command("first")}, 10s);
    CHECK_THROWS_AS(a.node().set_event_handlers({}, Duration::zero()), StartError);
    CHECK_THROWS_AS(a.node().set_event_handlers({"once:alone=true"}, 10s), StartError);
    Running b(options_of("b", {a.node().endpoint()}));
    b.start();
    REQUIRE(eventually([&] { return scratch.read("first") == "joined b\n"; }));

    a.node().set_event_handlers({command("second")}, 10s);
    b.node().request_leave();
    b.end();

    CHECK(eventually([&] { return scratch.read("second") == "left b\n"; }));
    CHECK(scratch.read("first") == "joined b\n");
}

}  // namespace
}  // namespace hearsay

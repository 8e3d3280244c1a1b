// What a node keeps for its next start, and what it makes of that.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/node.hpp"

#include "client.hpp"
#include "endpoint.hpp"
#include "node_state.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/listener.hpp"
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

using Addresses = std::vector<KeptAddress>;

NodeOptions keeping(const ScratchDirectory& scratch, const std::string& name,
                    const std::vector<std::string>& seeds = {}) {
    NodeOptions options = options_of(name, seeds);
    options.data_directory = scratch.path() / "data";
    return options;
}

/// A place where nobody listens, and that nobody takes meanwhile.
class DeadEnd {
  public:
    [[nodiscard]] std::string endpoint() const { return text(port_.endpoint()); }
    /// Somebody listens there who says nothing.
    void open() { port_.open(); }

  private:
    testing::Listener port_;
};

/// As a life before has left it.
void leave_state(const ScratchDirectory& scratch, const NodeOptions& options, Addresses addresses,
                 std::uint64_t incarnation = 1) {
    fs::create_directory(options.data_directory);
    scratch.write("data/" + options.name + ".state",
                  state_text({.name = options.name,
                              .cluster = options.config.cluster,
                              .incarnation = incarnation,
                              .addresses = std::move(addresses)}));
}

NodeState state_of(const ScratchDirectory& scratch, const std::string& name) {
    const auto state = read_state(scratch.read("data/" + name + ".state"), name, "demo");
    return state ? state.value() : NodeState{};
}

/// Waits until the node keeps these and no others.
bool keeps(const ScratchDirectory& scratch, const std::string& name,
           std::vector<std::string> names) {
    return eventually([&] {
        std::vector<std::string> found;
        for (const KeptAddress& address : state_of(scratch, name).addresses)
            found.push_back(address.name);
        return std::is_permutation(found.begin(), found.end(), names.begin(), names.end());
    });
}

/// The log of a node, for its options.
class Told {
  public:
    [[nodiscard]] LogSink sink() {
        return [this](LogLevel level, const std::string& message) {
            const std::scoped_lock lock(mutex_);
            all_ += message + '\n';
            if (level == LogLevel::warning) warnings_.push_back(message);
        };
    }
    [[nodiscard]] std::string all() const {
        const std::scoped_lock lock(mutex_);
        return all_;
    }
    [[nodiscard]] std::vector<std::string> warnings() const {
        const std::scoped_lock lock(mutex_);
        return warnings_;
    }

  private:
    mutable std::mutex mutex_;
    std::string all_;
    std::vector<std::string> warnings_;
};

TEST_CASE("nothing is kept where no directory is given", "[data_directory]") {
    const ScratchDirectory scratch;
    NodeOptions options = options_of("a");
    options.run_directory = scratch.path();
    options.status = "ipc://" + (scratch.path() / "a.status").string();
    Running a(options);
    a.start();

    const auto status = Client(options.status, 30s).ask({{"op", "status"}});

    CHECK_FALSE(status.contains("kept_addresses"));
    CHECK_FALSE(fs::exists(scratch.path() / "a.state"));
}

TEST_CASE("a cluster of which all nodes were killed finds itself without seeds",
          "[data_directory]") {
    const ScratchDirectory scratch;
    std::vector<NodeOptions> options;
    std::vector<std::unique_ptr<Running>> nodes;
    for (const char* const name : {"a", "b", "c"}) {
        options.push_back(keeping(scratch, name));
        if (!nodes.empty()) options.back().config.seeds = {nodes.front()->node().endpoint()};
        nodes.push_back(std::make_unique<Running>(options.back()));
        options.back().bind = nodes.back()->node().endpoint();
        options.back().config.seeds.clear();
    }
    for (const auto& node : nodes)
        node->start();
    REQUIRE(keeps(scratch, "a", {"b", "c"}));
    REQUIRE(keeps(scratch, "b", {"a", "c"}));
    REQUIRE(keeps(scratch, "c", {"a", "b"}));
    const std::uint64_t former = state_of(scratch, "a").incarnation;
    // They end without leaving.
    nodes.clear();

    for (const NodeOptions& option : options)
        nodes.push_back(std::make_unique<Running>(option));
    for (const auto& node : nodes)
        node->start();

    for (const auto& node : nodes)
        CHECK(eventually([&] { return node->node().status().peers_agreeing == 2; }));
    CHECK(nodes.front()->node().status().self.incarnation > former);
    CHECK(state_of(scratch, "a").incarnation > former);
}

TEST_CASE("a cluster that left in order finds itself as well", "[data_directory]") {
    const ScratchDirectory scratch;
    NodeOptions first = keeping(scratch, "a");
    NodeOptions second = keeping(scratch, "b");
    {
        Running a(first);
        second.config.seeds = {a.node().endpoint()};
        Running b(second);
        first.bind = a.node().endpoint();
        second.bind = b.node().endpoint();
        a.start();
        b.start();
        REQUIRE(a.sees("b", MemberState::alive));
        REQUIRE(b.sees("a", MemberState::alive));
        // Also what became known at the very end is kept.
        for (Running* const node : {&a, &b}) {
            node->node().request_leave();
            node->end();
        }
    }
    second.config.seeds.clear();
    Running a(first);
    Running b(second);
    a.start();
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(b.sees("a", MemberState::alive));
}

TEST_CASE("kept addresses are counted, and shown as no seeds", "[data_directory]") {
    const ScratchDirectory scratch;
    const std::array<DeadEnd, 3> dead;
    NodeOptions options = keeping(scratch, "a", {dead[0].endpoint()});
    options.status = "ipc://" + (scratch.path() / "a.status").string();
    leave_state(scratch, options, {{.name = "b", .endpoint = dead[1].endpoint()}});
    Running a(options);
    a.start();
    Client client(options.status, 30s);

    const auto status = client.ask({{"op", "status"}});
    CHECK(status.at("kept_addresses") == 1);
    CHECK(status.at("config").at("seeds") == options.config.seeds);
    const std::vector<std::string> others{dead[2].endpoint()};
    a.node().set_seeds(others);
    CHECK(client.ask({{"op", "status"}}).at("config").at("seeds") == others);
}

TEST_CASE("a kept address is asked where no seed answers", "[data_directory]") {
    const ScratchDirectory scratch;
    const std::array<DeadEnd, 7> dead;
    Running b(options_of("b"));
    b.start();
    NodeOptions options = keeping(scratch, "a", {dead[5].endpoint()});
    Addresses kept;
    for (std::size_t i = 0; i < 5; ++i)
        kept.push_back({.name = "dead" + std::to_string(i), .endpoint = dead.at(i).endpoint()});
    kept.push_back({.name = "b", .endpoint = b.node().endpoint()});
    leave_state(scratch, options, kept);
    Running a(options);

    SECTION("of those that were given at the start") {}
    SECTION("of those that were given later") {
        a.node().set_seeds({dead[5].endpoint(), dead[6].endpoint()});
    }
    SECTION("because there is none") {
        a.node().set_seeds({});
    }
    a.start();

    CHECK(a.sees("b", MemberState::alive));
    // The living one comes first now, and the dead are not given up at once.
    REQUIRE(keeps(scratch, "a", {"b", "dead0", "dead1", "dead2", "dead3", "dead4"}));
    CHECK(eventually([&] { return state_of(scratch, "a").addresses.front().name == "b"; }));
}

TEST_CASE("a kept address of another cluster is kept no longer", "[data_directory]") {
    const ScratchDirectory scratch;
    const DeadEnd dead;
    NodeOptions foreign = options_of("x");
    foreign.config.cluster = "other";
    Running x(foreign);
    x.start();
    NodeOptions options = keeping(scratch, "a");
    Told told;
    options.log = told.sink();
    leave_state(scratch, options,
                {{.name = "b", .endpoint = x.node().endpoint()},
                 {.name = "c", .endpoint = dead.endpoint()}});
    Running a(options);
    a.start();

    CHECK(keeps(scratch, "a", {"c"}));
    CHECK_THAT(told.all(), Contains(x.node().endpoint() + " is of another cluster"));
    CHECK(x.node().members().size() == 1);
}

TEST_CASE("a kept address of which no node is known costs no line of the log", "[data_directory]") {
    const ScratchDirectory scratch;
    DeadEnd stranger;
    stranger.open();
    const DeadEnd dead;
    NodeOptions options = keeping(scratch, "a");
    Told told;
    options.log = told.sink();
    leave_state(scratch, options,
                {{.name = "c", .endpoint = dead.endpoint()},
                 {.name = "d", .endpoint = stranger.endpoint()}});
    Running b(options_of("b"));
    Running a(options);
    a.start();
    // Long enough for some attempts.
    REQUIRE(eventually([&] { return a.node().status().counters.messages_sent > 8; }));
    a.node().set_seeds({b.node().endpoint()});
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(told.warnings().empty());
}

TEST_CASE("a state that cannot be used is one warning, and is replaced", "[data_directory]") {
    const ScratchDirectory scratch;
    Running b(options_of("b"));
    b.start();
    NodeOptions options = keeping(scratch, "a", {b.node().endpoint()});
    Told told;
    options.log = told.sink();
    leave_state(scratch, options, {{.name = "c", .endpoint = "tcp://192.0.2.1:7700"}});
    std::string expected;

    SECTION("damaged") {
        scratch.write("data/a.state", scratch.read("data/a.state") + "x");
        expected = "is damaged";
    }
    SECTION("of another cluster") {
        options.config.cluster = "other";
        leave_state(scratch, options, {});
        options.config.cluster = "demo";
        expected = "is of cluster \"other\"";
    }
    SECTION("not to be read") {
        fs::remove(scratch.path() / "data/a.state");
        fs::create_symlink("nowhere", scratch.path() / "data/a.state");
        expected = "cannot be read";
    }
    Running a(options);
    a.start();

    CHECK(a.sees("b", MemberState::alive));
    REQUIRE(told.warnings().size() == 1);
    CHECK_THAT(told.warnings().front(),
               Contains((scratch.path() / "data/a.state").string() + " " + expected) &&
                   Contains("is replaced") && !Contains("\n"));
    CHECK(keeps(scratch, "a", {"b"}));
}

TEST_CASE("after the clock was set back the incarnation still rises", "[data_directory]") {
    const ScratchDirectory scratch;
    const NodeOptions options = keeping(scratch, "a");
    const std::uint64_t now = Node(options_of("x")).status().self.incarnation;
    const std::uint64_t former = now + 3'600'000;
    leave_state(scratch, options, {}, former);

    for (std::uint64_t starts = 1; starts <= 3; ++starts) {
        const Node node(options);
        CHECK(node.status().self.incarnation == former + starts);
        // It stands in the file before anybody hears of it.
        CHECK(state_of(scratch, "a").incarnation == former + starts);
    }
}

TEST_CASE("a data directory that cannot be is one clear line", "[data_directory]") {
    const ScratchDirectory scratch;
    scratch.write("file", "");
    NodeOptions options = options_of("a");

    options.data_directory = scratch.path() / "file";
    CHECK_THROWS_WITH(Node(options),
                      Contains("data directory") && Contains("Not a directory") && !Contains("\n"));
    options.data_directory = scratch.path() / "file" / "data";
    CHECK_THROWS_WITH(Node(options), Contains("data directory") && !Contains("\n"));
    options.data_directory = scratch.path() / "data";
    const Node node(options);
    CHECK_THROWS_WITH(Node(options), Contains("name a is in use in"));
}

TEST_CASE("a data directory that was removed is made anew", "[data_directory]") {
    const ScratchDirectory scratch;
    Running b(options_of("b"));
    Running a(keeping(scratch, "a", {b.node().endpoint()}));
    a.start();
    b.start();
    REQUIRE(keeps(scratch, "a", {"b"}));

    REQUIRE(eventually([&] {
        std::error_code error;
        fs::remove_all(scratch.path() / "data", error);
        return !error;
    }));

    CHECK(keeps(scratch, "a", {"b"}));
}

}  // namespace
}  // namespace hearsay

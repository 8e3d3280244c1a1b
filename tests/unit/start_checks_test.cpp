#include "start_checks.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>

#include "hearsay/node.hpp"

#include "descriptor.hpp"
#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;

NodeOptions sound_options() {
    NodeOptions options;
    options.name = "n1";
    options.config = Config::local();
    options.config.cluster = "demo";
    return options;
}

TEST_CASE("a node on port 0 says which port it got", "[start]") {
    const Node node(sound_options());

    CHECK_THAT(node.endpoint(), Catch::Matchers::StartsWith("tcp://127.0.0.1:"));
    CHECK(node.endpoint() != "tcp://127.0.0.1:0");
    CHECK(node.options().bind == node.endpoint());
    CHECK(node.status().self.endpoint == node.endpoint());
    REQUIRE(node.members().size() == 1);
    CHECK(node.members().front().is_self);
}

TEST_CASE("two nodes cannot have one port, and the second is told so", "[start]") {
    const Node first(sound_options());
    NodeOptions options = sound_options();
    options.bind = first.endpoint();

    CHECK_THROWS_WITH(Node(options), Contains(first.endpoint()) && Contains("in use"));
}

TEST_CASE("an address that stands for all needs one to advertise", "[start]") {
    NodeOptions options = sound_options();
    options.bind = GENERATE("tcp://0.0.0.0:0", "tcp://*:0", "tcp://[::]:0");
    CAPTURE(options.bind);

    CHECK_THROWS_WITH(Node(options), Contains("add advertise"));

    options.advertise = "tcp://10.0.0.7:0";
    const Node node(options);
    CHECK_THAT(node.endpoint(), Catch::Matchers::StartsWith("tcp://10.0.0.7:"));
    CHECK(node.endpoint() != "tcp://10.0.0.7:0");
}

TEST_CASE("an address nobody can dial is not advertised", "[start]") {
    NodeOptions options = sound_options();
    options.advertise = GENERATE("tcp://0.0.0.0:7700", "tcp://[::]:7700", "nonsense", "tcp://h");
    CAPTURE(options.advertise);

    CHECK_THROWS_WITH(Node(options), Contains("advertise " + options.advertise));
}

TEST_CASE("an address that is not of this machine cannot be bound", "[start]") {
    NodeOptions options = sound_options();
    options.bind = GENERATE("tcp://192.0.2.1:0", "tcp://nosuchinterface:0", "tcp://localhost:0");
    CAPTURE(options.bind);

    CHECK_THROWS_WITH(Node(options), Contains("bind " + options.bind) && Contains("ip address"));
}

TEST_CASE("a bind address that is none is refused", "[start]") {
    NodeOptions options = sound_options();
    options.bind = GENERATE("", "7700", "127.0.0.1:7700", "tcp://127.0.0.1", "inproc://x");

    CHECK_THROWS_WITH(Node(options), Contains("not an endpoint"));
}

TEST_CASE("a socket path has its limits", "[start]") {
    const testing::ScratchDirectory scratch;
    NodeOptions options = sound_options();

    SECTION("too long") {
        options.bind = "ipc://" + scratch.path().string() + '/' + std::string(107, 'x');
        CHECK_THROWS_WITH(Node(options), Contains("107"));
    }
    SECTION("no directory") {
        options.bind = "ipc://" + scratch.path().string() + "/none/n1";
        CHECK_THROWS_WITH(Node(options), Contains("directory does not exist"));
    }
    SECTION("a file of somebody's") {
        scratch.write("precious", "text");
        options.bind = "ipc://" + scratch.path().string() + "/precious";
        CHECK_THROWS_WITH(Node(options), Contains("not a socket"));
        CHECK(scratch.read("precious") == "text");
    }
    SECTION("served by another") {
        options.bind = "ipc://" + scratch.path().string() + "/n1";
        const Node first(options);
        CHECK_THROWS_WITH(Node(options), Contains("another process serves it"));
    }
}

TEST_CASE("options that make no sense are refused before anything is opened", "[start]") {
    NodeOptions options = sound_options();

    SECTION("no name") {
        options.name = "";
        CHECK_THROWS_WITH(Node(options), Contains("name"));
    }
    SECTION("no cluster") {
        options.config.cluster = "";
        CHECK_THROWS_WITH(Node(options), Contains("cluster"));
    }
    SECTION("a seed that cannot be dialled") {
        options.config.seeds = {"udp://h:1"};
        CHECK_THROWS_WITH(Node(options), Contains("seed udp://h:1"));
    }
    SECTION("too many tags") {
        for (std::size_t tag = 0; tag <= limits::tags_max; ++tag) {
            options.tags[std::to_string(tag)] = "";
        }
        CHECK_THROWS_WITH(Node(options), Contains("tags"));
    }
    SECTION("no time for handlers") {
        options.handler_timeout = Duration::zero();
        CHECK_THROWS_AS(Node(options), StartError);
    }
}

/// A process that may open few more files, for as long as it lives.
class CrowdedProcess {
  public:
    explicit CrowdedProcess(rlim_t files_max) {
        REQUIRE(getrlimit(RLIMIT_NOFILE, &former_) == 0);
        const rlimit lower{files_max, former_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_NOFILE, &lower) == 0);
    }
    CrowdedProcess(const CrowdedProcess&) = delete;
    CrowdedProcess& operator=(const CrowdedProcess&) = delete;
    ~CrowdedProcess() { static_cast<void>(setrlimit(RLIMIT_NOFILE, &former_)); }

    /// Opens files until so many more may be opened.
    void leave(std::size_t count) {
        for (Descriptor next = open_one(); next.is_open(); next = open_one())
            files_.push_back(std::move(next));
        files_.resize(files_.size() - count);
    }

  private:
    static Descriptor open_one() { return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

    rlimit former_{};
    std::vector<Descriptor> files_;
};

// The sanitizer opens a pipe to find out what a pointer points to.
#ifdef __clang__
constexpr std::size_t left_for_sanitizer = __has_feature(undefined_behavior_sanitizer) ? 8 : 0;
#else
constexpr std::size_t left_for_sanitizer = 0;
#endif

TEST_CASE("a process that has no descriptors left is told so, and goes on", "[start]") {
    const std::size_t left = GENERATE(0U, 1U, 2U, 3U, 4U, 5U, 6U, 8U, 16U, 64U, 150U);
    CAPTURE(left);
    if (left < left_for_sanitizer) return;
    CrowdedProcess process(400);
    process.leave(left);

    CHECK_THROWS_WITH(Node(sound_options()), Contains("ulimit -n") && !Contains("\n"));
}

TEST_CASE("a process with enough descriptors left can hold a node", "[start]") {
    CrowdedProcess process(400);
    process.leave(250);

    CHECK_NOTHROW(Node(sound_options()));
}

}  // namespace
}  // namespace hearsay

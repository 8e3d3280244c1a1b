#include "addresses.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/parsing.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

using Catch::Matchers::Contains;
using testing::client;
using testing::fault;
using testing::node;
using testing::parse;
using testing::parse_node;
using testing::ScratchDirectory;

using Words = std::vector<std::string>;

std::string here() {
    return fs::current_path().string();
}

/// Works in another directory for as long as it lives.
class Visit {
  public:
    explicit Visit(const fs::path& directory) : home_(fs::current_path()) {
        fs::current_path(directory);
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { fs::current_path(home_); }

  private:
    fs::path home_;
};

TEST_CASE("relative paths are made absolute", "[addresses]") {
    CHECK(node({"--bind", "ipc://a.sock"}).node.bind == "ipc://" + here() + "/a.sock");
    CHECK(node({"--advertise", "ipc://a.sock"}).node.advertise == "ipc://" + here() + "/a.sock");
    CHECK(node({"--join", "ipc://a.sock", "--join", "tcp://b:1"}).node.config.seeds ==
          Words{"ipc://" + here() + "/a.sock", "tcp://b:1"});
    CHECK(node({"--status", "ipc://s"}).node.status == "ipc://" + here() + "/s");
    CHECK(node({"--events-address", "ipc://e"}).node.events == "ipc://" + here() + "/e");
    CHECK(node({"--run-dir", "run"}).node.run_directory == here() + "/run");
    CHECK(node({"--data-dir", "data"}).node.data_directory == here() + "/data");
    CHECK(node({"--run-dir", "run"}).node.status == "ipc://" + here() + "/run/n1.status");
    CHECK(node({"--log-file", "log"}).log.file == here() + "/log");
    CHECK(client({"members", "--run-dir", "run"}).run_directory == here() + "/run");
    CHECK(client({"members", "--status", "ipc://s"}).status == "ipc://" + here() + "/s");
}

TEST_CASE("a path keeps what a link may change", "[addresses]") {
    CHECK(node({"--run-dir", "./a/./b"}).node.run_directory == here() + "/a/b");
    CHECK(node({"--run-dir", "a/../b"}).node.run_directory == here() + "/a/../b");
    CHECK(client({"members", "--run-dir", "a/../b"}).run_directory == here() + "/a/../b");
    CHECK(node({"--run-dir", "/a/../b"}).node.run_directory == "/a/../b");
}

TEST_CASE("what is no path stays as it is", "[addresses]") {
    const std::string endpoint = GENERATE(as<std::string>{}, "ipc://@name", "ipc://@a/b", "ipc://*",
                                          "tcp://127.0.0.1:0", "ipc:///run/a");
    CAPTURE(endpoint);

    CHECK(node({"--bind", endpoint, "--advertise", "tcp://a:1"}).node.bind == endpoint);
    CHECK(node({"--status", endpoint}).node.status == endpoint);
    CHECK(client({"members", "--status", endpoint}).status == endpoint);
}

TEST_CASE("a configuration file is found from the working directory", "[addresses]") {
    const ScratchDirectory scratch;
    scratch.write("node.toml", "round = \"900ms\"\nrings = 99\n");
    const Visit visit(scratch.path());

    CHECK_THAT(fault(parse_node({"--config", "node.toml"})),
               Contains(scratch.path().string() + "/node.toml:2:1: rings"));
}

TEST_CASE("without a working directory relative paths are refused", "[addresses]") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch.path() / "gone");
    const Visit visit(scratch.path() / "gone");
    fs::remove(scratch.path() / "gone");
    const std::string problem =
        " is relative, and the working directory cannot be told (No such file or directory); give "
        "an absolute path";

    SECTION("for a node") {
        const auto [option, path] =
            GENERATE(table<std::string, std::string>({{"--bind", "ipc://rel"},
                                                      {"--advertise", "ipc://rel"},
                                                      {"--join", "ipc://rel"},
                                                      {"--status", "ipc://rel"},
                                                      {"--events-address", "ipc://rel"},
                                                      {"--run-dir", "rel"},
                                                      {"--log-file", "rel"},
                                                      {"--config", "rel"}}));
        CHECK(fault(parse_node({option, path})) ==
              "hearsay node: " + option + " \"rel\"" + problem);
    }
    SECTION("for a client") {
        CHECK(fault(parse({"members", "--run-dir", "rel"})) ==
              "hearsay members: --run-dir \"rel\"" + problem);
        CHECK(fault(parse({"members", "--status", "ipc://rel"})) ==
              "hearsay members: --status \"rel\"" + problem);
        CHECK(fault(parse({"members"}, {{"HEARSAY_RUN_DIR", "rel"}})) ==
              "hearsay members: HEARSAY_RUN_DIR \"rel\"" + problem);
    }
    SECTION("but absolute ones are taken") {
        CHECK(node({"--run-dir", "/run/x", "--bind", "ipc:///run/x/a"}).node.bind ==
              "ipc:///run/x/a");
        CHECK(client({"members"}).run_directory == "/nowhere/hearsay");
        CHECK(
            client({"members", "--status", "ipc:///run/s"}, {{"HEARSAY_RUN_DIR", "rel"}}).status ==
            "ipc:///run/s");
    }
}

TEST_CASE("the path of a socket is no longer than the kernel takes", "[addresses]") {
    const std::string longest = "/" + std::string(106, 'x');
    const std::string option = GENERATE(as<std::string>{}, "--bind", "--advertise", "--join",
                                        "--status", "--events-address");
    CAPTURE(option);

    CHECK(parse_node({option, "ipc://" + longest}));
    CHECK(fault(parse_node({option, "ipc://" + longest + "x"})) ==
          "hearsay node: " + option + " \"ipc://" + longest +
              "x\" has a path of 108 bytes; at most 107 are possible, use a shorter one");
}

TEST_CASE("the sockets in the run directory are no longer than the kernel takes", "[addresses]") {
    const std::string directory = "/" + std::string(96, 'x');

    CHECK(node({"--run-dir", directory}).node.status.size() == 6 + 97 + 10);
    CHECK_THAT(
        fault(parse_node({"--run-dir", directory + "x"})),
        Contains("--run-dir \"ipc://" + directory + "x/n1.status\" has a path of 108 bytes"));
    CHECK_THAT(fault(parse({"members", "--status", "ipc:///" + std::string(107, 'x')})),
               Contains("--status") && Contains("at most 107"));
}

TEST_CASE("an empty path or address is refused", "[addresses]") {
    const auto [option, what] =
        GENERATE(table<std::string, std::string>({{"--run-dir", "path"},
                                                  {"--data-dir", "path"},
                                                  {"--log-file", "path"},
                                                  {"--config", "path"},
                                                  {"--bind", "address"},
                                                  {"--advertise", "address"},
                                                  {"--status", "address"}}));
    CHECK(fault(parse_node({option, ""})) ==
          "hearsay node: " + option + " is empty; give " + (what == "path" ? "a " : "an ") + what);
}

TEST_CASE("what is no address is refused", "[addresses]") {
    const std::string address =
        GENERATE(as<std::string>{}, "nonsense", "tcp://host", "ipc://", "udp://a:1", "tcp:// a:1",
                 "tcp://a:99999", "tcp://a:1;b:2", "inproc://a", "*");
    const std::string option = GENERATE(as<std::string>{}, "--bind", "--advertise", "--status");
    CAPTURE(option, address);

    const std::string form = address.starts_with("tcp://")
                                 ? "tcp://HOST:PORT with a port from 0 to 65535"
                                 : "tcp://HOST:PORT or ipc://PATH";
    const std::string problem = "\" is no address; write " + form;
    CHECK(fault(parse_node({option, address})) ==
          "hearsay node: " + option + " \"" + address + problem);
    CHECK(fault(parse({"members", "--status", address})) ==
          "hearsay members: --status \"" + address + problem);
}

TEST_CASE("peers are told no path that does not fit into a message", "[addresses]") {
    CHECK_THAT(fault(parse_node({"--bind", "ipc:///run/my dir/a"})),
               Contains("--bind \"ipc:///run/my dir/a\" is not an endpoint"));
    CHECK_THAT(fault(parse_node({"--advertise", "ipc:///run/zürich"})),
               Contains("--advertise \"ipc:///run/zürich\" is not an endpoint"));
    CHECK(node({"--bind", "ipc:///run/my dir/a", "--advertise", "tcp://a:1"}).node.bind ==
          "ipc:///run/my dir/a");
    CHECK(node({"--run-dir", "/run/my dir ü"}).node.status == "ipc:///run/my dir ü/n1.status");
}

TEST_CASE("a directory that is no UTF-8 is refused wherever it comes from", "[addresses]") {
    CHECK_THAT(fault(parse({"members"}, {{"XDG_RUNTIME_DIR", "/run/\xfc"}})),
               Contains("--run-dir \"/run/\\xfc/hearsay\" is not valid UTF-8; use another path"));
}

}  // namespace
}  // namespace hearsay

#include "check_command.hpp"

#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/parsing.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using testing::node;
using testing::ScratchDirectory;

TEST_CASE("a check shows every value that a node would be started with", "[check_command]") {
    const NodeCommand command = node({"--check", "--join", "tcp://10.0.0.2:7700", "--join",
                                      "ipc:///run/b", "--tag", "zone=a", "--tag", "note=a, \u202eb",
                                      "--on-event", "echo a,b\necho c", "--fail-after", "2s"});

    CHECK(command.is_check);
    CHECK(node_view(command, Screen{}) ==
          "OPTION           VALUE\n"
          "name             n1\n"
          "cluster          demo\n"
          "bind             tcp://127.0.0.1:0\n"
          "advertise        the address bound\n"
          "join             tcp://10.0.0.2:7700\n"
          "join             ipc:///run/b\n"
          "tag              note=a, \\u{202e}b\n"
          "tag              zone=a\n"
          "run-dir          /nowhere/hearsay\n"
          "data-dir         none\n"
          "status           ipc:///nowhere/hearsay/n1.status\n"
          "events-address   ipc:///nowhere/hearsay/n1.events\n"
          "keys             none (plain)\n"
          "profile          lan\n"
          "round            500ms\n"
          "suspect-after    1250ms\n"
          "fail-after       2s\n"
          "forget-after     24h\n"
          "leave-timeout    5s\n"
          "rings            2\n"
          "on-event         echo a,b\\x0aecho c\n"
          "handler-timeout  10s\n"
          "events           none\n"
          "log-level        info\n"
          "log-format       text\n"
          "log-file         standard error\n"
          "Note: " +
              command.notes.front() + "\n");
}

TEST_CASE("a check says where there is nothing", "[check_command]") {
    const std::string view =
        node_view(node({"--check", "--status", "none", "--events-address", "none", "--log-file",
                        "/var/log/h", "--log-format", "json", "--events", "json", "--advertise",
                        "tcp://a:1", "--data-dir", "/nowhere/data"}),
                  Screen{});

    for (const std::string line :
         {"join             none\n", "tag              none\n", "status           none\n",
          "events-address   none\n", "on-event         none\n", "events           json\n",
          "log-format       json\n", "log-file         /var/log/h\n",
          "advertise        tcp://a:1\n", "data-dir         /nowhere/data\n"}) {
        CAPTURE(line);
        CHECK(view.find("\n" + line) != std::string::npos);
    }
}

TEST_CASE("a check finds what would keep the node from starting", "[check_command]") {
    const auto [option, endpoint] =
        GENERATE(table<std::string, std::string>({{"--bind", "tcp://0.0.0.0:7700"},
                                                  {"--bind", "tcp://[::]:0"},
                                                  {"--advertise", "tcp://0.0.0.0:7700"},
                                                  {"--join", "tcp://0.0.0.0:7700"}}));
    CAPTURE(option, endpoint);

    CHECK_THROWS_AS(check_node(node({option, endpoint}).node), StartError);
}

TEST_CASE("a check takes what a node can be started with, and makes nothing", "[check_command]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.path().string();

    CHECK_NOTHROW(check_node(node({"--run-dir", path + "/run", "--log-file", path + "/log",
                                   "--bind", "ipc://" + path + "/a"})
                                 .node));
    CHECK_NOTHROW(check_node(node({"--run-dir", path, "--bind", "ipc://*"}).node));
    CHECK_NOTHROW(check_node(node({"--run-dir", path, "--bind", "ipc://@n1"}).node));
    CHECK_NOTHROW(check_node(node({"--bind", "tcp://0.0.0.0:0", "--advertise", "tcp://a:0"}).node));
    CHECK(std::filesystem::is_empty(scratch.path()));
}

}  // namespace
}  // namespace hearsay

#include "options.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "node_options.hpp"
#include "settings.hpp"
#include "support/catch.hpp"
#include "support/parsing.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::client;
using testing::fault;
using testing::node;
using testing::parse;
using testing::parse_node;
using testing::question;
using testing::ScratchDirectory;
using testing::Variables;
using namespace std::chrono_literals;

TEST_CASE("members are asked for by name, state and tag", "[options]") {
    const auto wanted = question<MembersCommand>(
        {"members", "n1", "n2", "--state", "failed", "--state", "left", "--tag", "role=db"});

    CHECK(wanted.names == std::vector<std::string>{"n1", "n2"});
    CHECK(wanted.states == std::vector<std::string>{"failed", "left"});
    CHECK(wanted.tags == std::vector<std::string>{"role=db"});
    CHECK(fault(parse({"members", "--state", "dead"})) ==
          "hearsay members: --state \"dead\" is not known; it must be one of alive, suspect, "
          "failed, left");
}

TEST_CASE("a node needs no more than a cluster", "[options]") {
    const auto command = std::get<NodeCommand>(parse({"node", "--cluster", "demo"}).value());

    CHECK_FALSE(command.node.name.empty());
    CHECK(command.node.config.fail_after == Config::lan().fail_after);
    CHECK(command.profile == "lan");
}

TEST_CASE("options end up in the node", "[options]") {
    const NodeCommand command = node({"--bind",
                                      "tcp://127.0.0.1:7701",
                                      "--advertise",
                                      "tcp://10.0.0.1:7701",
                                      "--join",
                                      "tcp://10.0.0.2:7701",
                                      "--join",
                                      "tcp://10.0.0.3:7701",
                                      "--profile",
                                      "local",
                                      "--tag",
                                      "zone=a",
                                      "--tag",
                                      "note=x=y",
                                      "--on-event",
                                      "notify a, b",
                                      "--on-event",
                                      "log",
                                      "--handler-timeout",
                                      "3s",
                                      "--events",
                                      "json",
                                      "--log-level",
                                      "debug",
                                      "--log-format",
                                      "json",
                                      "--leave-timeout",
                                      "1500ms"});

    CHECK(command.node.bind == "tcp://127.0.0.1:7701");
    CHECK(command.node.advertise == "tcp://10.0.0.1:7701");
    CHECK(command.node.config.cluster == "demo");
    CHECK(command.node.config.seeds ==
          std::vector<std::string>{"tcp://10.0.0.2:7701", "tcp://10.0.0.3:7701"});
    CHECK(command.node.config.round == 200ms);
    CHECK(command.node.config.leave_timeout == 1500ms);
    CHECK(command.node.tags == Tags{{"zone", "a"}, {"note", "x=y"}});
    CHECK(command.node.event_handlers == std::vector<std::string>{"notify a, b", "log"});
    CHECK(command.node.handler_timeout == 3s);
    CHECK(command.prints_events);
    CHECK(command.log.level == LogLevel::debug);
    CHECK(command.log.format == LogFormat::json);
}

TEST_CASE("sockets are in the run directory unless told otherwise", "[options]") {
    CHECK(node({}).node.status == "ipc:///nowhere/hearsay/n1.status");
    CHECK(node({}).node.events == "ipc:///nowhere/hearsay/n1.events");
    CHECK(node({"--run-dir", "/elsewhere"}).node.status == "ipc:///elsewhere/n1.status");
    CHECK(node({"--status", "tcp://127.0.0.1:0"}).node.status == "tcp://127.0.0.1:0");
    CHECK(node({"--status", "none"}).node.status.empty());
}

TEST_CASE("addresses are kept where it is told, and nowhere else", "[options]") {
    CHECK(node({}).node.data_directory.empty());
    CHECK(node({"--data-dir", "/var/lib/hearsay"}).node.data_directory == "/var/lib/hearsay");
    CHECK(node({}, {{"HEARSAY_DATA_DIR", "/nowhere/data"}}).node.data_directory == "/nowhere/data");
    const ScratchDirectory scratch;
    scratch.write("node.toml", "data-dir = \"/nowhere/else\"");
    CHECK(node({"--config", (scratch.path() / "node.toml").string()}).node.data_directory ==
          "/nowhere/else");
    std::filesystem::permissions(scratch.path(), std::filesystem::perms(0777));
    CHECK_THAT(fault(parse_node({"--data-dir", scratch.path().string()})),
               Contains("--data-dir \"" + scratch.path().string() + "\": it belongs to"));
}

TEST_CASE("the node to ask is not where a new node answers", "[options]") {
    const Variables variables{{"HEARSAY_STATUS", "ipc:///run/n7.status"}};

    CHECK(node({}, variables).node.status == "ipc:///nowhere/hearsay/n1.status");
    CHECK(client({"members"}, variables).status == "ipc:///run/n7.status");
}

TEST_CASE("the command line outweighs the environment, which outweighs the file", "[options]") {
    const ScratchDirectory scratch;
    scratch.write("node.toml", "fail-after = \"5s\"\nround = \"1s\"\nlog_level = \"error\"\n");
    const std::string file = (scratch.path() / "node.toml").string();

    const NodeCommand command = node({"--config", file, "--fail-after", "7s"},
                                     {{"HEARSAY_FAIL_AFTER", "6s"}, {"HEARSAY_ROUND", "900ms"}});

    CHECK(command.node.config.fail_after == 7s);
    CHECK(command.node.config.round == 900ms);
    CHECK(command.log.level == LogLevel::error);
}

TEST_CASE("a short fail-after alone takes the other times along", "[options]") {
    const NodeCommand command = node({"--fail-after", "2s"});

    CHECK(command.node.config.round == 500ms);
    CHECK(command.node.config.suspect_after == 1250ms);
    REQUIRE(command.notes.size() == 1);
    CHECK_THAT(command.notes.front(), Contains("suspect-after 1.2s") || Contains("1.3s"));
}

TEST_CASE("a fail-after that fits changes nothing else", "[options]") {
    const NodeCommand command = node({"--fail-after", "10s"});

    CHECK(command.node.config.round == Config::lan().round);
    CHECK(command.node.config.suspect_after == Config::lan().suspect_after);
    CHECK(command.notes.empty());
}

TEST_CASE("a wrong option is told in one line: where, what, and what would be right", "[options]") {
    const auto [arguments, problem] = GENERATE(table<std::vector<std::string>, std::string>({
        {{"--fail-after", "3"}, "--fail-after \"3\" has no unit; write a number and a unit"},
        {{"--fail-after", "3x"}, "--fail-after \"3x\" has no known unit"},
        {{"--fail-after"}, "--fail-after needs a value"},
        {{"--fail-afer", "3s"}, "unknown option --fail-afer; did you mean \"--fail-after\"?"},
        {{"--bogus"}, "unknown option --bogus"},
        {{"extra"}, "unexpected argument \"extra\""},
        {{"--suspect-after", "1s"}, "--suspect-after is 1s; it must be at least 2.5 rounds"},
        {{"--profile", "moon"}, "--profile \"moon\" is not known; it must be one of local, lan"},
        {{"--events", "xml"}, "--events \"xml\" is not known; it must be json"},
        {{"--log-level", "loud"}, "--log-level \"loud\" is not known; it must be one of debug"},
        {{"--join", "nonsense"}, "--join \"nonsense\" is not an endpoint; it must look like"},
        {{"--tag", "zone"}, "--tag \"zone\" is not a tag; write key=value"},
        {{"--name", "n2"}, "--name is given 2 times; give it once"},
        {{"--handler-timeout", "0"}, "--handler-timeout must be more than 0"},
        {{"--round", "1ms"}, "--round is 1ms; it must be from 10ms to 1m"},
    }));
    CAPTURE(arguments);

    CHECK_THAT(fault(parse_node(arguments)), StartsWith("hearsay node: ") && Contains(problem));
}

TEST_CASE("a wrong variable is named", "[options]") {
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_FAIL_AFTER", "3x"}})),
               StartsWith("hearsay node: HEARSAY_FAIL_AFTER \"3x\" has no known unit"));
}

TEST_CASE("a name that is not safe as an argument and as a file is refused", "[options]") {
    const std::string name = GENERATE(as<std::string>{}, "a/b", ".n1", "[x,y]", "Node 1", "zürich",
                                      std::string(65, 'x'));
    CAPTURE(name);

    CHECK(fault(parse({"node", "--cluster", "demo", "--name", name})) ==
          "hearsay node: --name \"" + name +
              "\" is not the name of a member; it must be 1 to 64 ASCII letters, digits, \".\", "
              "\"_\" or \"-\", the first neither \".\" nor \"-\", for example \"n1\"");
}

TEST_CASE("a machine whose name does not fit asks for another one", "[options]") {
    CHECK(default_name("web-01.example.com") == "web-01.example.com");
    CHECK_THROWS_WITH(default_name("büro"),
                      "--name is missing, and the name of this machine, \"büro\", does not fit a "
                      "member; give --name NAME, for example --name n1");
    CHECK_THROWS_AS(default_name(""), UsageError);
}

TEST_CASE("a value that ends in what is not seen is shown", "[options]") {
    CHECK_THAT(fault(parse({"node", "--cluster", "c"}, {{"HEARSAY_NAME", "n1\r"}})),
               StartsWith("hearsay node: HEARSAY_NAME \"n1\\x0d\" is not the name of a member"));
    CHECK_THAT(fault(parse({"node", "--name", "n"}, {{"HEARSAY_CLUSTER", "demo\r"}})),
               StartsWith("hearsay node: HEARSAY_CLUSTER \"demo\\x0d\" is not a cluster name"));
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_FAIL_AFTER", "3s\r"}})),
               Contains("HEARSAY_FAIL_AFTER \"3s\\x0d\" has no known unit"));
}

TEST_CASE("numbers are written in digits alone", "[options]") {
    const std::string number = GENERATE(as<std::string>{}, "+5", "-1", " 5", "5 ", "1_000", "0x5",
                                        "5.0", "1e3", "", "٥", "five", "18446744073709551616");
    CAPTURE(number);

    CHECK(fault(parse({"wait", "--alive", number})) ==
          "hearsay wait: --alive \"" + number + "\" is not a whole number, for example 5");
}

TEST_CASE("blanks are part of a value", "[options]") {
    const auto [option, value] =
        GENERATE(table<std::string, std::string>({{"--join", " tcp://a:1"},
                                                  {"--join", ""},
                                                  {"--join", "tcp://a:1 "},
                                                  {"--bind", "tcp://a:1 "},
                                                  {"--profile", "lan "},
                                                  {"--log-level", "Info"},
                                                  {"--tag", "=v"},
                                                  {"--tag", "zone"},
                                                  {"--log-format", "json\n"},
                                                  {"--events", ""}}));
    CAPTURE(option, value);

    CHECK_THAT(fault(parse_node({option, value})), StartsWith("hearsay node: " + option + " \""));
}

TEST_CASE("keys that differ in case or blanks are different keys", "[options]") {
    CHECK(node({"--tag", "a=1", "--tag", "A=2", "--tag", " a=3"}).node.tags ==
          Tags{{"a", "1"}, {"A", "2"}, {" a", "3"}});
}

TEST_CASE("a missing cluster is asked for", "[options]") {
    CHECK_THAT(fault(parse({"node", "--name", "n1"})),
               StartsWith("hearsay node: --cluster is missing"));
}

TEST_CASE("an unknown command is answered with the nearest one", "[options]") {
    CHECK(fault(parse({"membrs"})) ==
          "hearsay: unknown command \"membrs\"; did you mean \"members\"?");
    CHECK_THAT(fault(parse({"frobnicate"})), Contains("known: node, members"));
    CHECK_THAT(fault(parse({})), Contains("no command given"));
}

TEST_CASE("help and version are no errors", "[options]") {
    const std::vector<std::string> arguments =
        GENERATE(std::vector<std::string>{"--help"}, std::vector<std::string>{"node", "--help"},
                 std::vector<std::string>{"--version"});
    const auto command = parse(arguments);

    REQUIRE_FALSE(command);
    CHECK(command.error().exit_code == 0);
    CHECK_FALSE(command.error().text.empty());
}

TEST_CASE("a client command knows whom to ask", "[options]") {
    const ClientCommand asked =
        client({"members", "--json"}, {{"HEARSAY_STATUS", "ipc:///run/n1.status"}});

    CHECK(asked.status == "ipc:///run/n1.status");
    CHECK(asked.output == Output::json);
    CHECK(asked.timeout == 2s);
    CHECK(client({"members"}).run_directory == "/nowhere/hearsay");
    CHECK(client({"members", "--timeout", "5s"}).timeout == 5s);
}

TEST_CASE("a wait says what it waits for", "[options]") {
    const ClientCommand command = client({"wait", "--alive", "5", "--at-least", "3", "--failed",
                                          "n3", "--left", "n4", "--agree", "--timeout", "20s"});

    const auto& wait = std::get<WaitCommand>(command.question);
    CHECK(wait.alive == 5U);
    CHECK(wait.alive_min == 3U);
    CHECK(wait.failed == std::vector<std::string>{"n3"});
    CHECK(wait.left == std::vector<std::string>{"n4"});
    CHECK(wait.is_agreed);
    CHECK(wait.timeout == 20s);
}

TEST_CASE("commands that act say on what", "[options]") {
    const auto forget = question<ForgetCommand>({"forget", "n3", "--force"});
    const auto tag = question<TagCommand>({"tag", "zone=a", "role=db", "--unset", "old"});

    CHECK(forget.member == "n3");
    CHECK(forget.is_forced);
    CHECK(tag.set == Tags{{"zone", "a"}, {"role", "db"}});
    CHECK(tag.unset == std::vector<std::string>{"old"});
    CHECK(question<ExplainCommand>({"explain", "n3"}).member == "n3");
    CHECK(question<LogLevelCommand>({"log-level", "debug"}).level == "debug");
}

TEST_CASE("a page is served to this machine alone, unless told otherwise", "[options]") {
    const auto web = [](const std::vector<std::string>& arguments) {
        const auto command = parse(arguments);
        INFO((command ? "" : command.error().text));
        REQUIRE(command);
        return std::get<WebCommand>(command.value());
    };
    CHECK(web({"web"}).listen == Endpoint{Endpoint::Scheme::tcp, "127.0.0.1", 7780});
    CHECK(web({"web"}).run_directory == "/nowhere/hearsay");

    const WebCommand open = web({"web", "--listen", "*:80", "--allow-host", "a.example.com",
                                 "--allow-host", "b", "--status", "ipc:///x", "--json"});
    CHECK(open.listen == Endpoint{Endpoint::Scheme::tcp, "0.0.0.0", 80});
    CHECK(open.allowed_hosts == std::vector<std::string>{"a.example.com", "b"});
    CHECK(open.status == "ipc:///x");
    CHECK(open.output == Output::json);

    CHECK_THAT(fault(parse({"web", "--listen", "localhost:80"})),
               StartsWith("hearsay web: --listen \"localhost:80\" is no address with a port"));
    CHECK_THAT(fault(parse({"web", "--allow-host", "a:80"})),
               StartsWith("hearsay web: --allow-host \"a:80\" is no name of a host"));
}

TEST_CASE("a screen is no JSON, and shows a whole fleet", "[options]") {
    static_cast<void>(question<WatchCommand>({"watch", "--timeout", "5s"}));

    CHECK_THAT(fault(parse({"watch", "--json"})), Contains("unknown option --json"));
    CHECK_THAT(fault(parse({"watch", "n1"})), Contains("unexpected argument \"n1\""));
}

TEST_CASE("metrics have one format, and are those of a whole node", "[options]") {
    static_cast<void>(question<MetricsCommand>({"metrics", "--timeout", "5s"}));

    CHECK_THAT(fault(parse({"metrics", "--json"})), Contains("unknown option --json"));
    CHECK_THAT(fault(parse({"metrics", "n1"})), Contains("unexpected argument \"n1\""));
}

TEST_CASE("a client command that lacks something says what", "[options]") {
    CHECK(fault(parse({"explain"})) == "hearsay explain: NAME is missing");
    CHECK_THAT(fault(parse({"wait"})), Contains("nothing to wait for; give --alive"));
    CHECK_THAT(fault(parse({"wait", "--alive", "many"})),
               Contains("--alive \"many\" is not a whole number"));
    CHECK_THAT(fault(parse({"tag"})), Contains("nothing to change"));
    CHECK_THAT(fault(parse({"tag", "zone"})), Contains("KEY=VALUE \"zone\" is not a tag"));
    CHECK_THAT(fault(parse({"log-level", "loud"})), Contains("it must be one of debug"));
    CHECK_THAT(fault(parse({"members", "--timeout", "0"})), Contains("must be more than 0"));
    CHECK(fault(parse({"members", "--timeout", "25h"})) ==
          "hearsay members: --timeout is 25h; it must be at most 24h");
    CHECK(client({"members", "--timeout", "24h"}).timeout == 24h);
    CHECK_THAT(fault(parse({"wait", "--agree", "--timeout", "25h"})), Contains("at most 24h"));
}

}  // namespace
}  // namespace hearsay

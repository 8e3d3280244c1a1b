#include "arguments.hpp"

#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/parsing.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::client;
using testing::fault;
using testing::node;
using testing::parse;
using testing::parse_node;
using testing::question;

using Words = std::vector<std::string>;

TEST_CASE("an operand is taken as it is written", "[arguments]") {
    const std::string operand = GENERATE(as<std::string>{}, "n1", "[fd00::7]", "[x,y]", "[]", "{}",
                                         "%%", "++", "a,b", "-", "status", "node", "/name",
                                         "\"n1\"", "'n1'", "$n", "a=b", "true", "%20", "\\n", "@f");
    CAPTURE(operand);

    CHECK(question<ExplainCommand>({"explain", operand}).member == operand);
    CHECK(question<ForgetCommand>({"forget", operand, "--force"}).member == operand);
}

TEST_CASE("what follows two dashes is an operand", "[arguments]") {
    const std::string operand = GENERATE(as<std::string>{}, "-n", "--json", "--", "-1", "--name=n1",
                                         "--help", "n1", "status");
    CAPTURE(operand);

    const ClientCommand command = client({"explain", "--", operand});

    CHECK(std::get<ExplainCommand>(command.question).member == operand);
    CHECK(command.output == Output::table);
}

TEST_CASE("options stand on either side of an operand, but not behind two dashes", "[arguments]") {
    CHECK(client({"explain", "--json", "n1"}).output == Output::json);
    CHECK(client({"explain", "n1", "--json"}).output == Output::json);
    CHECK(client({"explain", "--json", "--", "n1"}).output == Output::json);
    CHECK(fault(parse({"explain", "n1", "--", "--json"})) ==
          "hearsay explain: unexpected argument \"--json\"");
    CHECK(fault(parse({"status", "--", "--json"})) ==
          "hearsay status: unexpected argument \"--json\"");
    CHECK(client({"status", "--"}).output == Output::table);
}

TEST_CASE("tags are taken as they are written", "[arguments]") {
    CHECK(question<TagCommand>({"tag", "[a=1,b=2]"}).set == Tags{{"[a", "1,b=2]"}});
    CHECK(question<TagCommand>({"tag", "--", "-k=v", "--x=y"}).set ==
          Tags{{"-k", "v"}, {"--x", "y"}});
    CHECK(question<TagCommand>({"tag", "a==", "b=", "c= d "}).set ==
          Tags{{"a", "="}, {"b", ""}, {"c", " d "}});
    CHECK(question<TagCommand>({"tag", "a=1", "--unset", "[b,c]"}).unset == Words{"[b,c]"});
    CHECK(node({"--tag", "[a=1,b=2]", "--tag=c=d=e"}).node.tags ==
          Tags{{"[a", "1,b=2]"}, {"c", "d=e"}});
}

TEST_CASE("the value of an option is taken as it is written", "[arguments]") {
    const std::string command = GENERATE(
        as<std::string>{}, "[ -n x ] && echo a,b; [ -n y ]", "[a,b]", "[]", "{}", "++", "%%", "%s",
        "\"echo\" \"x\"", "'echo' x", "-x", " echo ", "status", "/bin/true", "a=b", "--x=y", "=");
    CAPTURE(command);

    CHECK(node({"--on-event", command}).node.event_handlers == Words{command});
    CHECK(node({"--on-event=" + command}).node.event_handlers == Words{command});
    CHECK(node({"--on-event", command, "--on-event", command}).node.event_handlers ==
          Words{command, command});
}

TEST_CASE("a value that looks like an option of the command stands behind an equals sign",
          "[arguments]") {
    const auto [word, value] =
        GENERATE(table<std::string, std::string>({{"--agree", "--agree"},
                                                  {"--", "--"},
                                                  {"--help", "--help"},
                                                  {"--timeout=5s", "--timeout=5s"}}));
    CAPTURE(word);

    CHECK(fault(parse({"wait", "--failed", word})) ==
          "hearsay wait: --failed needs a value; if \"" + value +
              "\" is it, write --failed=" + value);
    CHECK(question<WaitCommand>({"wait", "--failed=" + word}).failed == Words{value});
}

TEST_CASE("an empty value is a value", "[arguments]") {
    CHECK(node({"--tag=a="}).node.tags == Tags{{"a", ""}});
    CHECK_THAT(fault(parse_node({"--tag=", "a=1"})), Contains("unexpected argument \"a=1\""));
    CHECK_THAT(fault(parse_node({"--tag="})), Contains("--tag \"\" is not a tag"));
    CHECK_THAT(fault(parse_node({"--tag", ""})), Contains("--tag \"\" is not a tag"));
    CHECK_THAT(fault(parse_node({"--fail-after="})), Contains("--fail-after \"\" is not a dur"));
    CHECK_THAT(fault(parse({"node", "--cluster=c", "--name=", "--json"})), Contains("--json"));
    CHECK_THAT(fault(parse({"node", "--cluster=c", "--name="})),
               Contains("--name \"\" is not the name"));
    CHECK_THAT(fault(parse({"tag", ""})), Contains("KEY=VALUE \"\" is not a tag"));
    CHECK_THAT(fault(parse({"status", ""})), Contains("unexpected argument \"\""));
}

TEST_CASE("no member and no tag is called nothing", "[arguments]") {
    CHECK(fault(parse({"explain", ""})) == "hearsay explain: NAME is empty; give the name");
    CHECK(fault(parse({"forget", ""})) == "hearsay forget: NAME is empty; give the name");
    CHECK(fault(parse({"wait", "--failed", "n1", "--failed="})) ==
          "hearsay wait: --failed is empty; give the name");
    CHECK(fault(parse({"wait", "--left="})) == "hearsay wait: --left is empty; give the name");
    CHECK(fault(parse({"tag", "--unset", ""})) == "hearsay tag: --unset is empty; give the name");
}

TEST_CASE("a flag stands alone", "[arguments]") {
    const std::string flag =
        GENERATE(as<std::string>{}, "--json=false", "--json=true", "--json=", "--json=1");
    CAPTURE(flag);

    CHECK(fault(parse({"status", flag})) == "hearsay status: --json takes no value; give it alone");
    CHECK(client({"status", "--json", "--json"}).output == Output::json);
    CHECK_THAT(fault(parse({"status", "--json", "false"})),
               Contains("unexpected argument \"false\""));
}

TEST_CASE("unknown options are refused wherever they stand", "[arguments]") {
    CHECK(fault(parse({"members", "-n"})) == "hearsay members: unknown option -n");
    CHECK(fault(parse({"explain", "-1"})) == "hearsay explain: unknown option -1");
    CHECK(fault(parse({"explain", "---"})) == "hearsay explain: unknown option ---");
    CHECK(fault(parse({"members", "--jsn=x"})) ==
          "hearsay members: unknown option --jsn; did you mean \"--json\"?");
    CHECK_THAT(fault(parse({"--json", "members"})),
               Contains("hearsay: unknown option --json; options stand behind a command"));
    CHECK_THAT(fault(parse({"--", "members"})), Contains("hearsay: unknown option --;"));
}

TEST_CASE("help is a command as well", "[arguments]") {
    const auto help = parse({"help"});
    REQUIRE_FALSE(help);
    CHECK(help.error().exit_code == 0);
    CHECK(help.error().text == parse({"--help"}).error().text);
    CHECK(parse({"help", "wait"}).error().text == parse({"wait", "--help"}).error().text);
    CHECK_THAT(fault(parse({"help", "wiat"})), Contains("did you mean \"wait\""));
}

TEST_CASE("no line of a help is wider than a terminal usually is", "[arguments]") {
    for (const char* command :
         {"node", "members", "wait", "tag", "simulate", "keygen", "certify", "revoke", "keys"}) {
        std::istringstream lines(parse({command, "--help"}).error().text);
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            CHECK(line.size() <= 80);
        }
    }
}

TEST_CASE("a command that is short is not taken for another", "[arguments]") {
    CHECK_THAT(fault(parse({"top"})), Contains("known: node, members"));
}

TEST_CASE("a variable that is likely misspelt is named", "[arguments]") {
    using Sentences = std::vector<std::string>;
    CHECK(misspelt_variables({"HEARSAY_FIAL_AFTER", "PATH", "HEARSAY_STATUS"}) ==
          Sentences{"the variable HEARSAY_FIAL_AFTER is not known, and ignored; did you mean "
                    "\"HEARSAY_FAIL_AFTER\"?"});
    CHECK(misspelt_variables({"HEARSAY_TAG_A", "HEARSAY_EVENT", "HEARSAY_OUR_OWN"}).empty());
}

TEST_CASE("one command is given", "[arguments]") {
    CHECK(fault(parse({"status", "members"})) == "hearsay status: unexpected argument \"members\"");
    CHECK(fault(parse({"explain", "n1", "members"})) ==
          "hearsay explain: unexpected argument \"members\"");
    CHECK_THAT(fault(parse({""})), Contains("unknown command \"\""));
    CHECK_THAT(fault(parse({"[members]"})), Contains("unknown command \"[members]\""));
}

TEST_CASE("what is no UTF-8 is refused, and shown as what it is", "[arguments]") {
    CHECK(
        fault(parse({"tag", "city=M\xfcnchen"})) ==
        "hearsay tag: KEY=VALUE \"city=M\\xfcnchen\" is not valid UTF-8; give it in that encoding");
    CHECK_THAT(fault(parse({"tag", "--unset", "M\xfc"})),
               Contains("--unset \"M\\xfc\" is not valid"));
    CHECK_THAT(fault(parse({"explain", "caf\xe9"})), Contains("NAME \"caf\\xe9\" is not valid"));
    CHECK_THAT(fault(parse({"wait", "--failed", "\xff"})), Contains("--failed \"\\xff\" is not"));
    CHECK_THAT(fault(parse_node({"--tag", "a=\xed\xa0\x80"})), Contains("is not valid UTF-8"));
    CHECK_THAT(fault(parse_node({"--on-event", "echo \xfc"})), Contains("--on-event"));
    CHECK_THAT(fault(parse_node({"--log-file", "/tmp/\xfc"})), Contains("--log-file"));
    CHECK_THAT(fault(parse_node({"--run-dir", "/tmp/\xfc"})), Contains("--run-dir"));
    CHECK_THAT(fault(parse_node({"--config", "/tmp/\xfc"})), Contains("--config"));
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_ON_EVENT", "\xfc"}})),
               Contains("HEARSAY_ON_EVENT \"\\xfc\" is not valid UTF-8"));
    CHECK_THAT(fault(parse({"caf\xe9"})), Contains("unknown command \"caf\\xe9\""));
    CHECK_THAT(fault(parse({"members", "--\xe9"})), Contains("unknown option --\\xe9"));
}

TEST_CASE("a fault stays one line, whatever was typed", "[arguments]") {
    CHECK(fault(parse({"a\nb"})).find("unknown command \"a\\x0ab\"") != std::string::npos);
    CHECK_THAT(fault(parse({"status", "\033[2J\u202e"})), Contains("\"\\x1b[2J\\u{202e}\""));
    CHECK_THAT(fault(parse_node({"--profile", "l\nan"})), Contains("\"l\\x0aan\" is not known"));
}

TEST_CASE("of a key that is given twice the last value counts", "[arguments]") {
    CHECK(question<TagCommand>({"tag", "t=1", "t=2"}).set == Tags{{"t", "2"}});
    CHECK(node({"--tag", "t=1", "--tag", "t=2"}).node.tags == Tags{{"t", "2"}});
}

TEST_CASE("a key is not set and unset at once", "[arguments]") {
    CHECK(fault(parse({"tag", "q=1", "--unset", "q"})) ==
          "hearsay tag: --unset \"q\" is also set; do one or the other");
    CHECK(question<TagCommand>({"tag", "q=1", "--unset", "Q"}).unset == Words{"Q"});
}

TEST_CASE("what is as long as the system allows is judged like the rest", "[arguments]") {
    const std::string value(128 * 1024, 'v');

    CHECK(question<ExplainCommand>({"explain", value}).member == value);
    CHECK(node({"--on-event", value}).node.event_handlers == Words{value});
    CHECK_THAT(fault(parse({value})), Contains("unknown command"));
}

}  // namespace
}  // namespace hearsay

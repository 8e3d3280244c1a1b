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

using Words = std::vector<std::string>;

TEST_CASE("a command in the environment is one, whatever it holds", "[environment]") {
    const std::string command =
        GENERATE(as<std::string>{}, "echo $HEARSAY_EVENT,$HEARSAY_MEMBER", "a, b", ",", "[a,b]",
                 "awk 'BEGIN{print substr(\"hello\",2,3)}'", " echo x ", "a\nb\n", "a=1,b=2", "--");
    CAPTURE(command);

    CHECK(node({}, {{"HEARSAY_ON_EVENT", command}}).node.event_handlers == Words{command});
}

TEST_CASE("endpoints in the environment are separated by commas", "[environment]") {
    const auto [text, endpoints] = GENERATE(table<std::string, Words>({
        {"tcp://a:1", {"tcp://a:1"}},
        {"tcp://a:1,tcp://b:2", {"tcp://a:1", "tcp://b:2"}},
        {"tcp://a:1, tcp://b:2 ,", {"tcp://a:1", "tcp://b:2"}},
        {"\n  tcp://a:1,\r\n  tcp://b:2\n", {"tcp://a:1", "tcp://b:2"}},
        {"tcp://[fd00::7]:1,ipc:///run/b", {"tcp://[fd00::7]:1", "ipc:///run/b"}},
    }));
    CAPTURE(text);

    CHECK(node({}, {{"HEARSAY_JOIN", text}}).node.config.seeds == endpoints);
}

TEST_CASE("endpoints that are not separated by commas are refused", "[environment]") {
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_JOIN", "tcp://a:1 tcp://b:2"}})),
               Contains("HEARSAY_JOIN"));
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_JOIN", "ipc:///run/a,b"}})),
               Contains("HEARSAY_JOIN \"b\" is not an endpoint"));
    CHECK(fault(parse_node({}, {{"HEARSAY_JOIN", " , "}})) ==
          "hearsay node: HEARSAY_JOIN \" , \" holds no ENDPOINT; unset it, or give one");
}

TEST_CASE("tags in the environment stand one a line", "[environment]") {
    const auto [text, tags] = GENERATE(table<std::string, Tags>({
        {"a=1", {{"a", "1"}}},
        {"a=1\nb=2", {{"a", "1"}, {"b", "2"}}},
        {"\na=1\r\n\nb=2\n", {{"a", "1"}, {"b", "2"}}},
        {"roles=db,web", {{"roles", "db,web"}}},
        {"roles=db, web\nb=,", {{"roles", "db, web"}, {"b", ","}}},
        {"sum=1+1=2", {{"sum", "1+1=2"}}},
        {"odd=,=,= x", {{"odd", ",=,= x"}}},
        {"a= 1 ", {{"a", " 1 "}}},
        {"t=1\nt=2", {{"t", "2"}}},
    }));
    CAPTURE(text);

    CHECK(node({}, {{"HEARSAY_TAG", text}}).node.tags == tags);
}

TEST_CASE("a line that may be one tag or several is refused with both ways out", "[environment]") {
    const std::string line = GENERATE(as<std::string>{}, "a=1, b=2", "a=1,b=2",
                                      "a=1,b=", "selector=app=x,tier=y", "a=1,2,b=3", "a=1,  b=2");
    CAPTURE(line);

    const std::string told = fault(parse_node({}, {{"HEARSAY_TAG", "zone=a\n" + line}}));

    CHECK_THAT(told, Contains("HEARSAY_TAG \"a=1") || Contains("HEARSAY_TAG \"selector"));
    CHECK_THAT(told, Contains("may be one value or several; write several one a line, and one that "
                              "holds all this with --tag"));
    CHECK(node({"--tag", "a=" + line}).node.tags == Tags{{"a", line}});
}

TEST_CASE("what is no tag is refused by the variable's name", "[environment]") {
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_TAG", "zone"}})),
               Contains("HEARSAY_TAG \"zone\" is not a tag; write key=value"));
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_TAG", "\n\n"}})),
               Contains("HEARSAY_TAG \"\\x0a\\x0a\" holds no KEY=VALUE"));
}

TEST_CASE("a variable that is outweighed is not read", "[environment]") {
    const testing::Variables variables{{"HEARSAY_TAG", "a=1,b=2"}, {"HEARSAY_ROUND", "\xff"}};

    CHECK(node({"--tag", "c=3", "--round", "1s"}, variables).node.tags == Tags{{"c", "3"}});
}

TEST_CASE("a variable that takes one value takes it as it is", "[environment]") {
    CHECK(client({"members"}, {{"HEARSAY_STATUS", "ipc:///run/a,b"}}).status == "ipc:///run/a,b");
    CHECK(node({}, {{"HEARSAY_RUN_DIR", "/run/a, b"}}).node.run_directory == "/run/a, b");
    CHECK_THAT(fault(parse({"node", "--cluster", "c"}, {{"HEARSAY_NAME", "n1,n2"}})),
               Contains("HEARSAY_NAME \"n1,n2\" is not the name"));
    CHECK_THAT(fault(parse_node({}, {{"HEARSAY_FAIL_AFTER", " 3s"}})),
               Contains("HEARSAY_FAIL_AFTER \" 3s\" is not a duration"));
}

}  // namespace
}  // namespace hearsay

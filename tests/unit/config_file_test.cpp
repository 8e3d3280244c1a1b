#include "config_file.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/parsing.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::fault;
using testing::parse;
using testing::ScratchDirectory;
using namespace std::chrono_literals;

using Words = std::vector<std::string>;

/// A directory with a file node.toml.
class File {
  public:
    explicit File(const std::string& content) { scratch_.write("node.toml", content); }
    [[nodiscard]] std::string path() const { return (scratch_.path() / "node.toml").string(); }

  private:
    ScratchDirectory scratch_;
};

NodeCommand node(const std::string& content) {
    const File file(content);
    return testing::node({"--config", file.path()});
}

/// What is wrong with a file, from its place in it on.
std::string problem(const std::string& content) {
    const File file(content);
    const std::string told = fault(parse({"node", "--cluster", "demo", "--config", file.path()}));
    const std::string begin = "hearsay node: " + file.path() + ":";
    INFO(told);
    REQUIRE(told.starts_with(begin));
    return told.substr(begin.size());
}

TEST_CASE("a configuration file holds strings, numbers, lists and comments", "[config_file]") {
    const NodeCommand command = node(
        "# The seeds.\n"
        "join = [\n  \"tcp://a:1\", # First.\n  'tcp://b:2',\n]\n"
        "\n"
        "tag = [\"zone=a\", \"role=db,web\"]   \n"
        "on-event = 'notify \"a, b\" c\\d'\n"
        "rings = 3\n"
        "forget_after = \"2h\"  # Long enough.\n");

    CHECK(command.node.config.seeds == Words{"tcp://a:1", "tcp://b:2"});
    CHECK(command.node.tags == Tags{{"zone", "a"}, {"role", "db,web"}});
    CHECK(command.node.event_handlers == Words{"notify \"a, b\" c\\d"});
    CHECK(command.node.config.ring_count == 3);
    CHECK(command.node.config.forget_after == 2h);
}

TEST_CASE("a command in a file is taken as it is written", "[config_file]") {
    const auto [value, command] = GENERATE(table<std::string, std::string>({
        {R"('"echo" "it ran" >> "$GOT"')", R"("echo" "it ran" >> "$GOT")"},
        {R"("'echo' 'it ran'")", "'echo' 'it ran'"},
        {R"("echo x#1")", "echo x#1"},
        {R"("echo \"a\\b\"\t\u00e9 # 1")", "echo \"a\\b\"\t\u00e9 # 1"},
        {"'''\necho 'a'\necho b'''", "echo 'a'\necho b"},
        {"\"\"\"echo \\\n   a\"\"\"", "echo a"},
        {"'[ -n x ] && echo a,b; [ -n y ]'", "[ -n x ] && echo a,b; [ -n y ]"},
        {"'  echo %Y $(x) `y` {} %% ++ '", "  echo %Y $(x) `y` {} %% ++ "},
    }));
    CAPTURE(value);

    CHECK(node("on-event = " + value + "\n").node.event_handlers == Words{command});
    CHECK(node("on-event = [" + value + ", 'b, c']\n").node.event_handlers ==
          Words{command, "b, c"});
}

TEST_CASE("files with the line ends of other systems are read", "[config_file]") {
    const NodeCommand command = node("rings = 3\r\nround = \"900ms\"\r\n");

    CHECK(command.node.config.ring_count == 3);
    CHECK(command.node.config.round == 900ms);
    CHECK(node("on-event = '''\r\necho a\r\necho b'''\r\n").node.event_handlers ==
          Words{"echo a\necho b"});
    CHECK(node("rings = 3").node.config.ring_count == 3);
}

TEST_CASE("a mark at the beginning of a file is no part of its first key", "[config_file]") {
    const std::string mark = "\xef\xbb\xbf";

    CHECK(node(mark + "rings = 3\n").node.config.ring_count == 3);
    CHECK(node(mark).node.config.cluster == "demo");
}

TEST_CASE("whole numbers are read in every spelling of TOML", "[config_file]") {
    const std::string value = GENERATE(as<std::string>{}, "3", "+3", "0x3", "0b11", "\"3\"");
    CAPTURE(value);

    CHECK(node("rings = " + value + "\n").node.config.ring_count == 3);
}

TEST_CASE("what is no TOML is told with line, column and what would be right", "[config_file]") {
    const std::string key_value = "write KEY = VALUE, for example fail-after = \"3s\"";
    const std::string quotes = "this is no value; put text in quotes, for example \"3s\"";
    const std::string open = "the string is not closed in its line, or holds a control character";
    const std::string behind = "something follows the value; put a text as a whole in quotes";
    const std::string list = "the list is not closed with ], or a comma is missing in it";
    const auto [content, told] = GENERATE_COPY(table<std::string, std::string>({
        {"round = \"1s\"\nname\n", "2:5: " + key_value},
        {"name =\n", "1:7: " + key_value},
        {"name: n1\n", "1:5: " + key_value},
        {"= 3\n", "1:1: " + key_value},
        {"na me = 3\n", "1:4: " + key_value},
        {"name = n1\n", "1:9: " + quotes},
        {"cluster = c\n", "1:11: " + quotes},
        {"name = n 1\n", "1:9: " + quotes},
        {"join = [\n  tcp://a:1,\n]\n", "2:4: " + quotes},
        {"round = 3s\n", "1:10: " + quotes},
        {"round = 1.5s\n", "1:12: " + quotes},
        {"name = \u201cn1\u201d\n", "1:8: " + quotes},
        {"rings = True\n", "1:9: " + quotes},
        {"name = \"n1\n", "1:11: " + open},
        {"name = 'n1\n", "1:11: " + open},
        {"name = \"n1\" x\n", "1:13: " + behind},
        {"rings = 2 3\n", "1:11: " + behind},
        {"on-event = \"a\\d\"\n",
         "1:15: this is no escape; put the string in 'single quotes' to have it as it is"},
        {"join = [\"tcp://a:1\",\n", "1:22: " + list},
        {"join = ['tcp://a:1' 'tcp://b:2']\n", "1:21: " + list},
        {"rings = 05\n", "1:11: a number does not begin with zeros; leave them out"},
        {"rings = 9223372036854775808\n", "1:28: the number is too great"},
        {"name = 'a'\rrings = 2\r",
         "1:12: a line ends in a carriage return alone; end it with a line feed"},
        {"name = 'a'\nname = 'b'\n", "2:8: key \"name\" is given a second time; give it once"},
        {"join = ['a']\nrings = 2\njoin = ['b']\n",
         "3:8: key \"join\" is given a second time; give it once"},
    }));
    CAPTURE(content);

    CHECK(problem(content) == told);
}

TEST_CASE("what is TOML but no configuration is told with its place", "[config_file]") {
    const std::string sections = "sections are not used; write all keys at the top level";
    const std::string dates = "dates and times of day are not used; put text in quotes";
    const std::string count = "; it must be a whole number, for example 2";
    const std::string time = "; it must be a time in quotes, for example \"3s\"";
    const auto [content, told] = GENERATE_COPY(table<std::string, std::string>({
        {"fail-aftr = \"3s\"\n", "1:1: unknown key \"fail-aftr\"; did you mean \"fail-after\"?"},
        {"rings = 2\n config = \"x\"\n", "2:2: unknown key \"config\""},
        {"Name = \"x\"\n", "1:1: unknown key \"Name\"; did you mean \"name\"?"},
        {"'' = 1\n", "1:1: unknown key \"\""},
        {"[node]\nname = \"n1\"\n", "1:1: " + sections},
        {"[[node]]\n", "1:1: " + sections},
        {"tag = {a = 1}\n", "1:7: " + sections},
        {"tag.a = \"1\"\n", "1:1: " + sections},
        {"tag = [['a=1']]\n", "1:8: a list in a list is not used; write all values in one"},
        {"round = 07:32:00\n", "1:9: " + dates},
        {"name = 1979-05-27\n", "1:8: " + dates},
        {"fail-after = 3\n", "1:14: fail-after is a number" + time},
        {"fail-after = 1.5\n", "1:14: fail-after is a number with a fraction" + time},
        {"name = true\n", "1:8: name is true or false; it must be text in quotes"},
        {"tag = [\"a=1\", 2]\n", "1:15: tag is a number; it must be text in quotes"},
        {"rings = 2.0\n", "1:9: rings is a number with a fraction" + count},
        {"rings = 1e3\n", "1:9: rings is a number with a fraction" + count},
        {"rings = true\n", "1:9: rings is true or false" + count},
        {"round = [\"1s\"]\n", "1:1: round is a list; it must be one value"},
        {"fail-after = \"5s\"\nrings = 2\nfail_after = \"9s\"\n",
         "3:1: key \"fail_after\" is \"fail-after\" of line 1; give it once"},
        {"on-event = \"a\\u0000b\"\n", "1:1: on-event \"a\\x00b\" holds a zero byte; leave it out"},
    }));
    CAPTURE(content);

    CHECK(problem(content) == told);
}

TEST_CASE("what does not fit is told with the place of its key", "[config_file]") {
    CHECK_THAT(problem("rings = 2\nfail-after = \"3x\"\n"),
               Contains("2:1: fail-after \"3x\" has no known unit"));
    CHECK_THAT(problem("name = \"a/b\"\n"), Contains("1:1: name \"a/b\" is not the name"));
    CHECK_THAT(problem("rings = -1\n"), Contains("1:1: rings \"-1\" is not a whole number"));
    CHECK_THAT(problem("tag = ['a=1', 'zone']\n"), Contains("1:1: tag \"zone\" is not a tag"));
    CHECK_THAT(problem("fail_after = \"1s\"\nsuspect-after = \"3s\""),
               Contains("1:1: fail-after is 1s; it must be more than suspect_after"));
}

TEST_CASE("what is no UTF-8 in a file is refused with its place", "[config_file]") {
    const std::string content =
        GENERATE(as<std::string>{}, "rings = 2\ntag = \"city=M\xfcnchen\"\n", "rings = 2\n# \xff\n",
                 "rings = 2\ntag = 'a=\xed\xa0\x80'\n", "rings = 2\ntag = 'a=\xc0\xaf'\n");
    CAPTURE(content);

    const std::string told = problem(content);

    CHECK(told.starts_with("2:"));
    CHECK_THAT(told, Contains(": the file is not valid UTF-8; save it in that encoding"));
}

TEST_CASE("a zero byte in a file is refused", "[config_file]") {
    CHECK_THAT(problem(std::string("name = \"a\0b\"\n", 13)), Contains("1:10: the string is not"));
    CHECK_THAT(problem(std::string("# a\0b\n", 6)), Contains("1:4: the comment holds a control"));
    CHECK_THAT(problem(std::string("rings = 2\n\0", 11)), Contains("2:1: "));
}

TEST_CASE("a file that cannot be read is named with the reason", "[config_file]") {
    const ScratchDirectory scratch;
    const std::string directory = scratch.path().string();

    CHECK(fault(parse({"node", "--config", "/nowhere/x.toml"})) ==
          "hearsay node: --config \"/nowhere/x.toml\" cannot be read: No such file or directory");
    CHECK(fault(parse({"node", "--config", directory})) ==
          "hearsay node: --config \"" + directory +
              "\" cannot be read: it is a directory; give a file");
    CHECK_THAT(fault(parse({"node", "--config", "/dev/zero"})),
               Contains("has more than a megabyte"));
    CHECK_THAT(fault(parse({"node"}, {{"HEARSAY_CONFIG", "/nowhere/y"}})),
               Contains("HEARSAY_CONFIG \"/nowhere/y\" cannot be read"));
}

TEST_CASE("an empty file says nothing", "[config_file]") {
    const File file(GENERATE(as<std::string>{}, "", "\n", "# cluster = \"c\"\n"));

    CHECK_THAT(fault(parse({"node", "--name", "n1", "--config", file.path()})),
               Contains("--cluster is missing"));
    CHECK(testing::node({"--config", file.path()}).node.config.cluster == "demo");
}

TEST_CASE("the first fault of a file is told", "[config_file]") {
    CHECK_THAT(problem("zzz = 1\naaa = 1\n"), Contains("1:1: unknown key \"zzz\""));
}

}  // namespace
}  // namespace hearsay

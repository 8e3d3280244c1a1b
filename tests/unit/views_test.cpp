#include "views.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::ordered_json;

/// As it comes out of the socket: numbers that are not negative have a type of their own.
ordered_json received(const ordered_json& answer) {
    return ordered_json::parse(answer.dump());
}

const ordered_json self = {{"name", "n1"},
                           {"state", "alive"},
                           {"self", true},
                           {"heartbeat", 7},
                           {"silence_ms", 0},
                           {"heard", "self"},
                           {"in_state_ms", 125'000},
                           {"forgotten_in_ms", nullptr},
                           {"cause", nullptr},
                           {"accusers", ordered_json::array()},
                           {"endpoint", "tcp://10.0.0.1:7700"},
                           {"tags", {{"role", "db"}, {"zone", "a"}}}};

const ordered_json failed = {{"name", "n3"},
                             {"state", "failed"},
                             {"self", false},
                             {"life", "000000000000009f"},
                             {"incarnation", 5},
                             {"heartbeat", 4},
                             {"silence_ms", 1400},
                             {"heard", "relayed"},
                             {"in_state_ms", 380},
                             {"forgotten_in_ms", 48'000},
                             {"mistakes", 2},
                             {"cause", "silence"},
                             {"accusers", {"n1", "n4"}},
                             {"endpoint", "tcp://10.0.0.3:7700"},
                             {"tags", ordered_json::object()}};

TEST_CASE("the members are a table with a census above it", "[views]") {
    const ordered_json answer = {{"name", "n1"}, {"cluster", "demo"}, {"members", {self, failed}}};

    CHECK(members_view(received(answer), {}, {}) ==
          "Cluster demo as n1 sees it: 1 alive, 1 failed\n"
          "NAME  STATE   FOR    HEARD      ENDPOINT       TAGS            NOTE\n"
          "n3    failed  380ms  1.4s ago   10.0.0.3:7700                  silent, say n1, n4\n"
          "n1    alive   2m05s  this node  10.0.0.1:7700  role=db zone=a\n");
}

ordered_json member(const std::string& name, const std::string& state) {
    ordered_json row = failed;
    row["name"] = name;
    row["state"] = state;
    if (state == "alive" || state == "left") row["cause"] = nullptr;
    if (state == "alive" || state == "left") row["accusers"] = ordered_json::array();
    row["heard"] = "directly";
    row["observed"] = true;
    return row;
}

/// The first words of the lines below the headings.
std::vector<std::string> first_words(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        words.push_back(line.substr(0, line.find(' ')));
    words.erase(words.begin(), words.begin() + 2);
    return words;
}

TEST_CASE("trouble stands above what is well, and n2 before n10", "[views]") {
    ordered_json relayed = member("n7", "alive");
    relayed["heard"] = "relayed";
    const ordered_json answer = {
        {"members",
         {member("n10", "alive"), member("n2", "alive"), member("n3", "left"),
          member("n9", "suspect"), member("n8", "failed"), relayed}}};

    CHECK(first_words(members_view(received(answer), {}, {})) ==
          std::vector<std::string>{"n8", "n9", "n7", "n2", "n10", "n3"});
}

TEST_CASE("silence is shown of those alone that this node observes", "[views]") {
    ordered_json row = member("n2", "alive");
    const auto shown = [&] { return members_view(received({{"members", {row}}}), {}, {}); };
    CHECK_THAT(shown(), Contains("1.4s ago"));
    row["heard"] = "relayed";
    CHECK_THAT(shown(), Contains("via others"));
    row["observed"] = false;
    CHECK_THAT(shown(), Contains("via gossip") && !Contains("1.4s"));
}

TEST_CASE("members are chosen by name, state and tag", "[views]") {
    ordered_json tagged = member("n3", "alive");
    tagged["tags"] = {{"role", "db"}};
    const ordered_json answer = {
        {"members", {member("n1", "failed"), member("n2", "left"), tagged}}};
    const auto chosen = [&](const MembersCommand& wanted) {
        return first_words(members_view(received(answer), wanted, {}));
    };

    CHECK(chosen({.names = {"n2", "n3"}, .states = {}, .tags = {}}) ==
          std::vector<std::string>{"n3", "n2"});
    CHECK(chosen({.names = {}, .states = {"failed", "left"}, .tags = {}}) ==
          std::vector<std::string>{"n1", "n2"});
    CHECK(chosen({.names = {}, .states = {}, .tags = {"role"}}) == std::vector<std::string>{"n3"});
    CHECK(chosen({.names = {}, .states = {}, .tags = {"role=db"}}) ==
          std::vector<std::string>{"n3"});
    CHECK_THAT(
        members_view(received(answer), {.names = {}, .states = {}, .tags = {"role=web"}}, {}),
        Contains("; 0 shown\n"));
}

TEST_CASE("no line is wider than the screen, whatever the members say", "[views]") {
    const auto width = GENERATE(as<std::size_t>{}, 80, 100, 120);
    ordered_json rows = ordered_json::array();
    for (int i = 0; i < 64; ++i) {
        const bool is_long = i % 3 == 0;
        const std::string name = is_long ? "a-rather-long-name-of-a-machine-" : "n";
        ordered_json row = member(name + std::to_string(i), i % 9 == 0 ? "failed" : "alive");
        row["tags"] = {{"place", "\u6771\u4eac\u90fd\u5343\u4ee3\u7530\u533a"}, {"role", "db"}};
        row["accusers"] = {"a-rather-long-name-of-a-machine-3", "n4", "n5", "n7"};
        rows.push_back(row);
    }
    const Screen screen{.width = width};
    const ordered_json failed_row = rows[0];
    const std::string text =
        members_view(received({{"members", rows}}), {}, screen) +
        explain_view(received({{"member", failed_row}, {"observers", failed_row["accusers"]}}),
                     screen) +
        status_view(received({{"failed", failed_row["accusers"]}, {"pace", 4}}), screen) +
        event_view(received({{"event", "failed"},
                             {"member", failed_row["name"]},
                             {"at", "2026-11-23T10:00:00.123Z"},
                             {"cause", "silence"},
                             {"accusers", failed_row["accusers"]}}),
                   screen);

    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(column_count(line) <= width);
    }
}

TEST_CASE("links are a table with those that are cut first", "[views]") {
    const ordered_json well = {{"name", "n2"},   {"state", "alive"},        {"observed", true},
                               {"heard_ms", 40}, {"suspect_after_ms", 600}, {"round_trip_us", 1290},
                               {"lost", false}};
    const ordered_json lost = {
        {"name", "n7"},     {"state", "alive"},        {"observed", true},
        {"heard_ms", 3200}, {"suspect_after_ms", 600}, {"round_trip_us", nullptr},
        {"lost", true}};
    const auto view = [](const ordered_json& links) {
        return links_view(received({{"name", "n1"}, {"links", links}}), {});
    };

    CHECK(view({well, lost}) ==
          "n1 and 2 neighbours observe each other; 1 link cut\n"
          "NEIGHBOUR  STATE  HEARD     SUSPECT AFTER  ROUND TRIP  NOTE\n"
          "n7         alive  3.2s ago  600ms                      cut: others hear it, this node "
          "does not\n"
          "n2         alive  40ms ago  600ms          1.29ms\n");
    CHECK(view(ordered_json::array({well}))
              .starts_with("n1 and 1 neighbour observe each other; it hears all"));
    CHECK(view(ordered_json::array()) == "n1 has no neighbours\n");
}

TEST_CASE("an explanation is a verdict, what led to it, and facts", "[views]") {
    const ordered_json event = {
        {"event", "failed"},  {"member", "n3"},     {"life", "000000000000009f"},
        {"cause", "silence"}, {"silence_ms", 1000}, {"accusers", {"n1", "n4"}},
        {"ago_ms", 380}};
    const ordered_json accused = {
        {"finding", "accused"}, {"by", "n4"}, {"cause", "silence"}, {"ago_ms", 600}};
    const ordered_json answer = {{"member", failed},
                                 {"accuser_count", 2},
                                 {"quorum", 2},
                                 {"observers", {"n1", "n2", "n4"}},
                                 {"suspect_after_ms", 600},
                                 {"fail_after_ms", 1000},
                                 {"findings", {accused}},
                                 {"history", {event}}};

    CHECK(explain_view(received(answer), {}) ==
          "n3 is failed, for 380ms: n1 and n4 heard nothing of it for 1.4s.\n"
          "\n"
          "WHEN       WHAT       DETAILS\n"
          "1.4s ago   last word  heartbeat 4\n"
          "600ms ago  accused    n4 says that it is silent\n"
          "380ms ago  failed     silent for 1s, said by n1, n4\n"
          "\n"
          "life       000000000000009f, incarnation 5, at tcp://10.0.0.3:7700\n"
          "observers  n1, n2, n4, if it came back now\n"
          "times      accused after 600ms of silence, failed after 1s\n"
          "mistakes   held for failed and heard again 2 times\n"
          "forgotten  in 48s\n");
}

TEST_CASE("an explanation tells who objected, and who was refused", "[views]") {
    ordered_json suspect = failed;
    suspect["state"] = "suspect";
    suspect["cause"] = "refused";
    suspect["accusers"] = {"n1"};
    const ordered_json answer = {
        {"member", suspect},
        {"quorum", 2},
        {"observers", {"n1", "n5"}},
        {"findings",
         {{{"finding", "accused"}, {"by", "n1"}, {"cause", "refused"}, {"ago_ms", 30}},
          {{"finding", "objection"}, {"by", "n5"}, {"cause", nullptr}, {"ago_ms", 20}},
          {{"finding", "objection"}, {"by", "n3"}, {"cause", nullptr}, {"ago_ms", 10}}}}};

    const std::string text = explain_view(received(answer), {});

    CHECK_THAT(text,
               StartsWith("n3 is suspect, for 380ms: its endpoint refuses connections, says n1."));
    CHECK_THAT(text, Contains("30ms ago  accused    n1 says that it refuses connections\n"));
    CHECK_THAT(text, Contains("20ms ago  objection  n5 has newer word of it\n"));
    CHECK_THAT(text, Contains("10ms ago  objection  it speaks itself\n"));
}

TEST_CASE("what is remembered of a member that is listed no more is shown", "[views]") {
    const ordered_json answer = {{"member", nullptr}, {"history", ordered_json::array()}};

    CHECK_THAT(explain_view(received(answer), {}), StartsWith("It is listed no more"));
}

TEST_CASE("names are told in the order of people, and as ranges", "[views]") {
    ordered_json row = failed;
    row["accusers"] = {"n1", "n10", "n2", "n9"};
    const ordered_json many = {"n1", "n10", "n2", "n3"};

    CHECK_THAT(members_view(received({{"members", {row}}}), {}, {}), Contains("n1, n2, n9, n10"));
    CHECK_THAT(explain_view(received({{"member", row}, {"observers", many}}), {}),
               StartsWith("n3 is failed, for 380ms: n1, n2, n9 and n10 heard") &&
                   Contains("observers  n1 to n3, n10"));
    CHECK_THAT(status_view(received({{"failed", many}}), {}), Contains("4 failed: n1 to n3, n10"));
}

TEST_CASE("an event is one line", "[views]") {
    const ordered_json event = {
        {"event", "failed"},  {"member", "n3"},   {"at", "2026-11-23T10:00:00.123Z"},
        {"cause", "refused"}, {"silence_ms", 20}, {"accusers", {"n1"}}};

    CHECK(event_view(received(event), {}) ==
          "2026-11-23T10:00:00.123Z  failed     n3  "
          "refuses connections, silent for 20ms, said by n1\n");
}

TEST_CASE("each kind of event says what matters about it", "[views]") {
    const auto [kind, details] = GENERATE(table<std::string, std::string>({
        {"stalled", "this node did not run for 2.4s"},
        {"alone", "no live peer is known"},
        {"joined", "tcp://10.0.0.3:7700"},
        {"restarted", "a new life at tcp://10.0.0.3:7700"},
    }));
    const ordered_json event = {{"event", kind},      {"member", "n3"},
                                {"at", "now"},        {"cause", nullptr},
                                {"silence_ms", 2400}, {"endpoint", "tcp://10.0.0.3:7700"}};

    CHECK_THAT(event_view(received(event), {}), Contains("n3  " + details + "\n"));
}

TEST_CASE("a name cannot steer the terminal", "[views]") {
    const ordered_json event = {{"event", "left"}, {"member", "n\033[2J\n"}, {"at", "now"}};

    CHECK(event_view(received(event), {}) == "now  left       n\\x1b[2J\\x0a\n");
}

TEST_CASE("the status shows stalls, refusals and agreement", "[views]") {
    const ordered_json answer = {{"name", "n1"},
                                 {"peers_heard", 4},
                                 {"peers_agreeing", 3},
                                 {"digest", "00ff"},
                                 {"uptime_ms", 10'000},
                                 {"counters",
                                  {{"stalls", 1},
                                   {"longest_stall_ms", 2400},
                                   {"last_stall_ms", 2400},
                                   {"bytes_sent", 20'000},
                                   {"rejected", {{"foreign_cluster", 2}, {"malformed", 0}}}}},
                                 {"status_socket", {{"refused", 3}}}};

    const std::string text = status_view(received(answer), {});

    CHECK_THAT(text, Contains("agreement  3 of 4 peers heard lately hold the same view"));
    CHECK_THAT(text, Contains("stalls     1, the longest 2.4s, the last 2.4s\n"));
    CHECK_THAT(text, Contains("20 kB (2000 bytes/s)"));
    CHECK_THAT(text, Contains("refused    2 frames foreign_cluster, 3 status requests\n"));
}

TEST_CASE("the status shows what was lost on its way out", "[views]") {
    const ordered_json answer = {
        {"host", {{"log_lines_lost", 2}, {"event_lines_lost", 3}}},
        {"status_socket", {{"events_missed", 4}, {"answers_dropped", 5}}},
        {"handlers", {{"started", 9}, {"missed", 6}, {"running", 1}, {"waiting", 7}}},
        {"transport", {{"connections_flooding", 8}}}};

    const std::string text = status_view(received(answer), {});

    CHECK_THAT(text, Contains("lost       2 lines of the log, 3 event lines, "
                              "4 events for subscribers, 6 events for handlers, 5 answers\n"));
    CHECK_THAT(text,
               Contains("handlers   1 running, 7 events waiting; 9 started so far, 0 failed"));
    CHECK_THAT(text, Contains("refused    8 connections that sent too much\n"));
    CHECK_THAT(status_view(received({{"pace", 1}}), {}), Contains("lost       nothing\n"));
}

TEST_CASE("an event of changed tags shows them", "[views]") {
    const ordered_json event = {
        {"event", "updated"}, {"member", "n2"}, {"at", "now"}, {"tags", {{"role", "web"}}}};

    CHECK_THAT(event_view(received(event), {}), Contains("now role=web"));
}

TEST_CASE("the status shows the pace of a node that cannot keep up, and of no other", "[views]") {
    CHECK_THAT(status_view(received({{"pace", 4}}), {}),
               Contains("pace       4 rounds taken for one: its own begin late\n"));
    CHECK_THAT(status_view(received({{"pace", 1}}), {}), !Contains("pace"));
}

TEST_CASE("an answer that lacks everything is shown without harm", "[views]") {
    const ordered_json nothing = ordered_json::object();
    const ordered_json strange = {
        {"members", {1, "x", nullptr}}, {"links", {2, "y"}}, {"member", 7}, {"history", 5}};

    for (const ordered_json& answer : {nothing, strange}) {
        CHECK_FALSE(members_view(received(answer), {}, {}).empty());
        CHECK_FALSE(status_view(received(answer), {}).empty());
        CHECK_FALSE(links_view(received(answer), {}).empty());
        CHECK_FALSE(explain_view(received(answer), {}).empty());
        CHECK_FALSE(event_view(received(answer), {}).empty());
    }
}

}  // namespace
}  // namespace hearsay

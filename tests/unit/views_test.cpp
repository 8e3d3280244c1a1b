#include "views.hpp"

#include <string>

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

    CHECK(members_view(received(answer), Color::off) ==
          "Cluster demo as n1 sees it: 1 alive, 1 failed\n"
          "NAME  STATE   FOR    SILENCE  HEARD    HEARTBEAT  ENDPOINT             TAGS"
          "            NOTE\n"
          "n1    alive   2m05s  -        self     7          tcp://10.0.0.1:7700  role=db zone=a\n"
          "n3    failed  380ms  1.4s     relayed  4          tcp://10.0.0.3:7700"
          "                  silence, said by n1, n4; forgotten in 48s\n");
}

TEST_CASE("an explanation tells verdict, evidence and history", "[views]") {
    const ordered_json event = {
        {"event", "failed"},  {"member", "n3"},     {"life", "000000000000009f"},
        {"cause", "silence"}, {"silence_ms", 1000}, {"accusers", {"n1", "n4"}},
        {"ago_ms", 380}};
    const ordered_json answer = {{"member", failed},
                                 {"accuser_count", 2},
                                 {"quorum", 2},
                                 {"observers", {"n1", "n2", "n4"}},
                                 {"suspect_after_ms", 600},
                                 {"fail_after_ms", 1000},
                                 {"history", {event}}};

    CHECK(explain_view(received(answer), Color::off) ==
          "n3 is failed, for 380ms: nothing newer is heard of it, say n1, n4\n"
          "life       000000000000009f, incarnation 5, at tcp://10.0.0.3:7700\n"
          "heartbeat  4, advanced 1.4s ago\n"
          "accusers   2; 2 are enough\n"
          "observers  n1, n2, n4\n"
          "times      accused after 600ms of silence, failed after 1s\n"
          "mistakes   held for failed and heard again 2 times\n"
          "forgotten  in 48s\n"
          "\n"
          "WHEN       EVENT   LIFE              DETAILS\n"
          "380ms ago  failed  000000000000009f  silent for 1s, said by n1, n4\n");
}

TEST_CASE("what is remembered of a member that is listed no more is shown", "[views]") {
    const ordered_json answer = {{"member", nullptr}, {"history", ordered_json::array()}};

    CHECK_THAT(explain_view(received(answer), Color::off), StartsWith("It is listed no more"));
}

TEST_CASE("an event is one line", "[views]") {
    const ordered_json event = {
        {"event", "failed"},  {"member", "n3"},   {"at", "2026-11-23T10:00:00.123Z"},
        {"cause", "refused"}, {"silence_ms", 20}, {"accusers", {"n1"}}};

    CHECK(event_view(received(event), Color::off) ==
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

    CHECK_THAT(event_view(received(event), Color::off), Contains("n3  " + details + "\n"));
}

TEST_CASE("a name cannot steer the terminal", "[views]") {
    const ordered_json event = {{"event", "left"}, {"member", "n\033[2J\n"}, {"at", "now"}};

    CHECK(event_view(received(event), Color::off) == "now  left       n\\x1b[2J\\x0a\n");
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

    const std::string text = status_view(received(answer));

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

    const std::string text = status_view(received(answer));

    CHECK_THAT(text, Contains("lost       2 lines of the log, 3 event lines, "
                              "4 events for subscribers, 6 events for handlers, 5 answers\n"));
    CHECK_THAT(text,
               Contains("handlers   1 running, 7 events waiting; 9 started so far, 0 failed"));
    CHECK_THAT(text, Contains("refused    8 connections that sent too much\n"));
    CHECK_THAT(status_view(received({{"pace", 1}})), Contains("lost       nothing\n"));
}

TEST_CASE("an event of changed tags shows them", "[views]") {
    const ordered_json event = {
        {"event", "updated"}, {"member", "n2"}, {"at", "now"}, {"tags", {{"role", "web"}}}};

    CHECK_THAT(event_view(received(event), Color::off), Contains("now role=web"));
}

TEST_CASE("the status shows the pace of a node that cannot keep up, and of no other", "[views]") {
    CHECK_THAT(status_view(received({{"pace", 4}})),
               Contains("pace       4 rounds taken for one: its own begin late\n"));
    CHECK_THAT(status_view(received({{"pace", 1}})), !Contains("pace"));
}

TEST_CASE("an answer that lacks everything is shown without harm", "[views]") {
    const ordered_json nothing = ordered_json::object();
    const ordered_json strange = {{"members", {1, "x", nullptr}}, {"member", 7}, {"history", 5}};

    for (const ordered_json& answer : {nothing, strange}) {
        CHECK_FALSE(members_view(received(answer), Color::off).empty());
        CHECK_FALSE(status_view(received(answer)).empty());
        CHECK_FALSE(explain_view(received(answer), Color::off).empty());
        CHECK_FALSE(event_view(received(answer), Color::off).empty());
    }
}

}  // namespace
}  // namespace hearsay

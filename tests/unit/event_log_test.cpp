#include "event_log.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

/// All that follows a position, and how many events it says were missed.
struct Rest {
    std::vector<std::string> texts;
    std::uint64_t missed = 0;
};

Rest rest_behind(const EventLog& log, LogPosition position) {
    Rest rest;
    std::uint64_t missed = 0;
    while (const EventLog::Record* record = log.next(position, missed)) {
        rest.missed += missed;
        rest.texts.push_back(*record->text);
        position = record->position;
    }
    return rest;
}

TEST_CASE("events and surveys are told in the order in which they came", "[event_log]") {
    EventLog log("p");
    log.add_event("1");
    log.add_survey("2");
    log.add_event("3");
    log.add_survey("4");

    const Rest rest = rest_behind(log, log.oldest());

    CHECK(rest.texts == std::vector<std::string>{"event: event\nid: p-1-0\ndata: 1\n\n",
                                                 "event: views\nid: p-1-1\ndata: 2\n\n",
                                                 "event: event\nid: p-2-1\ndata: 3\n\n",
                                                 "event: views\nid: p-2-2\ndata: 4\n\n"});
    CHECK(rest.missed == 0);
}

TEST_CASE("an id says what follows it", "[event_log]") {
    EventLog log("p");
    for (const char* json : {"1", "2", "3"})
        log.add_event(json);
    log.add_survey("4");

    CHECK(rest_behind(log, log.position_of("p-2-0")).texts.size() == 2);
    CHECK(rest_behind(log, log.position_of("p-3-1")).texts.empty());
}

TEST_CASE("what is no id of this process asks for all", "[event_log]") {
    EventLog log("p");
    log.add_event("1");

    for (const char* id : {"", "q-1-0", "p", "p-1", "p-x-0", "p-2-0", "p-1-1", "p-1-0-0", "p--",
                           "p-99999999999999999999999-0"}) {
        CAPTURE(id);
        CHECK(rest_behind(log, log.position_of(id)).texts.size() == 1);
    }
}

TEST_CASE("the oldest events are dropped, and a late client is told how many", "[event_log]") {
    EventLog log("p");
    for (std::size_t i = 0; i < EventLog::events_max + 3; ++i)
        log.add_event("x");

    CHECK(rest_behind(log, log.oldest()).texts.size() == EventLog::events_max);
    CHECK(rest_behind(log, log.oldest()).missed == 0);
    CHECK(rest_behind(log, log.position_of("p-1-0")).missed == 2);
    CHECK(rest_behind(log, log.position_of("p-3-0")).missed == 0);
}

TEST_CASE("surveys are dropped by number and by size, but not the last", "[event_log]") {
    EventLog log("p");
    for (std::size_t i = 0; i < EventLog::surveys_max + 5; ++i)
        log.add_survey("x");
    CHECK(rest_behind(log, log.oldest()).texts.size() == EventLog::surveys_max);

    log.add_survey(std::string(EventLog::survey_bytes_max, 'x'));
    CHECK(rest_behind(log, log.oldest()).texts.size() == 1);
    log.add_survey(std::string(EventLog::survey_bytes_max / 3, 'x'));
    log.add_survey(std::string(EventLog::survey_bytes_max / 3, 'x'));
    CHECK(rest_behind(log, log.oldest()).texts.size() == 2);
    CHECK(rest_behind(log, log.oldest()).missed == 0);
}

}  // namespace
}  // namespace hearsay

#include "survey_schedule.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1h};

/// One that was listened to since `start`, and has made its first survey.
SurveySchedule begun() {
    SurveySchedule schedule;
    schedule.set_listened(true, start);
    schedule.note_begin(start);
    schedule.note_end();
    return schedule;
}

TEST_CASE("while nobody listens no survey is made", "[survey_schedule]") {
    SurveySchedule schedule;
    schedule.note_event("failed", start);
    schedule.want(start);
    CHECK_FALSE(schedule.due());

    schedule.set_listened(true, start + 1min);
    CHECK(schedule.due() == start);

    schedule.set_listened(false, start + 2min);
    CHECK_FALSE(schedule.due());
}

TEST_CASE("the first listener is worth a survey, and then one in five minutes",
          "[survey_schedule]") {
    SurveySchedule schedule;
    schedule.set_listened(true, start);
    CHECK(schedule.due() == start);

    schedule.note_begin(start);
    CHECK_FALSE(schedule.due());
    schedule.note_end();
    CHECK(schedule.due() == start + 5min);
}

TEST_CASE("a telling event is worth a survey a second later", "[survey_schedule]") {
    for (const char* kind : {"failed", "recovered", "left", "joined", "restarted", "link_lost",
                             "link_back", "isolated", "returned"}) {
        CAPTURE(kind);
        SurveySchedule schedule = begun();
        schedule.note_event(kind, start + 1min);
        schedule.note_event(kind, start + 2min);
        CHECK(schedule.due() == start + 1min + 1s);
    }
    SurveySchedule schedule = begun();
    schedule.note_event("suspected", start + 1min);
    CHECK(schedule.due() == start + 5min);
}

TEST_CASE("between two surveys lie ten seconds, whatever happens", "[survey_schedule]") {
    SurveySchedule schedule = begun();
    schedule.note_event("failed", start + 1s);
    CHECK(schedule.due() == start + 10s);

    schedule.note_begin(start + 10s);
    schedule.note_event("recovered", start + 11s);
    CHECK_FALSE(schedule.due());
    schedule.note_end();
    CHECK(schedule.due() == start + 20s);

    schedule.set_listened(false, start + 11s);
    schedule.set_listened(true, start + 12s);
    CHECK(schedule.due() == start + 20s);
}

}  // namespace
}  // namespace hearsay

#include "event_history.hpp"

#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

Event event_about(const std::string& name, std::uint64_t incarnation) {
    Event event;
    event.subject.name = name;
    event.subject.incarnation = incarnation;
    return event;
}

}  // namespace

TEST_CASE("events are taken once, oldest first", "[event_history]") {
    EventHistory events;
    CHECK_FALSE(events.poll().has_value());
    events.record(event_about("n1", 1));
    events.record(event_about("n2", 2));

    CHECK(events.poll()->subject.name == "n1");
    CHECK(events.poll()->subject.name == "n2");
    CHECK_FALSE(events.poll().has_value());
}

TEST_CASE("the history is that of one name, oldest first, taken or not", "[event_history]") {
    EventHistory events;
    events.record(event_about("n1", 1));
    events.record(event_about("n2", 2));
    events.record(event_about("n1", 3));
    static_cast<void>(events.poll());

    const auto history = events.history("n1");

    REQUIRE(history.size() == 2);
    CHECK(history.front().subject.incarnation == 1);
    CHECK(history.back().subject.incarnation == 3);
    CHECK(events.history("n3").empty());
}

TEST_CASE("when nobody takes events the oldest are lost", "[event_history]") {
    EventHistory events;
    for (std::uint64_t number = 1; number <= 50'000; ++number)
        events.record(event_about("n1", number));

    const auto oldest = events.poll();
    std::size_t count = 1;
    while (events.poll())
        ++count;

    CHECK(oldest->subject.incarnation == 10'001);
    CHECK(oldest->number == 10'001);
    CHECK(count == 40'000);
    CHECK(events.history("n1").size() == 256);
    CHECK(events.history("n1").back().subject.incarnation == 50'000);
}

}  // namespace hearsay

#include "journal.hpp"

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

TEST_CASE("events are taken once, oldest first", "[journal]") {
    Journal journal;
    CHECK_FALSE(journal.poll().has_value());
    journal.record(event_about("n1", 1));
    journal.record(event_about("n2", 2));

    CHECK(journal.poll()->subject.name == "n1");
    CHECK(journal.poll()->subject.name == "n2");
    CHECK_FALSE(journal.poll().has_value());
}

TEST_CASE("the history is that of one name, oldest first, taken or not", "[journal]") {
    Journal journal;
    journal.record(event_about("n1", 1));
    journal.record(event_about("n2", 2));
    journal.record(event_about("n1", 3));
    static_cast<void>(journal.poll());

    const auto history = journal.history("n1");

    REQUIRE(history.size() == 2);
    CHECK(history.front().subject.incarnation == 1);
    CHECK(history.back().subject.incarnation == 3);
    CHECK(journal.history("n3").empty());
}

TEST_CASE("when nobody takes events the oldest are lost", "[journal]") {
    Journal journal;
    for (std::uint64_t number = 1; number <= 50'000; ++number)
        journal.record(event_about("n1", number));

    const auto oldest = journal.poll();
    std::size_t count = 1;
    while (journal.poll())
        ++count;

    CHECK(oldest->subject.incarnation == 10'001);
    CHECK(oldest->number == 10'001);
    CHECK(count == 40'000);
    CHECK(journal.history("n1").size() == 256);
    CHECK(journal.history("n1").back().subject.incarnation == 50'000);
}

}  // namespace hearsay

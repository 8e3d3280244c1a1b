#include "event_handler.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Kinds = std::vector<EventKind>;

TEST_CASE("a handler is for every event, or for the kinds in front of it", "[handlers]") {
    const auto handler = parse_event_handler("failed,link_lost=mail -s x=1 me");

    REQUIRE(handler);
    CHECK(handler.value().kinds == Kinds{EventKind::failed, EventKind::link_lost});
    CHECK(handler.value().command == "mail -s x=1 me");
    CHECK(handler.value().handles(EventKind::failed));
    CHECK_FALSE(handler.value().handles(EventKind::joined));
    CHECK(parse_event_handler("failed, left=notify").value().kinds.size() == 2);
    CHECK(parse_event_handler("notify").value().handles(EventKind::joined));
}

TEST_CASE("what cannot be kinds is a part of the command", "[handlers]") {
    const std::string text = GENERATE(as<std::string>{}, "A=1 notify", "notify --to=me",
                                      "x1=2 notify", "a b=c", "=x", "a=1,b=2", "x=failed");

    CHECK(parse_event_handler(text).value().command == text);
    CHECK(parse_event_handler(text).value().kinds.empty());
}

TEST_CASE("an event that is none, and a command that is none, are named", "[handlers]") {
    CHECK_THAT(parse_event_handler("faild=notify").error(),
               StartsWith("names the event \"faild\"; known are joined, suspected") &&
                   Contains("env X=1 COMMAND"));
    CHECK_THAT(parse_event_handler("failed,,left=notify").error(), Contains("event \"\""));
    CHECK_THAT(parse_event_handler("failed left=notify").error(), Contains("\"failed left\""));
    CHECK_THAT(parse_event_handler("failed=").error(), StartsWith("is empty"));
    CHECK_THAT(parse_event_handler("").error(), StartsWith("is empty"));
}

}  // namespace
}  // namespace hearsay

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

TEST_CASE("once: in front of the kinds asks for one node of the cluster", "[handlers]") {
    const std::string text =
        GENERATE(as<std::string>{}, "once:failed,left=mail me", " once : failed , left =mail me",
                 "once: failed,left =mail me");

    const auto handler = parse_event_handler(text);

    REQUIRE(handler);
    CHECK(handler.value().is_once);
    CHECK(handler.value().kinds == Kinds{EventKind::failed, EventKind::left});
    CHECK(handler.value().command == "mail me");
    CHECK_FALSE(parse_event_handler("failed=mail me").value().is_once);
    CHECK_FALSE(parse_event_handler("echo once:failed=x").value().is_once);
}

TEST_CASE("what is told once must be events that other nodes see, too", "[handlers]") {
    for (const char* const kind : {"joined", "suspected", "cleared", "failed", "recovered",
                                   "restarted", "left", "forgotten", "updated"})
        CHECK(parse_event_handler("once:" + std::string(kind) + "=notify"));
    for (const char* const kind : {"alone", "stalled", "isolated", "withdrew", "returned",
                                   "renewed", "link_lost", "link_back"}) {
        const auto handler = parse_event_handler("once:failed," + std::string(kind) + "=notify");
        REQUIRE_FALSE(handler);
        CHECK_THAT(handler.error(),
                   StartsWith("asks for \"" + std::string(kind) + "\" once, but each node") &&
                       Contains("once: is for joined, suspected, cleared, failed, recovered, "
                                "restarted, left, forgotten, updated"));
    }
}

TEST_CASE("what is wrong with once: is said in one line", "[handlers]") {
    for (const char* const text : {"once:", "once:notify", "once:=notify", "once: =notify"})
        CHECK_THAT(parse_event_handler(text).error(),
                   StartsWith("has no EVENTS=COMMAND behind once:"));
    CHECK_THAT(parse_event_handler("once:failed=").error(), StartsWith("is empty"));
    CHECK_THAT(parse_event_handler("once:faild=notify").error(),
               Contains("event \"faild\"; once: is for joined, suspected"));
    CHECK_THAT(parse_event_handler("once:notify --to=me").error(), Contains("\"notify --to\""));
    CHECK_THAT(parse_event_handler("failed,once:left=notify").error(),
               Contains("\"once:left\"; once: stands in front of all events"));
    CHECK_THAT(parse_event_handler("once:once:failed=notify").error(), Contains("in front of all"));
    for (const std::string prefix : {"ones", "Once", "ONCE"})
        CHECK_THAT(parse_event_handler(prefix + ":failed=notify").error(),
                   StartsWith("begins with \"" + prefix + ":\"; known is once:"));
}

TEST_CASE("an event that is named twice is a fault", "[handlers]") {
    CHECK_THAT(parse_event_handler("failed,left,failed=notify").error(),
               StartsWith("names the event \"failed\" twice"));
    CHECK_THAT(parse_event_handler("once:left,left=notify").error(), Contains("\"left\" twice"));
}

TEST_CASE("a handler is run as the share of this node says", "[handlers]") {
    Occurrence occurrence;
    occurrence.event.kind = EventKind::failed;
    const EventHandler every = parse_event_handler("failed=notify").value();
    const EventHandler once = parse_event_handler("once:failed=notify").value();
    const auto [share, runs_every, runs_once] =
        GENERATE(table<HandlerShare, bool, bool>({{HandlerShare::every_node, true, false},
                                                  {HandlerShare::all, true, true},
                                                  {HandlerShare::taken_over, false, true}}));

    occurrence.share = share;

    CHECK(every.handles(occurrence) == runs_every);
    CHECK(once.handles(occurrence) == runs_once);
    occurrence.event.kind = EventKind::joined;
    CHECK_FALSE(once.handles(occurrence));
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

#include "json.hpp"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using nlohmann::ordered_json;

/// 2026-11-23 10:00:00.123 UTC.
constexpr WallTime some_time{std::chrono::milliseconds(1'795'428'000'123)};

Identity some_identity() {
    Identity identity;
    identity.life = LifeId{0x9f};
    identity.name = "n3";
    identity.incarnation = 1;
    identity.endpoint = "tcp://10.0.0.3:7700";
    identity.tags = {{"zone", "a"}};
    return identity;
}

Event some_event(EventKind kind) {
    Event event;
    event.number = 17;
    event.kind = kind;
    event.at = Instant(123us);
    event.subject = some_identity();
    event.silence = 412ms;
    event.accusers = {"n1", "n4"};
    return event;
}

TEST_CASE("a date is written to the millisecond in UTC", "[json]") {
    CHECK(date_text(some_time) == "2026-11-23T10:00:00.123Z");
    CHECK(date_text(WallTime{}) == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("an event is one object with its evidence", "[json]") {
    CHECK(event_json(some_event(EventKind::failed), some_time) ==
          R"({"event":"failed","member":"n3","life":"000000000000009f","incarnation":1,)"
          R"("at":"2026-11-23T10:00:00.123Z","mono_ns":123000,"cause":"silence",)"
          R"("silence_ms":412,"accusers":["n1","n4"],"endpoint":"tcp://10.0.0.3:7700",)"
          R"("tags":{"zone":"a"},"seq":17})");
}

TEST_CASE("an event that accuses nobody has no cause", "[json]") {
    CHECK(to_json(some_event(EventKind::joined), some_time).at("cause").is_null());
    CHECK(to_json(some_event(EventKind::stalled), some_time).at("cause").is_null());
}

TEST_CASE("a restart names the life whose place was taken", "[json]") {
    Event event = some_event(EventKind::restarted);
    event.former_life = LifeId{0xabc};

    CHECK(to_json(event, some_time).at("former_life") == "0000000000000abc");
    CHECK_FALSE(to_json(some_event(EventKind::failed), some_time).contains("former_life"));
    CHECK_FALSE(to_json(event, some_time).contains("rekeyed"));
    event.is_rekeyed = true;
    CHECK(to_json(event, some_time).at("rekeyed") == true);
}

TEST_CASE("bytes that are not text are replaced", "[json]") {
    Event event = some_event(EventKind::failed);
    event.subject.name = "\xff\"\n";

    const auto parsed = ordered_json::parse(event_json(event, some_time));

    CHECK(parsed.at("member") == "\ufffd\"\n");
}

TEST_CASE("a member that left has no heartbeat and a time to be forgotten", "[json]") {
    Member member;
    member.identity = some_identity();
    member.state = MemberState::left;
    member.heartbeat = heartbeat_left;
    member.forgotten_in = 48s;

    const ordered_json object = to_json(member);

    CHECK(object.at("state") == "left");
    CHECK(object.at("heartbeat").is_null());
    CHECK(object.at("forgotten_in_ms") == 48'000);
    CHECK(object.at("cause").is_null());
}

TEST_CASE("a member that is alive is not about to be forgotten", "[json]") {
    Member member;
    member.identity = some_identity();
    member.heartbeat = 7;
    member.is_heard_directly = true;

    const ordered_json object = to_json(member);

    CHECK(object.at("heartbeat") == 7);
    CHECK(object.at("heard") == "directly");
    CHECK(object.at("forgotten_in_ms").is_null());
}

TEST_CASE("every reason to refuse a frame has its counter", "[json]") {
    Counters counters;
    counters.rejected.at(static_cast<std::size_t>(DecodeError::foreign_cluster)) = 3;

    const ordered_json rejected = to_json(counters).at("rejected");

    CHECK(rejected.size() == decode_error_count);
    CHECK(rejected.at("foreign_cluster") == 3);
}

TEST_CASE("the history of an explanation is dated", "[json]") {
    Explanation explanation;
    explanation.history = {some_event(EventKind::failed)};
    const AnswerTime moment{.now = Instant(123us + 5s), .wall = some_time + 5s};

    const ordered_json object = to_json(explanation, moment);

    CHECK(object.at("member").is_null());
    CHECK(object.at("history").at(0).at("at") == "2026-11-23T10:00:00.123Z");
    CHECK(object.at("history").at(0).at("ago_ms") == 5000);
}

}  // namespace
}  // namespace hearsay

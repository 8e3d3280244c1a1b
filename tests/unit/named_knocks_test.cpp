#include "named_knocks.hpp"

#include <chrono>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "support/listener.hpp"
#include "support/transport_side.hpp"

namespace hearsay {
namespace {

using testing::eventually;
using testing::Listener;
using testing::Side;

/// What the listener has, by a name that stands for 127.0.0.1 alone and needs no name server.
Endpoint named(const Listener& listener) {
    return {Endpoint::Scheme::tcp, "127.1", listener.endpoint().port};
}

TEST_CASE("a closed door behind a name that was never dialled is found", "[named_knocks]") {
    const Listener closed;
    const std::string endpoint = text(named(closed));
    Side side;

    side.knock(endpoint);

    std::optional<Knock> refused;
    REQUIRE(eventually([&] {
        side.turn();
        refused = side.transport().poll_refused();
        return refused.has_value();
    }));
    CHECK(refused->endpoint == endpoint);
    CHECK(side.counters().knocks == 1);
}

TEST_CASE("knocks of one life at a name are one", "[named_knocks]") {
    const Listener closed;
    const std::string endpoint = text(named(closed));
    Side side;

    side.knock(endpoint);
    side.knock(endpoint);

    REQUIRE(eventually([&] {
        side.turn();
        return side.transport().poll_refused().has_value();
    }));
    CHECK(side.counters().knocks == 1);
}

TEST_CASE("behind a name that stands for nothing nobody refused", "[named_knocks]") {
    Side side;

    side.knock("tcp://no..such..name:7700");

    CHECK(eventually([&] {
        side.turn();
        return !side.transport().next_deadline();
    }));
    CHECK_FALSE(side.transport().poll_refused());
    CHECK(side.counters().knocks == 0);
}

TEST_CASE("a name that is looked up for too long is given up", "[named_knocks]") {
    const Listener closed;
    const Endpoint endpoint = named(closed);
    testing::HeardLog heard;
    AddressBook book({}, heard.log());
    NamedKnocks knocks(book, std::chrono::seconds(1));
    const Instant now{};
    knocks.add({.life = LifeId{1}, .endpoint = text(endpoint)}, endpoint, now);

    CHECK(knocks.next_deadline(now));
    static_cast<void>(knocks.take_ready(now + std::chrono::seconds(1)));
    CHECK_FALSE(knocks.next_deadline(now));
}

}  // namespace
}  // namespace hearsay

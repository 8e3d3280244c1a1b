#include "named_probes.hpp"

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

TEST_CASE("a closed port behind a name that was never dialled is found", "[named_probes]") {
    const Listener closed;
    const std::string endpoint = text(named(closed));
    Side side;

    side.probe(endpoint);

    std::optional<Probe> refused;
    REQUIRE(eventually([&] {
        side.turn();
        refused = side.transport().poll_refused();
        return refused.has_value();
    }));
    CHECK(refused->endpoint == endpoint);
    CHECK(side.counters().probes == 1);
}

TEST_CASE("probes of one life at a name are one", "[named_probes]") {
    const Listener closed;
    const std::string endpoint = text(named(closed));
    Side side;

    side.probe(endpoint);
    side.probe(endpoint);

    REQUIRE(eventually([&] {
        side.turn();
        return side.transport().poll_refused().has_value();
    }));
    CHECK(side.counters().probes == 1);
}

TEST_CASE("behind a name that stands for nothing nobody refused", "[named_probes]") {
    Side side;

    side.probe("tcp://no..such..name:7700");

    CHECK(eventually([&] {
        side.turn();
        return !side.transport().next_deadline();
    }));
    CHECK_FALSE(side.transport().poll_refused());
    CHECK(side.counters().probes == 0);
}

TEST_CASE("a name that is looked up for too long is given up", "[named_probes]") {
    const Listener closed;
    const Endpoint endpoint = named(closed);
    testing::HeardLog heard;
    AddressBook book({}, heard.log());
    NamedProbes probes(book, std::chrono::seconds(1));
    const Instant now{};
    probes.add({.life = LifeId{1}, .endpoint = text(endpoint)}, endpoint, now);

    CHECK(probes.next_deadline(now));
    static_cast<void>(probes.take_ready(now + std::chrono::seconds(1)));
    CHECK_FALSE(probes.next_deadline(now));
}

}  // namespace
}  // namespace hearsay

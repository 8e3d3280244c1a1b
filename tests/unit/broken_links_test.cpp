#include <chrono>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/listener.hpp"
#include "support/transport_side.hpp"
#include "transport.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::arrive;
using testing::eventually;
using testing::generous;
using testing::link_up;
using testing::Listener;
using testing::Side;

/// Turns `side` until it tells of a broken link; nothing if it never does.
std::optional<LinkId> next_broken(Side& side) {
    std::optional<LinkId> broken;
    eventually([&] {
        side.turn();
        broken = side.transport().poll_broken();
        return broken.has_value();
    });
    return broken;
}

/// Links that stand both ways: the number at `b`, and the one at `a`.
struct Links {
    LinkId accepted;
    LinkId dialled;
};

Links link_both(Side& a, Side& b) {
    const LinkId accepted = link_up(a, b);
    const std::size_t before = a.arrivals().size();
    b.send("", "answer", accepted);
    REQUIRE(arrive(a, before + 1, b));
    return {accepted, a.arrivals().back().link};
}

TEST_CASE("the side that was dialled learns at once that the other is gone, once",
          "[broken_links]") {
    std::optional<Side> a(std::in_place);
    Side b;
    const Links links = link_both(*a, b);

    a.reset();

    CHECK(next_broken(b) == links.accepted);
    CHECK(b.counters().links_accepted == 0);
    b.send("", "answer", links.accepted);
    b.turn();
    CHECK_FALSE(b.transport().poll_broken().has_value());
}

TEST_CASE("the log tells at debug which links stand, and which are over", "[broken_links]") {
    Side a;
    std::optional<Side> b(std::in_place);
    const std::string endpoint = b->endpoint();
    const Links links = link_both(a, *b);
    CHECK(b->log() == "link from 127.0.0.1 stands\n");

    b.reset();
    CHECK(next_broken(a) == links.dialled);

    CHECK(a.log() == "link to " + endpoint + " stands\nlink to " + endpoint + " is lost\n");
    a.pass(10 * generous.idle);
    a.turn();
    CHECK(a.log().ends_with("link to " + endpoint + " is closed\n"));
}

TEST_CASE("the log tells at debug where a dial found nobody, and whose link is over",
          "[broken_links]") {
    std::optional<Side> a(std::in_place);
    Side b;
    link_both(*a, b);
    const Listener closed;
    b.send(text(closed.endpoint()), "hello");

    a.reset();
    REQUIRE(next_broken(b));
    b.pass(10 * generous.idle);
    b.turn();

    CHECK(b.log() ==
          "link from 127.0.0.1 stands\nlink from 127.0.0.1 is over\nnobody was reached "
          "at " +
              text(closed.endpoint()) + "\n");
}

TEST_CASE("of several links the one that ended is told", "[broken_links]") {
    Side a;
    std::optional<Side> b(std::in_place);
    Side c;
    Side hub;
    link_up(a, hub);
    const LinkId link = link_up(*b, hub);
    link_up(c, hub);

    b.reset();

    CHECK(next_broken(hub) == link);
    CHECK(hub.counters().links_accepted == 2);
    CHECK_FALSE(hub.transport().poll_broken().has_value());
}

TEST_CASE("the side that dialled learns at once that the other is gone, once", "[broken_links]") {
    Side a;
    std::optional<Side> b(std::in_place);
    const Links links = link_both(a, *b);

    b.reset();

    CHECK(next_broken(a) == links.dialled);
    a.send("", "into the void", links.dialled);
    a.turn();
    CHECK_FALSE(a.transport().poll_broken().has_value());
}

TEST_CASE("a link that stands again can break again", "[broken_links]") {
    Side a;
    std::optional<Side> b(std::in_place);
    const std::string endpoint = b->endpoint();
    const Links links = link_both(a, *b);
    for (int count = 0; count < 2; ++count) {
        b.reset();
        CHECK(next_broken(a) == links.dialled);
        b.emplace(endpoint);
        CHECK(eventually([&] {
            a.send(endpoint, "again");
            a.turn();
            b->turn();
            return !b->arrivals().empty();
        }));
    }
}

TEST_CASE("a dial that finds nobody breaks nothing", "[broken_links]") {
    const Listener closed;
    Side a;

    a.send(text(closed.endpoint()), "hello");
    a.turn();
    a.pass(5 * generous.round);
    a.turn();

    CHECK(a.counters().dials_timed_out == 1);
    CHECK_FALSE(a.transport().poll_broken().has_value());
}

TEST_CASE("the side that closes an idle link is not told that it broke", "[broken_links]") {
    Side a;
    Side b;
    const Links links = link_both(a, b);

    a.pass(5 * generous.round);
    a.turn();

    CHECK(a.counters().links_dialled == 0);
    CHECK(next_broken(b) == links.accepted);
    a.turn();
    CHECK_FALSE(a.transport().poll_broken().has_value());
}

TEST_CASE("a transport's probe of a closed port is refused", "[broken_links]") {
    const Listener closed;
    Side a;

    a.probe(text(closed.endpoint()));

    std::optional<Probe> refused;
    CHECK(eventually([&] {
        a.turn();
        refused = a.transport().poll_refused();
        return refused.has_value();
    }));
    CHECK(a.counters().probes == 1);
}

TEST_CASE("a name is probed where it was reached before", "[broken_links]") {
    Side a;
    std::optional<Side> b(std::in_place);
    const std::string port = b->endpoint().substr(b->endpoint().rfind(':'));
    const std::string named = "tcp://localhost" + port;
    REQUIRE(eventually([&] {
        a.send(named, "hello");
        a.turn();
        b->turn();
        if (b->arrivals().empty() && a.counters().links_dialled > 0) a.pass(generous.round / 10);
        return !b->arrivals().empty();
    }));

    b.reset();
    a.probe(named);

    CHECK(a.counters().probes == 1);
    CHECK(eventually([&] {
        a.turn();
        return a.transport().poll_refused().has_value();
    }));
}

TEST_CASE("peers send nobody's probes astray", "[broken_links]") {
    Side a;
    const std::string endpoint =
        GENERATE("nonsense", "tcp://0.0.0.0:1", "tcp://127.0.0.1:0", "ipc:///tmp/somebody.socket");

    a.probe(endpoint);

    CHECK(a.counters().probes == 0);
}

}  // namespace
}  // namespace hearsay

#include "transport.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/transport_side.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::arrive;
using testing::eventually;
using testing::generous;
using testing::link_up;
using testing::Side;

TEST_CASE("a frame arrives, and the answer comes back over the same connection", "[transport]") {
    Side a;
    Side b;

    const LinkId link = link_up(a, b);
    CHECK(b.arrivals().back().frame == "hello");
    b.send("", "answer", link);
    REQUIRE(arrive(a, 1, b));

    CHECK(a.arrivals().back().frame == "answer");
    CHECK(a.counters().links_dialled == 1);
    CHECK(b.counters().links_dialled == 0);
    CHECK(b.counters().links_accepted == 1);
}

TEST_CASE("an answer's link can be sent over from both ends", "[transport]") {
    Side a;
    Side b;
    b.send("", "answer", link_up(a, b));
    REQUIRE(arrive(a, 1, b));

    a.send("", "once more", a.arrivals().back().link);

    REQUIRE(arrive(b, 2, a));
    CHECK(b.arrivals().back().frame == "once more");
    CHECK(b.arrivals().back().link == b.arrivals().front().link);
    CHECK(a.counters().dials == 1);
}

TEST_CASE("an endpoint was heard once it said what was not refused", "[transport]") {
    Side a;
    Side b;
    a.refuse_all();
    b.send("", "of another cluster", link_up(a, b));
    REQUIRE(arrive(a, 1, b));
    CHECK(a.transport().dial_state(b.endpoint()) == DialState::silent);
    CHECK(a.transport().dialled_endpoint(a.arrivals().back().link) == b.endpoint());
    CHECK(b.transport().dialled_endpoint(b.arrivals().back().link) == std::nullopt);

    Side c;
    b.send("", "hello", link_up(c, b));
    REQUIRE(arrive(c, 1, b));
    CHECK(c.transport().dial_state(b.endpoint()) == DialState::heard);
}

TEST_CASE("an empty frame and the biggest one arrive, a bigger one does not", "[transport]") {
    Side a;
    Side b;
    link_up(a, b);

    a.send(b.endpoint(), "");
    a.send(b.endpoint(), std::string(limits::frame_bytes_max, 'x'));
    REQUIRE(arrive(b, 3, a));
    CHECK(b.arrivals().back().frame.size() == limits::frame_bytes_max);

    a.send(b.endpoint(), std::string(limits::frame_bytes_max + 1, 'x'));
    a.send(b.endpoint(), "beside it");
    // It is not read, and the connection that was its own is closed.
    REQUIRE(arrive(b, 4, a));
    CHECK(b.arrivals().back().frame == "beside it");
}

TEST_CASE("a long frame takes a connection of its own, and is of no link", "[transport]") {
    Side a;
    Side b;
    const LinkId link = link_up(a, b);

    a.send(b.endpoint(), std::string(short_frame_bytes_max + 1, 'x'));
    a.send(b.endpoint(), std::string(short_frame_bytes_max, 'x'));
    REQUIRE(arrive(b, 3, a));

    CHECK(a.counters().dials == 2);
    CHECK(b.counters().links_accepted == 2);
    for (const testing::Arrival& arrival : b.arrivals()) {
        const bool is_long = arrival.frame.size() > short_frame_bytes_max;
        CHECK(arrival.link == (is_long ? LinkId::none : link));
    }
}

TEST_CASE("a long answer does not go over the link of the question", "[transport]") {
    Side a;
    Side b;
    const LinkId link = link_up(a, b);

    b.send(a.endpoint(), std::string(short_frame_bytes_max + 1, 'x'), link);
    REQUIRE(arrive(a, 1, b));

    CHECK(a.arrivals().back().link == LinkId::none);
    CHECK(b.counters().dials == 1);
}

TEST_CASE("a long answer to somebody whose endpoint is not known goes over the link",
          "[transport]") {
    Side a;
    Side b;
    const LinkId link = link_up(a, b);

    b.send("", std::string(short_frame_bytes_max + 1, 'x'), link);
    REQUIRE(arrive(a, 1, b));

    CHECK(b.counters().dials == 0);
}

TEST_CASE("a link that brings more than any peer has to say is not read", "[transport]") {
    Side a;
    Side b;
    const std::string big(limits::frame_bytes_max, 'x');
    link_up(a, b);
    // A MiB is eight of them.
    for (int count = 1; count <= 8; ++count) {
        a.send(b.endpoint(), big);
        REQUIRE(arrive(b, 1 + static_cast<std::size_t>(count), a));
    }

    a.send(b.endpoint(), big);
    REQUIRE(eventually([&] {
        a.turn();
        b.turn();
        return b.counters().frames_surplus == 1;
    }));
    CHECK(b.arrivals().size() == 9);

    b.pass(generous.round);
    b.turn();
    a.send(b.endpoint(), big);
    CHECK(arrive(b, 10, a));
}

TEST_CASE("a peer that starts again at its endpoint is reached again", "[transport]") {
    Side a;
    std::optional<Side> b(std::in_place);
    const std::string endpoint = b->endpoint();
    link_up(a, *b);
    b.reset();
    b.emplace(endpoint);

    CHECK(eventually([&] {
        a.send(endpoint, "again");
        a.turn();
        b->turn();
        return !b->arrivals().empty();
    }));
    CHECK(a.counters().links_dialled == 1);
}

TEST_CASE("an answer to a peer that is gone breaks the link, once", "[transport]") {
    std::optional<Side> a(std::in_place);
    Side b;
    const LinkId link = link_up(*a, b);
    a.reset();

    std::optional<LinkId> broken;
    REQUIRE(eventually([&] {
        b.send("", "answer", link);
        broken = b.transport().poll_broken();
        return broken.has_value();
    }));
    CHECK(*broken == link);
    CHECK(b.counters().links_accepted == 0);

    b.send("", "answer", link);
    CHECK_FALSE(b.transport().poll_broken().has_value());
}

TEST_CASE("when the link is gone the endpoint is dialled", "[transport]") {
    Side a;
    Side b;
    b.send(a.endpoint(), "hello", LinkId{4711});

    REQUIRE(arrive(a, 1, b));
    CHECK(b.counters().dials == 1);
}

TEST_CASE("a dialled link that nobody uses is closed, and one in use is not", "[transport]") {
    Side a;
    Side b;
    Side c;
    link_up(a, b);
    const LinkId link = link_up(a, c);
    CHECK(a.counters().links_dialled == 2);

    for (int round = 0; round < 6; ++round) {
        a.pass(generous.round);
        const std::size_t before = a.arrivals().size();
        c.send("", "pulse", link);
        REQUIRE(arrive(a, before + 1, c));
    }

    CHECK(a.counters().links_dialled == 1);
    CHECK(a.counters().dials_timed_out == 0);
    link_up(a, b);
    CHECK(a.counters().dials == 3);
}

TEST_CASE("a dial that finds nobody is given up", "[transport]") {
    Side a;
    a.send("tcp://127.0.0.1:1", "hello");
    CHECK(a.counters().links_dialled == 1);

    a.pass(5 * generous.round);
    a.turn();

    CHECK(a.counters().links_dialled == 0);
    CHECK(a.counters().dials_timed_out == 1);
}

TEST_CASE("endpoints that cannot be dialled are counted and do no harm", "[transport]") {
    Side a;
    const std::string endpoint = GENERATE(
        "nonsense", "tcp://", "tcp://0.0.0.0:1", "tcp://127.0.0.1:0", "tcp://eth0:0;127.0.0.1:1",
        "udp://127.0.0.1:1", "inproc://x", "pgm://x;y:1", "ipc:///var/run/somebody.socket");

    a.send(endpoint, "hello");
    a.turn();

    CHECK(a.counters().endpoints_invalid == 1);
    CHECK(a.counters().links_dialled == 0);
}

TEST_CASE("a host name is resolved and dialled", "[transport]") {
    Side a;
    Side b;
    const std::string port = b.endpoint().substr(b.endpoint().rfind(':'));

    // "localhost" may be ::1 first, where nobody listens; the next dial takes the next address.
    CHECK(eventually([&] {
        a.send("tcp://localhost" + port, "hello");
        a.turn();
        b.turn();
        if (b.arrivals().empty() && a.counters().links_dialled > 0) a.pass(generous.round / 10);
        return !b.arrivals().empty();
    }));
}

TEST_CASE("a name that does not resolve is counted, and tried anew each time", "[transport]") {
    Side a;

    CHECK(eventually([&] {
        a.send("tcp://no..such..name:7700", "hello");
        a.turn();
        return a.counters().names_unresolved >= 2;
    }));
    CHECK(a.counters().dials >= 2);
}

TEST_CASE("links are bounded, and the idlest gives way", "[transport]") {
    Side hub(TransportOptions{.bind = "tcp://127.0.0.1:0",
                              .link = generous,
                              .links_dialled_max = 2,
                              .links_accepted_max = 2});
    Side a;
    Side b;
    Side c;

    SECTION("dialled") {
        link_up(hub, a);
        hub.pass(1ms);
        link_up(hub, b);
        hub.pass(1ms);
        link_up(hub, c);
        CHECK(hub.counters().links_dialled == 2);
        link_up(hub, b);
        CHECK(hub.counters().dials == 3);
    }
    SECTION("accepted") {
        link_up(a, hub);
        hub.pass(1ms);
        link_up(b, hub);
        hub.pass(1ms);
        const LinkId link = link_up(c, hub);
        CHECK(hub.counters().links_accepted == 2);
        hub.send("", "answer", link);
        CHECK(arrive(c, 1, hub));
    }
}

TEST_CASE("frames in several parts are not ours", "[transport]") {
    Side a;
    zmq::context_t context;
    zmq::socket_t stranger(context, zmq::socket_type::dealer);
    stranger.set(zmq::sockopt::linger, 0);
    stranger.connect(a.endpoint());
    for (const char* part : {"one", "two"}) {
        stranger.send(zmq::buffer(std::string_view(part)), zmq::send_flags::sndmore);
    }
    stranger.send(zmq::buffer(std::string_view("three")), zmq::send_flags::none);
    stranger.send(zmq::buffer(std::string_view("alone")), zmq::send_flags::none);

    CHECK(eventually([&] {
        a.turn();
        return !a.arrivals().empty();
    }));
    CHECK(a.arrivals().front().frame == "alone");
    CHECK(a.counters().frames_misshapen == 1);
}

TEST_CASE("a peer that does not read costs frames, not time or memory", "[transport]") {
    Side a;
    Side b;
    const LinkId link = link_up(a, b);
    const std::string big(limits::frame_bytes_max, 'x');

    // More than two sockets' buffers and both queues can hold.
    for (int count = 0; count < 2'000; ++count)
        b.send("", big, link);

    CHECK(b.counters().frames_dropped > 0);
    CHECK_FALSE(b.transport().poll_broken().has_value());
}

TEST_CASE("no socket waits when it is closed, and none uses ZeroMQ's heartbeats", "[transport]") {
    zmq::context_t context;
    zmq::socket_t inbox(context, zmq::socket_type::router);
    zmq::socket_t link(context, zmq::socket_type::dealer);
    configure_inbox(inbox, {.round = 1s, .patience = 4s});
    configure_link(link, {.round = 1s, .patience = 4s});

    for (zmq::socket_t* socket : {&inbox, &link}) {
        CHECK(socket->get(zmq::sockopt::linger) == 0);
        CHECK(socket->get(zmq::sockopt::heartbeat_ivl) == 0);
        CHECK(socket->get(zmq::sockopt::maxmsgsize) == limits::frame_bytes_max);
        CHECK(socket->get(zmq::sockopt::sndhwm) < 100);
        CHECK(socket->get(zmq::sockopt::rcvhwm) < 100);
        CHECK(socket->get(zmq::sockopt::tcp_maxrt) == 4000);
    }
    CHECK(link.get(zmq::sockopt::immediate));
    CHECK(link.get(zmq::sockopt::reconnect_ivl_max) > 0);
    CHECK(link.get(zmq::sockopt::connect_timeout) > 0);
}

}  // namespace
}  // namespace hearsay

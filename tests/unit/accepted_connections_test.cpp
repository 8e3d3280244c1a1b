#include "accepted_connections.hpp"

#include <chrono>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "clock.hpp"
#include "descriptor.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/listener.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Listener;

constexpr ConnectionLimits limits{
    .count_max = 2, .idle = 1min, .bytes_per_round_max = 1000, .round = 8s};

/// A TCP connection of which both ends are here.
class Connection {
  public:
    explicit Connection(Listener& listener)
        : theirs_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(listener.endpoint().port);
        const auto* const generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
        REQUIRE(connect(theirs_.number(), generic, sizeof(address)) == 0);
        REQUIRE(eventually([&] {
            ours_ = listener.accept();
            return ours_.is_open();
        }));
    }

    [[nodiscard]] int ours() const { return ours_.number(); }

    /// Sends so much, and waits until all of it is here.
    void bring(int bytes) {
        const std::string text(static_cast<std::size_t>(bytes), 'x');
        REQUIRE(send(theirs_.number(), text.data(), text.size(), MSG_NOSIGNAL) == bytes);
        brought_ += bytes;
        REQUIRE(eventually([&] {
            int waiting = 0;
            return ioctl(ours(), FIONREAD, &waiting) == 0 && waiting == brought_;
        }));
    }
    /// True if the other end is told that it is over.
    [[nodiscard]] bool has_ended() const {
        char byte = 0;
        return recv(theirs_.number(), &byte, 1, MSG_DONTWAIT) == 0;
    }

  private:
    Descriptor theirs_;
    Descriptor ours_;
    int brought_ = 0;
};

/// The watch over the connections to a listener, with a clock that the test sets forward.
struct Door {
    explicit Door(ConnectionLimits chosen = limits) : connections(chosen, counters) {
        listener.open();
    }

    Connection accept() {
        Connection connection(listener);
        connections.note_accepted(connection.ours(), now);
        return connection;
    }
    void look_after(Duration span) {
        now += span;
        connections.look(now);
    }

    Listener listener;
    TransportCounters counters;
    AcceptedConnections connections;
    Instant now = steady_now();
};

TEST_CASE("a connection that brings no frame for long is ended, once", "[connections]") {
    Door door;
    const Connection idle = door.accept();
    const Connection used = door.accept();

    door.look_after(limits.idle);
    CHECK_FALSE(idle.has_ended());
    door.connections.note_frame(used.ours(), door.now);
    door.look_after(limits.round);

    CHECK(eventually([&] { return idle.has_ended(); }));
    CHECK_FALSE(used.has_ended());
    CHECK(door.counters.connections_idle == 1);

    // Until its end is told it is known, but not ended again.
    door.look_after(limits.round);
    CHECK(door.counters.connections_idle == 1);
    CHECK(door.connections.count() == 2);
    door.connections.note_ended(idle.ours());
    CHECK(door.connections.count() == 1);
}

// ZeroMQ ends the process if a socket that listens does so no more.
TEST_CASE("a socket that listens under the number of a former connection goes on",
          "[connections]") {
    Door door;
    door.connections.note_accepted(door.listener.number(), door.now);

    door.look_after(limits.idle + 1ms);

    CHECK(door.counters.connections_idle == 1);
    const Connection another = door.accept();
    CHECK_FALSE(another.has_ended());
}

TEST_CASE("a connection that brings too much in a round is ended, once", "[connections]") {
    Door door;
    door.look_after(1s);
    Connection flood = door.accept();
    Connection steady = door.accept();
    constexpr int half = 500;

    // As much as is allowed in each of several rounds, in two pieces.
    for (int round = 0; round < 3; ++round) {
        steady.bring(half);
        door.look_after(limits.round / 2);
        steady.bring(half);
        door.look_after(limits.round / 2);
    }
    CHECK_FALSE(steady.has_ended());

    flood.bring(half);
    door.look_after(limits.round / 4);
    flood.bring(half);
    door.look_after(limits.round / 4);
    CHECK_FALSE(flood.has_ended());
    flood.bring(1);
    door.look_after(limits.round / 4);

    CHECK(eventually([&] { return flood.has_ended(); }));
    CHECK(door.counters.connections_flooding == 1);
    door.look_after(limits.round);
    CHECK(door.counters.connections_flooding == 1);
    CHECK(door.counters.connections_idle == 0);
    CHECK_FALSE(steady.has_ended());
}

TEST_CASE("a connection whose message does not end is ended, once", "[connections]") {
    ConnectionLimits strict = limits;
    strict.bytes_unframed_max = 100;
    Door door(strict);
    Connection endless = door.accept();
    Connection framed = door.accept();

    for (int round = 0; round < 3; ++round) {
        framed.bring(100);
        door.connections.note_frame(framed.ours(), door.now);
        door.look_after(strict.round);
    }
    // However slowly it comes.
    endless.bring(50);
    door.look_after(strict.round);
    endless.bring(50);
    door.look_after(strict.round);
    CHECK_FALSE(endless.has_ended());
    endless.bring(1);
    door.look_after(strict.round);

    CHECK(eventually([&] { return endless.has_ended(); }));
    CHECK_FALSE(framed.has_ended());
    CHECK(door.counters.connections_flooding == 1);
    door.look_after(strict.round);
    door.connections.end_flooding(endless.ours());
    CHECK(door.counters.connections_flooding == 1);
}

TEST_CASE("a connection that others judge to flood is ended, once", "[connections]") {
    Door door;
    const Connection flood = door.accept();
    const Connection other = door.accept();

    for (int times = 0; times < 2; ++times)
        door.connections.end_flooding(flood.ours());

    CHECK(eventually([&] { return flood.has_ended(); }));
    CHECK_FALSE(other.has_ended());
    CHECK(door.counters.connections_flooding == 1);
}

TEST_CASE("beyond the bound the connection used least lately gives way", "[connections]") {
    Door door;
    const Connection first = door.accept();
    door.now += 1s;
    const Connection second = door.accept();
    door.now += 1s;
    door.connections.note_frame(first.ours(), door.now);

    const Connection third = door.accept();

    CHECK(eventually([&] { return second.has_ended(); }));
    CHECK_FALSE(first.has_ended());
    CHECK_FALSE(third.has_ended());
    CHECK(door.counters.connections_surplus == 1);

    // The end of the second one was not told yet; it is not the one to end again.
    const Connection fourth = door.accept();
    CHECK(eventually([&] { return first.has_ended() || third.has_ended(); }));
    CHECK_FALSE(fourth.has_ended());
    CHECK(door.counters.connections_surplus == 2);
}

TEST_CASE("where all is told, connections within the bound stay", "[connections]") {
    Door door;
    {
        const Connection gone = door.accept();
        door.connections.note_ended(gone.ours());
    }
    const Connection first = door.accept();
    const Connection second = door.accept();

    CHECK_FALSE(first.has_ended());
    CHECK_FALSE(second.has_ended());
    CHECK(door.counters.connections_surplus == 0);
}

}  // namespace
}  // namespace hearsay

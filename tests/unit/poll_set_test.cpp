#include "poll_set.hpp"

#include <chrono>

#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.hpp>

#include "support/catch.hpp"
#include "zmq_io.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

/// Two sockets joined; what the far one says arrives at the near one.
struct Pair {
    zmq::context_t context;
    zmq::socket_t near{context, zmq::socket_type::pair};
    zmq::socket_t far{context, zmq::socket_type::pair};
    Attention attention;
    PollSet set;

    Pair() {
        near.bind("inproc://pair");
        far.connect("inproc://pair");
    }
    void say() { static_cast<void>(far.send(zmq::str_buffer("x"), zmq::send_flags::dontwait)); }
    bool hear() {
        zmq::message_t message;
        return try_receive(near, message);
    }
    void look(Duration timeout = Duration::zero()) {
        set.clear();
        attention.watch(set, near, ZMQ_POLLIN);
        set.wait(timeout);
    }
};

TEST_CASE("a descriptor with something to read is told of, others are not", "[poll_set]") {
    const int readable = eventfd(1, EFD_CLOEXEC);
    const int empty = eventfd(0, EFD_CLOEXEC);
    bool is_readable = false;
    bool is_empty_readable = false;
    PollSet set;
    set.add(readable, is_readable);
    set.add(empty, is_empty_readable);

    set.wait(1h);

    CHECK(is_readable);
    CHECK_FALSE(is_empty_readable);
    close(readable);
    close(empty);
}

TEST_CASE("a descriptor is told of for what is wanted of it alone", "[poll_set]") {
    const int counter = eventfd(0, EFD_CLOEXEC);
    bool is_readable = false;
    bool is_writable = false;
    PollSet set;
    set.add(counter, is_readable, POLLIN);
    set.add(counter, is_writable, POLLOUT);

    set.wait(1h);

    CHECK_FALSE(is_readable);
    CHECK(is_writable);
    close(counter);
}

TEST_CASE("a loop with something ready does not sleep", "[poll_set]") {
    PollSet set;
    set.note_ready();

    set.wait(1h);

    SUCCEED("it came back");
}

TEST_CASE("a socket is due when something has arrived, until it is drained", "[poll_set]") {
    Pair pair;
    pair.look();
    CHECK_FALSE(pair.attention.is_due());

    pair.say();
    pair.look(1h);
    CHECK(pair.attention.is_due());
    CHECK(pair.hear());
    CHECK_FALSE(pair.hear());
    pair.attention.note_drained();

    pair.look();
    CHECK_FALSE(pair.attention.is_due());
}

TEST_CASE("a use that takes the descriptor's word away hides nothing", "[poll_set]") {
    Pair pair;
    pair.look();
    pair.say();
    // It takes the word of the message in; afterwards the descriptor is silent.
    CHECK(ready_for(pair.near) != 0);

    pair.attention.note_use();
    pair.look(1h);

    CHECK(pair.attention.is_due());
    CHECK(pair.hear());
}

TEST_CASE("what is left over keeps the loop awake", "[poll_set]") {
    Pair pair;
    pair.say();
    pair.say();
    pair.look(1h);
    CHECK(pair.hear());

    pair.look(1h);

    CHECK(pair.attention.is_due());
    CHECK(pair.hear());
}

}  // namespace
}  // namespace hearsay

#include "connection_monitor.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>

#include "zmq_io.hpp"

namespace hearsay {
namespace {

constexpr int events_wanted =
    ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED;

/// An event is a number of 16 bits and a value of 32; a second part names the endpoint.
struct RawEvent {
    std::uint16_t event = 0;
    std::int32_t value = 0;
};

std::optional<RawEvent> read(const zmq::message_t& message) {
    RawEvent raw;
    if (message.size() != sizeof(raw.event) + sizeof(raw.value)) return std::nullopt;
    const auto* const bytes = message.data<std::byte>();
    std::memcpy(&raw.event, bytes, sizeof(raw.event));
    std::memcpy(&raw.value, bytes + sizeof(raw.event), sizeof(raw.value));
    return raw;
}

ConnectionMonitor::Kind kind_of(std::uint16_t event) {
    if (event == ZMQ_EVENT_LISTENING) return ConnectionMonitor::Kind::listening;
    if (event == ZMQ_EVENT_DISCONNECTED) return ConnectionMonitor::Kind::ended;
    return ConnectionMonitor::Kind::made;
}

}  // namespace

// The thread that reports waits while its queue is full, and holds a lock that our end needs; so
// the queue has no bound. Every turn empties it.
ConnectionMonitor::ConnectionMonitor(zmq::context_t& context, zmq::socket_t& socket)
    : socket_(socket), events_(context, zmq::socket_type::pair) {
    static std::atomic<unsigned> count = 0;
    const std::string address = "inproc://monitor " + std::to_string(++count);
    if (zmq_socket_monitor(socket.handle(), address.c_str(), events_wanted) != 0) {
        throw zmq::error_t();
    }
    events_.set(zmq::sockopt::linger, 0);
    events_.set(zmq::sockopt::rcvhwm, 0);
    events_.connect(address);
}

// In this order, or an event that nobody reads any more holds up the thread that reports it.
ConnectionMonitor::~ConnectionMonitor() {
    static_cast<void>(zmq_socket_monitor(socket_.handle(), nullptr, 0));
}

void ConnectionMonitor::watch(PollSet& set) {
    attention_.watch(set, events_, ZMQ_POLLIN);
}

std::optional<ConnectionMonitor::Happening> ConnectionMonitor::poll() {
    zmq::message_t message;
    while (attention_.is_due() && try_receive(events_, message)) {
        static_cast<void>(is_last_part(events_, message));
        if (const auto raw = read(message)) {
            return Happening{.kind = kind_of(raw->event), .descriptor = raw->value};
        }
    }
    attention_.note_drained();
    return std::nullopt;
}

std::set<int> ConnectionMonitor::take_ended() {
    std::set<int> ended;
    while (const auto happening = poll()) {
        if (happening->kind == Kind::ended) ended.insert(happening->descriptor);
        if (happening->kind == Kind::made) ended.erase(happening->descriptor);
    }
    return ended;
}

}  // namespace hearsay

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
constexpr int handshake_events = ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

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
    switch (event) {
        case ZMQ_EVENT_LISTENING:
            return ConnectionMonitor::Kind::listening;
        case ZMQ_EVENT_DISCONNECTED:
            return ConnectionMonitor::Kind::ended;
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            return ConnectionMonitor::Kind::handshake_refused;
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            return ConnectionMonitor::Kind::key_refused;
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            return ConnectionMonitor::Kind::handshake_broken;
        default:
            return ConnectionMonitor::Kind::made;
    }
}

ConnectionMonitor::Happening happening_of(const RawEvent& raw) {
    const bool is_handshake = (raw.event & handshake_events) != 0;
    return {.kind = kind_of(raw.event),
            .descriptor = is_handshake ? -1 : raw.value,
            .error = is_handshake ? raw.value : 0};
}

}  // namespace

// The thread that reports waits while its queue is full, and holds a lock that our end needs; so
// the queue has no bound. Every turn empties it.
ConnectionMonitor::ConnectionMonitor(zmq::context_t& context, zmq::socket_t& socket, Scope scope)
    : socket_(socket), events_(context, zmq::socket_type::pair) {
    static std::atomic<unsigned> count = 0;
    const std::string address = "inproc://monitor " + std::to_string(++count);
    const int events =
        scope == Scope::handshakes ? events_wanted | handshake_events : events_wanted;
    if (zmq_socket_monitor(socket.handle(), address.c_str(), events) != 0) {
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
        if (const auto raw = read(message)) return happening_of(*raw);
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

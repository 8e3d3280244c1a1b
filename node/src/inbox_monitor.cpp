#include "inbox_monitor.hpp"

#include <cstdint>
#include <cstring>

#include "zmq_io.hpp"

namespace hearsay {
namespace {

/// An event is a number of 16 bits and a value of 32; a second part names the endpoint.
constexpr std::size_t value_offset = sizeof(std::uint16_t);

}  // namespace

// The thread that reports waits while its queue is full, and holds a lock that our end needs; so
// the queue has no bound. Every turn empties it.
InboxMonitor::InboxMonitor(zmq::context_t& context, zmq::socket_t& inbox, const std::string& name)
    : inbox_(inbox), events_(context, zmq::socket_type::pair) {
    const std::string address = "inproc://monitor of " + name;
    if (zmq_socket_monitor(inbox.handle(), address.c_str(), ZMQ_EVENT_DISCONNECTED) != 0) {
        throw zmq::error_t();
    }
    events_.set(zmq::sockopt::linger, 0);
    events_.set(zmq::sockopt::rcvhwm, 0);
    events_.connect(address);
}

// In this order, or an event that nobody reads any more holds up the thread that reports it.
InboxMonitor::~InboxMonitor() {
    static_cast<void>(zmq_socket_monitor(inbox_.handle(), nullptr, 0));
}

void InboxMonitor::watch(PollSet& set) {
    attention_.watch(set, events_, ZMQ_POLLIN);
}

std::optional<int> InboxMonitor::poll_ended() {
    zmq::message_t event;
    while (attention_.is_due() && try_receive(events_, event)) {
        static_cast<void>(is_last_part(events_, event));
        std::int32_t value = 0;
        if (event.size() != value_offset + sizeof(value)) continue;
        std::memcpy(&value, event.data<std::byte>() + value_offset, sizeof(value));
        return value;
    }
    attention_.note_drained();
    return std::nullopt;
}

}  // namespace hearsay

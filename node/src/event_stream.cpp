#include "event_stream.hpp"

#include <algorithm>
#include <chrono>
#include <list>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"

#include "bind.hpp"
#include "bounded_queue.hpp"
#include "connection_monitor.hpp"
#include "endpoint.hpp"
#include "envelope.hpp"
#include "json.hpp"
#include "limiter.hpp"
#include "operations.hpp"
#include "request.hpp"
#include "zmq_io.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t request_frame_bytes_max = 1024;
constexpr int requests_per_turn = 32;
/// Events that lie in the socket's own queue for one subscriber.
constexpr int queued_max = 64;
/// How long the last events may take to reach their readers when the node ends.
constexpr std::chrono::milliseconds linger{200};

struct Subscriber {
    std::vector<std::string> envelope;
    int descriptor = -1;
    /// The kinds of event it wants; all if empty.
    std::set<std::string, std::less<>> kinds;
    BoundedQueue<SharedOccurrence> queue{EventStream::waiting_max};
    /// Events that it was not told yet to have missed.
    std::uint64_t missed = 0;
};

zmq::socket_t make_socket(zmq::context_t& context) {
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, request_frame_bytes_max);
    socket.set(zmq::sockopt::rcvhwm, requests_per_turn);
    socket.set(zmq::sockopt::sndhwm, queued_max);
    // A subscriber whose machine is gone does not keep its place.
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    socket.set(zmq::sockopt::tcp_keepalive_idle, 30);
    socket.set(zmq::sockopt::router_mandatory, true);
    return socket;
}

}  // namespace

std::string missed_json(std::uint64_t count) {
    return line(Json{{"event", "missed"}, {"count", count}});
}

struct EventStream::Core {
    Core(zmq::context_t& context, const std::string& wanted, Log& told)
        : socket(make_socket(context)), monitor(context, socket), log(told) {
        address = bind_socket(socket, wanted, "events-address");
    }

    void receive(const NodeControl& node, Instant now);
    void answer(Delivery delivery, const NodeControl& node, Instant now);
    void subscribe(Delivery& delivery, const Request& request, const NodeControl& node);
    void refuse(const Delivery& delivery, const RequestError& error, Instant now);
    void forget_the_gone();
    static void push(Subscriber& subscriber, const SharedOccurrence& occurrence);
    bool flush(Subscriber& subscriber);

    zmq::socket_t socket;
    Attention attention{};
    ConnectionMonitor monitor;
    std::string address;
    Log& log;
    Limiter limiter;
    std::list<Subscriber> subscribers;
    std::uint64_t last_number = 0;
    EventStreamCounters counters;
};

void EventStream::Core::receive(const NodeControl& node, Instant now) {
    for (int i = 0; attention.is_due() && i < requests_per_turn; ++i) {
        auto delivery = receive_delivery(socket, Delimiter::optional);
        if (!delivery) {
            attention.note_drained();
            return;
        }
        answer(*std::move(delivery), node, now);
    }
}

void EventStream::Core::answer(Delivery delivery, const NodeControl& node, Instant now) {
    try {
        if (!delivery.body) throw RequestError("bad_request", "not the frames of a DEALER socket");
        const Request request(*delivery.body);
        if (request.op() != "events") {
            throw RequestError("unknown_op", "this is the stream of events; known: events");
        }
        subscribe(delivery, request, node);
    } catch (const RequestError& error) {
        refuse(delivery, error, now);
    }
}

// A client that asks again gets the answer again, and nothing twice.
void EventStream::Core::subscribe(Delivery& delivery, const Request& request,
                                  const NodeControl& node) {
    request.expect_only({"kinds"});
    const std::vector<std::string> kinds = request.texts("kinds");
    auto known = std::find_if(subscribers.begin(), subscribers.end(), [&](const Subscriber& each) {
        return each.envelope.front() == delivery.envelope.front();
    });
    if (known == subscribers.end()) {
        if (subscribers.size() >= subscribers_max) {
            throw RequestError("busy", std::to_string(subscribers_max) +
                                           " subscribers are served already; try again later");
        }
        known = subscribers.emplace(subscribers.end());
    }
    known->envelope = delivery.envelope;
    known->descriptor = delivery.descriptor;
    known->kinds = {kinds.begin(), kinds.end()};
    Json reply;
    reply["subscribed"] = true;
    reply["name"] = node.options.name;
    reply["cluster"] = node.options.config.cluster;
    reply["life"] = text(node.detector.self().life);
    reply["seq"] = last_number;
    static_cast<void>(send_delivery(socket, delivery.envelope, line(reply)));
}

void EventStream::Core::refuse(const Delivery& delivery, const RequestError& error, Instant now) {
    ++counters.refused;
    if (limiter.admit(delivery.source, now)) {
        log.warn("refused a request for events from {}: {}", delivery.source, error.what());
    }
    static_cast<void>(
        send_delivery(socket, delivery.envelope, line(error_answer(error.code(), error.what()))));
}

void EventStream::Core::forget_the_gone() {
    const std::set<int> gone = monitor.take_ended();
    if (gone.empty()) return;
    subscribers.remove_if(
        [&](const Subscriber& subscriber) { return gone.contains(subscriber.descriptor); });
}

void EventStream::Core::push(Subscriber& subscriber, const SharedOccurrence& occurrence) {
    const Event& event = occurrence->event;
    if (!subscriber.kinds.empty() && !subscriber.kinds.contains(text(event.kind))) return;
    if (must_be_told(event)) {
        subscriber.queue.push_kept(occurrence, event.subject.name);
    } else {
        subscriber.queue.push(occurrence);
    }
}

/// Sends what can be sent now. False if the subscriber is gone.
bool EventStream::Core::flush(Subscriber& subscriber) {
    const std::uint64_t lost = subscriber.queue.take_lost();
    subscriber.missed += lost;
    counters.missed += lost;
    while (!subscriber.queue.is_empty()) {
        const bool is_gap = subscriber.missed > 0;
        const std::string& text =
            is_gap ? missed_json(subscriber.missed) : subscriber.queue.front()->json;
        const SendResult result = send_delivery(socket, subscriber.envelope, text);
        attention.note_use();
        if (result == SendResult::unreachable) return false;
        if (result == SendResult::would_block) return true;
        if (is_gap) {
            subscriber.missed = 0;
        } else {
            static_cast<void>(subscriber.queue.take());
        }
    }
    return true;
}

EventStream::EventStream(zmq::context_t& context, const std::string& address, Log& log)
    : core_(std::make_unique<Core>(context, address, log)) {}

EventStream::~EventStream() {
    remove_socket_file(core_->address);
}

const std::string& EventStream::address() const {
    return core_->address;
}

void EventStream::watch(PollSet& set) {
    core_->attention.watch(set, core_->socket, ZMQ_POLLIN);
    core_->monitor.watch(set);
}

void EventStream::handle_turn(const NodeControl& node, Instant now) {
    core_->receive(node, now);
    core_->forget_the_gone();
    core_->subscribers.remove_if(
        [this](Subscriber& subscriber) { return !core_->flush(subscriber); });
}

void EventStream::publish(const SharedOccurrence& occurrence) {
    core_->last_number = occurrence->number;
    for (Subscriber& subscriber : core_->subscribers)
        Core::push(subscriber, occurrence);
}

void EventStream::replace_listener(Descriptor listener) {
    const auto endpoint = parse_endpoint(core_->address);
    if (!endpoint) return;
    static_cast<void>(
        hearsay::replace_listener(core_->socket, endpoint->host, std::move(listener)));
}

EventStreamCounters EventStream::counters() const {
    EventStreamCounters counters = core_->counters;
    counters.subscribers = core_->subscribers.size();
    return counters;
}

}  // namespace hearsay

#include "status_server.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "bind.hpp"
#include "endpoint.hpp"
#include "json.hpp"
#include "limiter.hpp"
#include "operations.hpp"
#include "request.hpp"
#include "zmq_io.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

/// Frames before the question that a client may need to be found again: one from the ROUTER, one
/// for each proxy on the way or for correlation, and the empty one.
constexpr std::size_t envelope_frames_max = 8;
/// Beyond this ZeroMQ hangs up before the message is in memory.
constexpr std::int64_t frame_bytes_max = 64 * 1024;
constexpr std::size_t requests_per_turn = 32;
constexpr std::size_t pending_max = 256;
/// Answers a client may leave unread before further ones are dropped.
constexpr int unread_answers_max = 16;
/// Events a subscriber may lag behind before it misses some.
constexpr int unread_events_max = 1000;
/// How long the last answer (to `leave`) may take to reach its client when the node ends.
constexpr std::chrono::milliseconds linger{200};
/// Agreement of peers changes without an event; it is looked at this often while somebody waits.
constexpr Duration look_interval = std::chrono::milliseconds(50);

/// Where an answer goes, and in which encoding.
struct Client {
    std::vector<std::string> envelope;
    std::string source;
    Encoding encoding = Encoding::json;
};

struct Pending {
    Client client;
    Question question;
};

/// A message taken apart; `body` is empty if it does not have the frames of a request.
struct Delivery {
    Client client;
    std::optional<std::string> body;
};

std::string source_of(zmq::message_t& frame) {
    try {
        return frame.gets("Peer-Address");
    } catch (const zmq::error_t&) {
        return "unknown";
    }
}

/// The envelope ends with its first empty frame; one frame follows it.
Delivery take_apart(std::vector<zmq::message_t>& frames) {
    Delivery delivery;
    if (!frames.empty()) delivery.client.source = source_of(frames.back());
    const auto is_empty = [](const zmq::message_t& frame) { return frame.empty(); };
    const auto end = std::find_if(frames.begin(), frames.end(), is_empty);
    if (frames.size() > envelope_frames_max || frames.end() - end != 2) return delivery;
    for (auto frame = frames.begin(); frame <= end; ++frame) {
        delivery.client.envelope.push_back(frame->to_string());
    }
    delivery.body = frames.back().to_string();
    delivery.client.encoding = guess_encoding(*delivery.body);
    return delivery;
}

zmq::socket_t make_requests_socket(zmq::context_t& context) {
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, frame_bytes_max);
    socket.set(zmq::sockopt::rcvhwm, static_cast<int>(requests_per_turn));
    socket.set(zmq::sockopt::sndhwm, unread_answers_max);
    // Makes an answer that cannot be delivered an error, which is counted.
    socket.set(zmq::sockopt::router_mandatory, true);
    return socket;
}

zmq::socket_t make_events_socket(zmq::context_t& context) {
    zmq::socket_t socket(context, zmq::socket_type::pub);
    socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, std::int64_t{1024});
    socket.set(zmq::sockopt::sndhwm, unread_events_max);
    return socket;
}

/// ZeroMQ leaves the files of its sockets behind.
void remove_file(const std::string& address) {
    const auto endpoint = parse_endpoint(address);
    if (endpoint && endpoint->scheme == Endpoint::Scheme::ipc) ::unlink(endpoint->host.c_str());
}

}  // namespace

struct StatusServer::Core {
    Core(zmq::context_t& context, const std::string& status, const std::string& events)
        : requests(make_requests_socket(context)), events_socket(make_events_socket(context)) {
        if (!status.empty()) status_address = bind_socket(requests, status, "status");
        if (!events.empty()) events_address = bind_socket(events_socket, events, "events address");
    }

    void handle(std::vector<zmq::message_t> frames, NodeControl& node, Instant now);
    void answer(const Client& client, const std::string& body, NodeControl& node, Instant now);
    void keep(const Client& client, Question question);
    void refuse(const Client& client, const RequestError& error, Instant now);
    void complain(const std::string& source, const std::string& problem, Instant now);
    void send(const Client& client, const Json& answer);
    void settle_forgets(Outlook& outlook);

    zmq::socket_t requests;
    Attention requests_attention{};
    zmq::socket_t events_socket;
    Attention events_attention{};
    std::string status_address;
    std::string events_address;
    StatusCounters counters;
    Limiter limiter;
    std::list<Pending> pending;
    Instant next_look{};
};

void StatusServer::Core::handle(std::vector<zmq::message_t> frames, NodeControl& node,
                                Instant now) {
    ++counters.requests;
    const Delivery delivery = take_apart(frames);
    if (delivery.body) {
        answer(delivery.client, *delivery.body, node, now);
        return;
    }
    ++counters.refused;
    complain(delivery.client.source, "not the frames of a REQ socket", now);
}

void StatusServer::Core::answer(const Client& client, const std::string& body, NodeControl& node,
                                Instant now) {
    try {
        const Request request(body);
        if (request.op() == "forget") {
            Outlook outlook(node.detector, now);
            settle_forgets(outlook);
        }
        const ServerView view{.counters = counters, .events_address = events_address};
        auto reply = perform(request, node, view, now);
        if (auto* question = std::get_if<Question>(&reply)) {
            keep(client, std::move(*question));
        } else {
            send(client, std::get<Json>(reply));
        }
    } catch (const RequestError& error) {
        refuse(client, error, now);
    }
}

void StatusServer::Core::keep(const Client& client, Question question) {
    if (pending.size() >= pending_max) {
        throw RequestError("busy", std::to_string(pending_max) +
                                       " requests wait for their answer already; try again later");
    }
    pending.push_back({.client = client, .question = std::move(question)});
    next_look = {};
}

/// The detector reports on the last forget alone: who asked for an earlier one hears how far it
/// came, before the next begins.
void StatusServer::Core::settle_forgets(Outlook& outlook) {
    for (Pending& item : pending) {
        if (!std::holds_alternative<Forgetting>(item.question.about)) continue;
        item.question.deadline = outlook.now();
        send(item.client, decide(item.question, outlook).value_or(Json()));
    }
    pending.remove_if([](const Pending& item) {
        return std::holds_alternative<Forgetting>(item.question.about);
    });
}

void StatusServer::Core::refuse(const Client& client, const RequestError& error, Instant now) {
    const bool is_fault = error.code() == "bad_request" || error.code() == "unknown_op";
    if (is_fault) {
        ++counters.refused;
        complain(client.source, error.what(), now);
    }
    send(client, error_answer(error.code(), error.what()));
}

void StatusServer::Core::complain(const std::string& source, const std::string& problem,
                                  Instant now) {
    const auto unlogged = limiter.admit(source, now);
    if (!unlogged) return;
    const std::string more =
        *unlogged == 0 ? "" : " (and " + std::to_string(*unlogged) + " more since the last line)";
    spdlog::warn("refused a request on the status socket from {}: {}{}", source, problem, more);
}

void StatusServer::Core::send(const Client& client, const Json& answer) {
    requests_attention.note_use();
    try {
        const auto flags = zmq::send_flags::dontwait;
        for (const std::string& frame : client.envelope) {
            if (!requests.send(zmq::buffer(frame), flags | zmq::send_flags::sndmore)) {
                ++counters.answers_dropped;
                return;
            }
        }
        static_cast<void>(requests.send(zmq::buffer(encode(answer, client.encoding)), flags));
    } catch (const zmq::error_t&) {
        ++counters.answers_dropped;
    }
}

StatusServer::StatusServer(zmq::context_t& context, const std::string& status_address,
                           const std::string& events_address)
    : core_(std::make_unique<Core>(context, status_address, events_address)) {}

StatusServer::~StatusServer() {
    // Before the sockets are closed: afterwards the files may be those of another process.
    remove_file(core_->status_address);
    remove_file(core_->events_address);
}

const std::string& StatusServer::status_address() const {
    return core_->status_address;
}

const std::string& StatusServer::events_address() const {
    return core_->events_address;
}

const StatusCounters& StatusServer::counters() const {
    return core_->counters;
}

// A publisher takes note of subscribers that come and go when it is asked for its state.
void StatusServer::watch(PollSet& set) {
    core_->requests_attention.watch(set, core_->requests, ZMQ_POLLIN);
    core_->events_attention.watch(set, core_->events_socket, ZMQ_POLLIN);
}

void StatusServer::handle_requests(NodeControl& node, Instant now) {
    for (std::size_t i = 0; core_->requests_attention.is_due() && i < requests_per_turn; ++i) {
        std::vector<zmq::message_t> frames(1);
        if (!try_receive(core_->requests, frames.back())) {
            core_->requests_attention.note_drained();
            return;
        }
        while (frames.back().more()) {
            zmq::message_t frame;
            static_cast<void>(try_receive(core_->requests, frame));
            // The surplus is read and dropped, but for one that tells that there was some.
            if (frames.size() > envelope_frames_max) frames.pop_back();
            frames.push_back(std::move(frame));
        }
        core_->handle(std::move(frames), node, now);
    }
}

void StatusServer::handle_turn(NodeControl& node, Instant now) {
    if (core_->pending.empty()) return;
    Outlook outlook(node.detector, now);
    const auto leaving = node.detector.leaving();
    const bool is_last_turn = leaving && leaving->is_complete;
    const bool is_look_due = is_last_turn || now >= core_->next_look;
    if (is_look_due) core_->next_look = now + look_interval;
    core_->pending.remove_if([&](Pending& item) {
        if (is_last_turn) item.question.deadline = now;
        if (!is_look_due && now < item.question.deadline) return false;
        const auto answer = decide(item.question, outlook);
        if (answer) core_->send(item.client, *answer);
        return answer.has_value();
    });
}

std::optional<Instant> StatusServer::next_deadline() const {
    if (core_->pending.empty()) return {};
    Instant next = core_->next_look;
    for (const Pending& item : core_->pending)
        next = std::min(next, item.question.deadline);
    return next;
}

void StatusServer::publish(const Event& event, WallTime at) {
    core_->next_look = {};
    core_->events_attention.note_use();
    Json object = to_json(event, at);
    object["seq"] = ++core_->counters.events_published;
    try {
        static_cast<void>(
            core_->events_socket.send(zmq::buffer(line(object)), zmq::send_flags::dontwait));
    } catch (const zmq::error_t& error) {
        spdlog::warn("an event could not be published: {}", error.what());
    }
}

}  // namespace hearsay

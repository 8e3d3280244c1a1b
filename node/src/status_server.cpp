#include "status_server.hpp"

#include <algorithm>
#include <chrono>
#include <list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bind.hpp"
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

/// Beyond this ZeroMQ hangs up before the message is in memory.
constexpr std::int64_t frame_bytes_max = 64 * 1024;
constexpr std::size_t requests_per_turn = 32;
constexpr std::size_t pending_max = 256;
/// Places that a `wait` or a survey does not take: who acts hears what became of it.
constexpr std::size_t pending_acts_max = pending_max + 64;
/// Answers a client may leave unread before further ones are dropped.
constexpr int unread_answers_max = 16;
/// How long the last answer (to `leave`) may take to reach its client when the node ends.
constexpr std::chrono::milliseconds linger{200};
/// Agreement of peers changes without an event; it is looked at this often while somebody waits.
constexpr Duration look_interval = std::chrono::milliseconds(50);

struct Pending {
    Delivery client;
    Question question;
};

zmq::socket_t make_socket(zmq::context_t& context) {
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, frame_bytes_max);
    socket.set(zmq::sockopt::rcvhwm, static_cast<int>(requests_per_turn));
    socket.set(zmq::sockopt::sndhwm, unread_answers_max);
    // Makes an answer that cannot be delivered an error, which is counted.
    socket.set(zmq::sockopt::router_mandatory, true);
    return socket;
}

}  // namespace

struct StatusServer::Core {
    Core(zmq::context_t& context, const std::string& wanted, Log& told)
        : socket(make_socket(context)), monitor(context, socket), log(told) {
        address = bind_socket(socket, wanted, "status");
    }

    void handle(Delivery delivery, NodeControl& node, Instant now);
    void answer(Delivery& client, NodeControl& node, Instant now);
    /// Of an ipc address the file says who may connect; of another one nobody does.
    [[nodiscard]] Rights rights() const {
        return address.starts_with("ipc://") ? Rights::act : Rights::read;
    }
    void keep(Delivery& client, Question question, Outlook& outlook);
    void refuse(const Delivery& client, const RequestError& error, Instant now);
    void complain(const std::string& source, const std::string& problem, Instant now);
    void send(const Delivery& client, const Json& answer);
    void settle_forgets(Outlook& outlook);
    void forget_the_gone();

    zmq::socket_t socket;
    Attention attention{};
    ConnectionMonitor monitor;
    std::string address;
    Log& log;
    StatusCounters counters;
    Limiter limiter;
    std::list<Pending> pending;
    Instant next_look{};
};

void StatusServer::Core::handle(Delivery delivery, NodeControl& node, Instant now) {
    ++counters.requests;
    if (delivery.body) {
        answer(delivery, node, now);
        return;
    }
    ++counters.refused;
    complain(delivery.source, "not the frames of a REQ socket", now);
}

void StatusServer::Core::answer(Delivery& client, NodeControl& node, Instant now) {
    try {
        const Request request(*client.body);
        Outlook outlook(node, now);
        if (request.op() == "forget") settle_forgets(outlook);
        counters.waiting = pending.size();
        auto reply = perform(request, node, counters, rights(), now);
        if (auto* question = std::get_if<Question>(&reply)) {
            keep(client, std::move(*question), outlook);
        } else {
            send(client, std::get<Json>(reply));
        }
    } catch (const RequestError& error) {
        refuse(client, error, now);
    }
}

// What was refused was not done. So a question that did something has an answer in any case: where
// no place is left, at once.
void StatusServer::Core::keep(Delivery& client, Question question, Outlook& outlook) {
    const bool is_act = !std::holds_alternative<Condition>(question.about) &&
                        !std::holds_alternative<Views>(question.about);
    if (pending.size() < (is_act ? pending_acts_max : pending_max)) {
        pending.push_back({.client = std::move(client), .question = std::move(question)});
        next_look = {};
        return;
    }
    if (!is_act) {
        throw RequestError("busy", std::to_string(pending_max) +
                                       " requests wait for their answer already; try again later");
    }
    question.deadline = outlook.now();
    send(client, decide(question, outlook).value_or(Json()));
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

void StatusServer::Core::refuse(const Delivery& client, const RequestError& error, Instant now) {
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
    log.warn("refused a request on the status socket from {}: {}{}", source, problem, more);
}

void StatusServer::Core::send(const Delivery& client, const Json& answer) {
    attention.note_use();
    const SendResult result =
        send_delivery(socket, client.envelope, encode(answer, client.encoding));
    if (result != SendResult::sent) ++counters.answers_dropped;
}

/// A client that was killed while it waited gives its place back.
void StatusServer::Core::forget_the_gone() {
    const std::set<int> gone = monitor.take_ended();
    if (gone.empty()) return;
    pending.remove_if([&](const Pending& item) { return gone.contains(item.client.descriptor); });
}

StatusServer::StatusServer(zmq::context_t& context, const std::string& address, Log& log)
    : core_(std::make_unique<Core>(context, address, log)) {}

StatusServer::~StatusServer() {
    // Before the socket is closed: afterwards the file may be that of another process.
    remove_socket_file(core_->address);
}

const std::string& StatusServer::address() const {
    return core_->address;
}

StatusCounters StatusServer::counters() const {
    StatusCounters counters = core_->counters;
    counters.waiting = core_->pending.size();
    return counters;
}

void StatusServer::watch(PollSet& set) {
    core_->attention.watch(set, core_->socket, ZMQ_POLLIN);
    core_->monitor.watch(set);
}

void StatusServer::handle_requests(NodeControl& node, Instant now) {
    for (std::size_t i = 0; core_->attention.is_due() && i < requests_per_turn; ++i) {
        auto delivery = receive_delivery(core_->socket, Delimiter::required);
        if (!delivery) {
            core_->attention.note_drained();
            break;
        }
        core_->handle(*std::move(delivery), node, now);
    }
    core_->forget_the_gone();
}

void StatusServer::handle_turn(NodeControl& node, bool has_changed, Instant now) {
    if (core_->pending.empty()) return;
    Outlook outlook(node, now);
    const auto leaving = node.detector.leaving();
    const bool is_last_turn = leaving && leaving->is_complete;
    const bool is_look_due = is_last_turn || has_changed || now >= core_->next_look;
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

void StatusServer::replace_listener(Descriptor listener) {
    const auto endpoint = parse_endpoint(core_->address);
    if (!endpoint) return;
    static_cast<void>(
        hearsay::replace_listener(core_->socket, endpoint->host, std::move(listener)));
}

}  // namespace hearsay

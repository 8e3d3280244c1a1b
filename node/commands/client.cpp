#include "client.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "clock.hpp"
#include "connection_monitor.hpp"
#include "json.hpp"
#include "poll_set.hpp"
#include "zmq_io.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

/// A node that is restarted is back within this time, or it is not restarted.
constexpr Duration restart_patience = milliseconds(1500);
/// Between two attempts to ask one that hung up.
constexpr milliseconds retry_pause{50};

/// How long an interrupted question may still take.
constexpr std::string_view own_time = "timeout_ms";

std::string reason(const std::string& address) {
    constexpr std::string_view scheme = "ipc://";
    if (!address.starts_with(scheme)) return "is it running, and is this its status address?";
    const std::string path = address.substr(scheme.size());
    if (::access(path.c_str(), W_OK) == 0) return "is it running?";
    return errno == EACCES ? "you have no permission to use that socket"
                           : "there is no socket; is it running?";
}

void shorten(Json& request, Duration passed) {
    if (!request.contains(own_time)) return;
    Json& time = request[std::string(own_time)];
    const std::int64_t left =
        time.get<std::int64_t>() - std::chrono::duration_cast<milliseconds>(passed).count();
    time = std::max<std::int64_t>(left, 0);
}

}  // namespace

Client::Client(std::string address, Duration timeout)
    : address_(std::move(address)), timeout_(timeout) {}

void Client::fail(const std::string& problem) const {
    throw Unreachable("no node answers at " + address_ + "; " + problem);
}

Json Client::ask(Json request, Duration extra, IfRestarted if_restarted) {
    Instant asked_at = steady_now();
    const Instant until = asked_at + timeout_ + extra;
    std::optional<Instant> ended_at;
    for (;;) {
        const Instant connected_by = ended_at ? *ended_at + restart_patience : until;
        const Attempt outcome = attempt(line(request), until, connected_by);
        if (outcome.answer) {
            Json answer = Json::parse(*outcome.answer, nullptr, false);
            if (!answer.is_object()) fail("what answers there is not a hearsay node");
            return answer;
        }
        const Instant now = steady_now();
        if (!outcome.has_ended && !ended_at) fail(reason(address_));
        const bool is_over = if_restarted == IfRestarted::give_up || !outcome.has_ended ||
                             now >= std::min(connected_by, until);
        if (is_over) fail("it ended, or hung up, before it had answered");
        if (!ended_at || now - asked_at >= restart_patience) ended_at = now;
        shorten(request, now - std::exchange(asked_at, now));
        PollSet().wait(retry_pause);
    }
}

Client::Attempt Client::attempt(const std::string& request, Instant until, Instant connected_by) {
    zmq::socket_t socket(context_, zmq::socket_type::req);
    socket.set(zmq::sockopt::linger, 0);
    ConnectionMonitor monitor(context_, socket);
    try {
        socket.connect(address_);
    } catch (const zmq::error_t&) {
        fail("that is no address; write ipc://PATH or tcp://HOST:PORT");
    }
    static_cast<void>(try_send(socket, zmq::buffer(request)));
    Attention attention;
    PollSet set;
    bool is_connected = false;
    for (Instant now = steady_now(); now < (is_connected ? until : std::min(until, connected_by));
         now = steady_now()) {
        zmq::message_t message;
        if (try_receive(socket, message)) return {.answer = message.to_string()};
        attention.note_use();
        while (const auto happening = monitor.poll()) {
            is_connected = true;
            if (happening->kind == ConnectionMonitor::Kind::ended) {
                return {.answer = {}, .has_ended = true};
            }
        }
        set.clear();
        attention.watch(set, socket, ZMQ_POLLIN);
        monitor.watch(set);
        set.wait((is_connected ? until : std::min(until, connected_by)) - now);
    }
    return {};
}

}  // namespace hearsay

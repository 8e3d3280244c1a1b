#include "hearsay/node.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string_view>
#include <utility>

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <zmq.hpp>

#include "clock.hpp"
#include "handlers.hpp"
#include "identity.hpp"
#include "node_control.hpp"
#include "node_log.hpp"
#include "poll_set.hpp"
#include "run_file.hpp"
#include "start_checks.hpp"
#include "status_server.hpp"
#include "transport.hpp"
#include "wakeup.hpp"

namespace hearsay {
namespace {

using Callback = std::function<void(const Event&, WallTime)>;

/// How long handlers that still run may hold up the end.
constexpr Duration handlers_last_wait = std::chrono::seconds(1);

/// ZeroMQ's buffers of links that come and go leave holes in the heap. Giving them back this often
/// costs nothing to speak of, and kept 1.3 of 2.8 MiB after 64 nodes had joined through one.
constexpr int rounds_between_trims = 64;

std::string source_of(const zmq::message_t& frame) {
    const char* const address = zmq_msg_gets(frame.handle(), "Peer-Address");
    return address == nullptr ? "an unknown address" : address;
}

}  // namespace

/// A detector with its sockets, in the order in which they depend on each other.
struct Node::Core {
    struct Occurrence {
        Event event;
        WallTime at;
    };

    explicit Core(NodeOptions chosen);

    Ending run();
    void request_leave() noexcept { wakeup_.request(); }
    void add_callback(Callback callback);
    std::vector<Member> members() const;
    Status status() const;
    const NodeOptions& options() const { return options_; }

  private:
    void open_sockets();
    void turn();
    void take_requests(Instant now);
    void receive(Instant now);
    void judge_and_send(Instant now);
    void take_events(Instant now);
    void call_back();
    std::optional<Ending> ending() const;
    void sleep();
    Instant next_deadline() const;
    void give_back_memory(Instant now);
    void wait_for_handlers();

    NodeOptions options_;
    Wakeup wakeup_;
    std::optional<RunFile> run_file_;
    zmq::context_t context_;
    std::optional<Transport> transport_;
    std::optional<StatusServer> status_server_;
    std::optional<Detector> detector_;
    std::optional<NodeControl> control_;
    NodeLog log_;
    Handlers handlers_;
    /// Guards the detector and the callbacks. Held during a turn, never during a callback.
    mutable std::mutex mutex_;
    std::vector<Callback> callbacks_;
    std::vector<Occurrence> occurrences_;
    PollSet poll_set_;
    Instant next_echo_look_{};
    Instant next_trim_{};
    bool has_been_told_to_leave_ = false;
};

Node::Core::Core(NodeOptions chosen)
    : options_(std::move(chosen)), log_(options_.config.cluster), handlers_(options_) {
    check_options(options_);
    if (!options_.run_directory.empty()) run_file_.emplace(options_.run_directory, options_.name);
    open_sockets();
    Identity self = make_identity(options_.name, options_.advertise, options_.tags);
    if (run_file_) run_file_->write(options_, self.life);
    log_.note_start(options_, self);
    const Instant now = steady_now();
    detector_.emplace(options_.config, std::move(self), draw_number(), now);
    control_.emplace(NodeControl{.detector = *detector_,
                                 .options = options_,
                                 .transport = transport_->counters(),
                                 .started = now,
                                 .started_at = wall_now()});
}

void Node::Core::open_sockets() {
    const std::size_t link_count = raise_file_limit();
    const Config& config = options_.config;
    TransportOptions transport{
        .bind = options_.bind,
        .link = {
            .round = config.round, .patience = config.fail_after, .idle = link_idle_after(config)}};
    transport.links_dialled_max = std::min(transport.links_dialled_max, link_count / 2);
    context_.set(zmq::ctxopt::io_threads, 1);
    context_.set(zmq::ctxopt::max_sockets, static_cast<int>(transport.links_dialled_max) + 16);
    transport_.emplace(context_, std::move(transport));
    options_.advertise = advertised_endpoint(options_.advertise, transport_->bound_endpoint());
    options_.bind = transport_->bound_endpoint();
    if (options_.status.empty() && options_.events.empty()) return;
    status_server_.emplace(context_, options_.status, options_.events);
    options_.status = status_server_->status_address();
    options_.events = status_server_->events_address();
}

Ending Node::Core::run() {
    for (;;) {
        turn();
        call_back();
        if (const auto end = ending()) {
            wait_for_handlers();
            NodeLog::note_ending(*end);
            return *end;
        }
        sleep();
    }
}

// The order matters: judgement sees a drained inbox (R12), and those who ask for status see what
// this turn has brought.
void Node::Core::turn() {
    const std::scoped_lock lock(mutex_);
    const Instant now = steady_now();
    receive(now);
    if (status_server_) status_server_->handle_requests(*control_, now);
    take_requests(now);
    judge_and_send(now);
    take_events(now);
    handlers_.handle_turn(now);
    if (status_server_) status_server_->handle_turn(*control_, now);
    give_back_memory(now);
}

void Node::Core::give_back_memory(Instant now) {
    if (now < next_trim_) return;
    next_trim_ = now + rounds_between_trims * options_.config.round;
    malloc_trim(0);
}

void Node::Core::receive(Instant now) {
    transport_->receive(now, [&](const zmq::message_t& frame, LinkId link) {
        const std::span bytes(frame.data<const std::byte>(), frame.size());
        if (const auto rejection = detector_->handle_message(bytes, link, now)) {
            log_.note_rejection(*rejection, source_of(frame), now);
        }
    });
    while (const auto link = transport_->poll_broken())
        detector_->handle_link_broken(*link, now);
    while (const auto knock = transport_->poll_refused())
        detector_->handle_refused(*knock, now);
}

void Node::Core::take_requests(Instant now) {
    if (wakeup_.request_count() == 0 || has_been_told_to_leave_) return;
    has_been_told_to_leave_ = true;
    spdlog::info("leaving");
    detector_->leave(now);
}

void Node::Core::judge_and_send(Instant now) {
    detector_->handle_timeout(now);
    while (auto transmit = detector_->poll_transmit())
        transport_->send(std::move(*transmit), now);
    while (auto knock = detector_->poll_knock())
        transport_->knock(std::move(*knock), now);
    transport_->handle_turn(now);
}

void Node::Core::take_events(Instant now) {
    while (auto event = detector_->poll_event()) {
        const WallTime at = wall_time(event->at);
        NodeLog::note_event(*event);
        if (status_server_) status_server_->publish(*event, at);
        handlers_.handle_event(*event, at, now);
        occurrences_.push_back({std::move(*event), at});
    }
    if (now < next_echo_look_) return;
    next_echo_look_ = now + options_.config.round;
    log_.note_echoes(detector_->status(now).counters.echoes);
}

// A callback may call anything, also what locks, and may add callbacks.
void Node::Core::call_back() {
    std::vector<Callback> callbacks;
    if (!occurrences_.empty()) {
        const std::scoped_lock lock(mutex_);
        callbacks = callbacks_;
    }
    for (const Occurrence& occurrence : occurrences_) {
        for (const Callback& callback : callbacks)
            callback(occurrence.event, occurrence.at);
    }
    occurrences_.clear();
}

std::optional<Ending> Node::Core::ending() const {
    const std::scoped_lock lock(mutex_);
    const auto leaving = detector_->leaving();
    const Confirmation confirmation = leaving.value_or(Confirmation{});
    if (confirmation.is_complete) {
        const auto& bearer = detector_->name_conflict();
        return Ending{bearer ? EndReason::name_conflict : EndReason::left, confirmation, bearer};
    }
    if (wakeup_.request_count() > 1) return Ending{EndReason::interrupted, confirmation, {}};
    return std::nullopt;
}

void Node::Core::sleep() {
    poll_set_.clear();
    wakeup_.watch(poll_set_);
    if (status_server_) status_server_->watch(poll_set_);
    transport_->watch(poll_set_);
    poll_set_.wait(next_deadline() - steady_now());
}

Instant Node::Core::next_deadline() const {
    const std::scoped_lock lock(mutex_);
    Instant earliest = detector_->next_deadline();
    for (const auto& other : {transport_->next_deadline(), handlers_.next_deadline(),
                              status_server_ ? status_server_->next_deadline() : std::nullopt}) {
        if (other) earliest = std::min(earliest, *other);
    }
    return earliest;
}

// What the last events set off may finish, but a leave never hangs on it.
void Node::Core::wait_for_handlers() {
    const Instant end = steady_now() + handlers_last_wait;
    PollSet nothing;
    for (Instant now = steady_now(); handlers_.next_deadline() && now < end; now = steady_now()) {
        nothing.wait(*handlers_.next_deadline() - now);
        handlers_.handle_turn(steady_now());
    }
}

void Node::Core::add_callback(Callback callback) {
    const std::scoped_lock lock(mutex_);
    callbacks_.push_back(std::move(callback));
}

std::vector<Member> Node::Core::members() const {
    const std::scoped_lock lock(mutex_);
    return detector_->members(steady_now());
}

Status Node::Core::status() const {
    const std::scoped_lock lock(mutex_);
    return detector_->status(steady_now());
}

Node::Node(NodeOptions options) : core_(std::make_unique<Core>(std::move(options))) {}
Node::~Node() = default;
Ending Node::run() {
    return core_->run();
}
void Node::request_leave() noexcept {
    core_->request_leave();
}
void Node::on_event(Callback callback) {
    core_->add_callback(std::move(callback));
}
std::vector<Member> Node::members() const {
    return core_->members();
}
Status Node::status() const {
    return core_->status();
}
const std::string& Node::endpoint() const {
    return core_->options().advertise;
}
const NodeOptions& Node::options() const {
    return core_->options();
}

}  // namespace hearsay

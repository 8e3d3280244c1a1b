#include "node_core.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "hearsay/check.hpp"

#include "clock.hpp"
#include "endpoint.hpp"
#include "identity.hpp"
#include "json.hpp"
#include "start_checks.hpp"
#include "version.hpp"

namespace hearsay {
namespace {

/// How long handlers that still run may hold up the end.
constexpr Duration handlers_last_wait = std::chrono::seconds(1);

/// Those of the status server and the event stream, that which answers for keys, and two for each
/// seed that is dialled, or peer while it is not known how that listens.
constexpr int sockets_besides_links = 128;

/// Before ZeroMQ is used at all, which does not survive a want of descriptors or threads.
NodeOptions checked(NodeOptions options) {
    if (options.config.cluster.empty()) options.config.cluster = cluster_of_keys(options);
    check_options(options);
    static_cast<void>(links_that_fit());
    check_threads();
    return options;
}

HandlerOptions handler_options(const NodeOptions& options) {
    return {
        .commands = options.event_handlers,
        .timeout = options.handler_timeout,
        .environment = {"HEARSAY_SELF=" + options.name, "HEARSAY_CLUSTER=" + options.config.cluster,
                        "HEARSAY_STATUS=" + options.status},
        .collects_orphans = options.collects_orphans};
}

}  // namespace

Node::Core::Core(NodeOptions chosen)
    : options_(checked(std::move(chosen))),
      log_(options_.log, options_.log_level),
      keys_(options_, log_),
      keeper_(options_, log_),
      node_log_(options_.config.cluster, log_),
      claims_(options_.config.fail_after, log_) {
    if (!options_.run_directory.empty()) {
        run_file_ = std::make_shared<RunFile>(options_.run_directory, options_.name);
    }
    open_sockets();
    Identity self = make_identity(options_.name, options_.advertise, options_.tags,
                                  keeper_.former_incarnation());
    const Instant now = steady_now();
    keeper_.begin(self, now);
    Config config = options_.config;
    config.seeds = keeper_.seeds(now);
    detector_.emplace(std::move(config), std::move(self), draw_number(), now, keys_.prover());
    life_in_file_ = detector_->self().life;
    if (run_file_) run_file_->write(options_, life_in_file_);
    node_log_.note_start(options_, detector_->self(), keeper_.address_count());
    diagnosis_.emplace(options_.config.round, log_, now);
    due_ = now;
    seed_watch_.emplace(options_.config, log_);
    rejections_.emplace(options_.config.cluster, node_log_, *seed_watch_, keeper_, *transport_);
    survey_.emplace(std::string(version), draw_number());
    control_.emplace(NodeControl{.detector = *detector_,
                                 .survey = *survey_,
                                 .options = options_,
                                 .transport = transport_->counters(),
                                 .keys = keys_,
                                 .log = log_,
                                 .telling = [this] { return telling(); },
                                 .keeper = &keeper_,
                                 .started = now,
                                 .started_at = wall_now()});
    claims_.set_commands(options_.event_handlers);
    handlers_.emplace(handler_options(options_), log_);
    look_after_files();
}

Node::Core::~Core() {
    is_destroyed_ = true;
    wakeup_.wake();
    std::unique_lock lock(mutex_);
    HEARSAY_CHECK(runner_ != std::this_thread::get_id());
    has_returned_.wait(lock, [this] { return runner_ == std::thread::id(); });
}

void Node::Core::open_sockets() {
    const std::size_t link_count = links_that_fit();
    const Config& config = options_.config;
    TransportOptions transport{.bind = options_.bind,
                               .link = {.round = config.round,
                                        .patience = link_patience(config),
                                        .idle = link_idle_after(config)},
                               .seeds = config.seeds,
                               .keys = keys_.ring(),
                               .key_use = keys_.use()};
    transport.links_dialled_max = std::min(transport.links_dialled_max, link_count / 2);
    transport.links_accepted_max = std::min(transport.links_accepted_max, link_count);
    context_.set(zmq::ctxopt::max_sockets,
                 static_cast<int>(transport.links_dialled_max) + sockets_besides_links);
    transport_.emplace(context_, std::move(transport), log_);
    options_.advertise = advertised_endpoint(options_.advertise, transport_->bound_endpoint());
    keys_.check_advertised(options_.advertise);
    options_.bind = transport_->bound_endpoint();
    keys_.note_bound(options_.bind);
    if (!options_.status.empty()) {
        status_server_.emplace(context_, options_.status, log_);
        options_.status = status_server_->address();
    }
    if (!options_.events.empty()) {
        event_stream_.emplace(context_, options_.events, log_);
        options_.events = event_stream_->address();
    }
}

void Node::Core::look_after_files() {
    std::vector<std::string> paths;
    for (const std::string* const address : {&options_.bind, &options_.status, &options_.events}) {
        if (const auto path = socket_file(*address)) paths.push_back(*path);
    }
    upkeep_.emplace(Upkeep::Files{run_file_, keeper_.file()}, paths, wakeup_);
}

Ending Node::Core::run() {
    {
        const std::scoped_lock lock(mutex_);
        runner_ = std::this_thread::get_id();
    }
    // However it returns, or who destroys the node would wait for ever.
    struct Return {
        Core& core;
        ~Return() {
            const std::scoped_lock lock(core.mutex_);
            core.runner_ = {};
            core.has_returned_.notify_all();
        }
    };
    const Return at_last{*this};
    std::optional<Ending> end;
    while (!end) {
        turn();
        call_back();
        end = ending();
        if (!end) sleep();
    }
    // What the last events set off may finish, but a leave never hangs on it.
    if (!is_destroyed_) handlers_->finish(handlers_last_wait);
    keep_at_last();
    node_log_.note_ending(*end);
    return *end;
}

// The order matters: judgement sees a drained inbox (R12), and those who ask for status see what
// this turn has brought.
void Node::Core::turn() {
    const std::scoped_lock lock(mutex_);
    wakeup_.settle();
    const Instant now = steady_now();
    diagnosis_->note_turn(due_, now);
    take_reports();
    receive(now);
    renew_keys();
    take_notices(now);
    if (status_server_) status_server_->handle_requests(*control_, now);
    take_requests(now);
    judge_and_send(now);
    survey_and_send(now);
    const bool has_changed = take_events(now) || is_survey_over();
    if (status_server_) status_server_->handle_turn(*control_, has_changed, now);
    // The clients that asked for it have it by now.
    survey_->drop_finished();
    if (event_stream_) event_stream_->handle_turn(*control_, now);
    diagnosis_->note_turn_end(now);
}

void Node::Core::take_reports() {
    while (auto report = upkeep_->poll()) {
        if (!report->complaint.empty()) log_.warn("{}", report->complaint);
        if (report->path.empty()) continue;
        log_.warn("the file of a socket was removed and is made anew: {}", report->path);
        if (report->path == socket_file(options_.status)) {
            status_server_->replace_listener(std::move(report->listener));
        } else if (report->path == socket_file(options_.events)) {
            event_stream_->replace_listener(std::move(report->listener));
        } else {
            transport_->replace_listener(report->path, std::move(report->listener));
        }
    }
}

void Node::Core::receive(Instant now) {
    transport_->receive(now, [&](const auto& frame, LinkId link, const Credential* speaker) {
        return take_in(frame, link, speaker, now);
    });
    while (const auto link = transport_->poll_broken())
        detector_->handle_link_broken(*link);
    while (const auto probe = transport_->poll_refused())
        if (!seed_watch_->take_refused(*probe)) detector_->handle_refused(probe->life, now);
}

bool Node::Core::take_in(const zmq::message_t& frame, LinkId link, const Credential* speaker,
                         Instant now) {
    const std::span bytes(frame.data<const std::byte>(), frame.size());
    const auto rejection =
        is_survey_frame(bytes)
            ? survey_->handle_frame(bytes, link, *detector_, clock_reading(now), speaker)
            : detector_->handle_message(bytes, link, now, speaker);
    if (rejection) rejections_->note(*rejection, frame, link, now);
    return !rejection;
}

void Node::Core::request_leave() noexcept {
    ++leave_requests_;
    wakeup_.wake();
}

void Node::Core::take_requests(Instant now) {
    if (leave_requests_ == 0 || has_been_told_to_leave_) return;
    has_been_told_to_leave_ = true;
    log_.info("leaving");
    detector_->leave(now);
}

void Node::Core::judge_and_send(Instant now) {
    detector_->handle_timeout(now);
    while (auto transmit = detector_->poll_transmit()) {
        seed_watch_->note_asked(transmit->endpoint, now);
        keeper_.note_asked(transmit->endpoint);
        transport_->send(std::move(*transmit), now);
    }
    while (auto probe = detector_->poll_probe())
        transport_->probe(std::move(*probe), now);
    transport_->handle_turn(now);
}

void Node::Core::survey_and_send(Instant now) {
    survey_->handle_timeout(*detector_, now);
    while (auto transmit = survey_->poll_transmit())
        transport_->send(std::move(*transmit), now);
}

bool Node::Core::is_survey_over() const {
    return survey_->report() != nullptr && survey_->report()->is_over;
}

// True if there were any.
bool Node::Core::take_events(Instant now) {
    const std::uint64_t before = event_count_;
    while (auto event = detector_->poll_event())
        tell(*std::move(event));
    if (now >= next_look_) look_around(now);
    return event_count_ > before;
}

/// What may be late by a round.
void Node::Core::look_around(Instant now) {
    next_look_ = now + options_.config.round;
    const Status status = detector_->status(now);
    node_log_.note_echoes(status.counters.echoes);
    keeper_.look(*detector_, status.is_alone, now);
    look_at_seeds(now);
    if (keys_.look(now)) detector_->review_certificates(now);
    diagnosis_->look(*detector_, transport_->counters(), now);
    const LifeId life = detector_->self().life;
    if (run_file_ && std::exchange(life_in_file_, life) != life) run_file_->note(options_, life);
}

bool Node::Core::has_live_member_at(const std::string& endpoint, Instant now) const {
    const std::vector<Member> members = detector_->members(now);
    return std::any_of(members.begin(), members.end(), [&](const Member& member) {
        return member.state == MemberState::alive && member.identity.endpoint == endpoint;
    });
}

void Node::Core::look_at_seeds(Instant now) {
    const auto state_of = [&](const std::string& endpoint) {
        DialReport report(transport_->dial_state(endpoint), transport_->obstacle(endpoint));
        if (report.state == DialState::heard) return report;
        // What it says may come over a connection that it dialled.
        return has_live_member_at(endpoint, now) ? DialReport(DialState::heard) : report;
    };
    for (Probe& probe : seed_watch_->look(state_of, now))
        transport_->probe(std::move(probe), now);
}

void Node::Core::tell(Event event) {
    node_log_.note_event(event);
    keeper_.note_event(event);
    const WallTime at = wall_time(event.at);
    event_count_ = event.number;
    std::string json = event_json(event, at);
    Occurrence made{
        .number = event_count_, .event = std::move(event), .at = at, .json = std::move(json)};
    claims_.note(made, detector_->self());
    const auto occurrence = std::make_shared<const Occurrence>(std::move(made));
    if (event_stream_) event_stream_->publish(occurrence);
    handlers_->tell(occurrence);
    for (const SharedOccurrence& other : claims_.take_over())
        handlers_->tell(other);
    occurrences_.push_back(occurrence);
}

TellingCounters Node::Core::telling() {
    std::map<std::string, std::uint64_t> host = host_counters();
    return {.events = event_count_,
            .handlers = handlers_->counters(),
            .stream = event_stream_ ? event_stream_->counters() : EventStreamCounters{},
            .callbacks_failed = callbacks_failed_,
            .host = std::move(host)};
}

// Called in a turn, so the lock is held.
std::map<std::string, std::uint64_t> Node::Core::host_counters() {
    try {
        if (options_.host_counters) return options_.host_counters();
    } catch (...) {
        ++callbacks_failed_;
        log_.error("host_counters threw, so the status shows none");
    }
    return {};
}

// A callback may call anything, also what locks, and may add callbacks.
void Node::Core::call_back() {
    std::vector<Callback> callbacks;
    if (!occurrences_.empty()) {
        const std::scoped_lock lock(mutex_);
        callbacks = callbacks_;
    }
    for (const SharedOccurrence& occurrence : occurrences_) {
        for (const Callback& callback : callbacks)
            call(callback, *occurrence);
    }
    occurrences_.clear();
}

void Node::Core::call(const Callback& callback, const Occurrence& occurrence) {
    std::string problem;
    try {
        callback(occurrence.event, occurrence.at);
        return;
    } catch (const std::exception& error) {
        problem = error.what();
    } catch (...) {
        problem = "something that is no std::exception";
    }
    log_.error("a callback threw: {}", problem);
    const std::scoped_lock lock(mutex_);
    ++callbacks_failed_;
}

std::optional<Ending> Node::Core::ending() const {
    const std::scoped_lock lock(mutex_);
    const auto leaving = detector_->leaving();
    const Confirmation confirmation = leaving.value_or(Confirmation{});
    if (confirmation.is_complete) {
        const auto& bearer = detector_->name_conflict();
        return Ending{bearer ? EndReason::name_conflict : EndReason::left, confirmation, bearer};
    }
    const bool must_end = leave_requests_ > 1 || is_destroyed_;
    if (must_end) return Ending{EndReason::interrupted, confirmation, {}};
    return std::nullopt;
}

void Node::Core::keep_at_last() {
    const std::scoped_lock lock(mutex_);
    keeper_.finish(*detector_, steady_now());
}

void Node::Core::sleep() {
    poll_set_.clear();
    wakeup_.watch(poll_set_);
    if (status_server_) status_server_->watch(poll_set_);
    if (event_stream_) event_stream_->watch(poll_set_);
    transport_->watch(poll_set_);
    due_ = next_deadline();
    poll_set_.wait(due_ - steady_now());
}

Instant Node::Core::next_deadline() const {
    const std::scoped_lock lock(mutex_);
    Instant earliest = detector_->next_deadline();
    for (const auto& other : {transport_->next_deadline(), survey_->next_deadline(),
                              status_server_ ? status_server_->next_deadline() : std::nullopt}) {
        if (other) earliest = std::min(earliest, *other);
    }
    return earliest;
}

}  // namespace hearsay

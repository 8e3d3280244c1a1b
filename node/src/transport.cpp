#include "transport.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "bind.hpp"
#include "clock.hpp"
#include "endpoint.hpp"
#include "zmq_io.hpp"

namespace hearsay {
namespace {

/// The longest that a socket of ZeroMQ can give itself. A longer one is a forgery that costs
/// memory, for ZeroMQ keeps several copies of it for as long as the connection lasts.
constexpr std::size_t routing_id_bytes_max = 255;

/// A turn takes in frames for so much of a round, of the processor's time; only a flood needs it.
constexpr int turn_share = 16;
constexpr Duration turn_patience_min = std::chrono::milliseconds(5);
constexpr Duration turn_patience_max = std::chrono::milliseconds(50);
/// Frames between two looks at the time.
constexpr int frames_per_look = 4;

/// What every path carries (RFC 1122, section 3.3.3): links that are tunnels, and say nothing when
/// they lose a bigger packet, are common.
constexpr int segment_bytes_max = 536;

/// So much later than the side that dialled a link the other side closes it if it is idle.
constexpr int accepted_idle_factor = 4;

/// The first look for the answer to a look-up; the longer it takes the rarer they become, for it
/// may be a name server that does not answer.
constexpr Duration resolution_pause = std::chrono::milliseconds(20);

/// Both ends of a connection go by what the listening one offers.
void limit_segments(int listening) {
    static_cast<void>(setsockopt(listening, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes_max,
                                 sizeof(segment_bytes_max)));
}

}  // namespace

Transport::Transport(zmq::context_t& context, TransportOptions options, Log& log)
    : options_(std::move(options)),
      context_(context),
      log_(log),
      inbox_(context, zmq::socket_type::router),
      addresses_(options_.seeds, log),
      notices_(options_.link.round),
      connections_({.count_max = options_.links_accepted_max,
                    .idle = accepted_idle_factor * options_.link.idle,
                    .round = options_.link.round},
                   counters_),
      accepted_(options_.links_accepted_max, counters_, log),
      probes_(options_.link.round, log),
      named_probes_(addresses_, options_.link.round) {
    configure_inbox(inbox_, options_.link);
    if (options_.keys != nullptr) {
        guard_.emplace(context_, *options_.keys, options_.key_use, counters_, log_);
        guard_->configure_inbox(inbox_);
    }
    monitor_.emplace(context_, inbox_, ConnectionMonitor::Scope::handshakes);
    bound_endpoint_ = bind_socket(inbox_, options_.bind, "bind");
    static_cast<void>(take_ended(Instant{}));
}

void Transport::watch(PollSet& set) {
    inbox_attention_.watch(set, inbox_, ZMQ_POLLIN);
    monitor_->watch(set);
    if (guard_) guard_->watch(set);
    probes_.watch(set);
    for (auto& [endpoint, link] : dialled_)
        link->watch(set);
}

void Transport::receive(Instant now, const Handle& handle) {
    if (guard_) guard_->answer_handshakes(now);
    const std::vector<LinkId> ended = take_ended(now);
    const Duration begun = processor_time();
    receive_accepted(now, begun + turn_patience() / 2, handle);
    for (const LinkId link : ended)
        break_accepted(link);
    receive_dialled(now, begun + turn_patience(), handle);
    connections_.look(now);
    probes_.handle_turn(now);
}

Duration Transport::turn_patience() const {
    return std::clamp<Duration>(options_.link.round / turn_share, turn_patience_min,
                                turn_patience_max);
}

// Before the frames, or an end would be taken for that of the next connection, which often gets the
// same descriptor. Between the two that can still happen; it costs a needless probe.
std::vector<LinkId> Transport::take_ended(Instant now) {
    std::vector<LinkId> ended;
    while (const auto happening = monitor_->poll()) {
        switch (happening->kind) {
            case ConnectionMonitor::Kind::listening:
                limit_segments(happening->descriptor);
                listening_ = happening->descriptor;
                break;
            case ConnectionMonitor::Kind::made:
                connections_.note_accepted(happening->descriptor, now);
                break;
            case ConnectionMonitor::Kind::ended:
                end_handshake(happening->descriptor, now);
                connections_.note_ended(happening->descriptor);
                if (const auto link = accepted_.take_ended(happening->descriptor)) {
                    ended.push_back(*link);
                }
                break;
            case ConnectionMonitor::Kind::handshake_refused:
                failed_handshake_ = happening->error;
                break;
            case ConnectionMonitor::Kind::key_refused:
            case ConnectionMonitor::Kind::handshake_broken:
                break;
        }
    }
    return ended;
}

void Transport::receive_accepted(Instant now, Duration until, const Handle& handle) {
    zmq::message_t routing_id;
    zmq::message_t frame;
    for (int count = 1; inbox_attention_.is_due(); ++count) {
        if (!try_receive(inbox_, routing_id)) {
            inbox_attention_.note_drained();
            return;
        }
        const bool has_frame = routing_id.more() && try_receive(inbox_, frame);
        if (!has_frame || !is_last_part(inbox_, frame)) {
            ++counters_.frames_misshapen;
        } else {
            take_accepted(routing_id, frame, now, handle);
        }
        if (count % frames_per_look == 0 && processor_time() >= until) return;
    }
}

void Transport::take_accepted(const zmq::message_t& routing_id, zmq::message_t& frame, Instant now,
                              const Handle& handle) {
    const int descriptor = zmq_msg_get(frame.handle(), ZMQ_SRCFD);
    if (routing_id.size() > routing_id_bytes_max) {
        connections_.end_flooding(descriptor);
        ++counters_.frames_misshapen;
        return;
    }
    connections_.note_frame(descriptor, now);
    const LinkId link = accepted_.link_of(routing_id.to_string_view(), frame, now);
    if (!take_note(frame, link)) return;
    if (listens_with_keys()) return take_secured(link, frame, now, handle);
    static_cast<void>(handle(frame, accepted_name(link, frame), nullptr));
}

void Transport::receive_dialled(Instant now, Duration until, const Handle& handle) {
    std::vector<DialledLinks::value_type*> links;
    links.reserve(dialled_.size());
    for (auto& entry : dialled_)
        links.push_back(&entry);
    if (links.empty()) return;
    first_read_ = (first_read_ + 1) % links.size();
    std::rotate(links.begin(), links.begin() + static_cast<std::ptrdiff_t>(first_read_),
                links.end());
    for (auto* const entry : links)
        receive_over(*entry->second, entry->first.second, now, until, handle);
}

void Transport::receive_over(DialledLink& link, Lane lane, Instant now, Duration until,
                             const Handle& handle) {
    zmq::message_t frame;
    const LinkId name = lane == Lane::long_frames ? LinkId::none : link.id();
    for (int count = 1; link.receive(frame, now); ++count) {
        if (take_note(frame, link.id()) && link.admit(frame, now)) {
            hand_in(link, frame, name, now, handle);
        }
        if (count % frames_per_look == 0 && processor_time() >= until) break;
    }
    if (link.take_break()) broken_.push_back(link.id());
}

void Transport::hand_in(DialledLink& link, const zmq::message_t& frame, LinkId name, Instant now,
                        const Handle& handle) {
    Speaker* const speaker = link.speaker().get();
    if (speaker != nullptr && take_notice(frame, *speaker, now)) return;
    if (handle(frame, name, speaker ? &speaker->credential : nullptr)) link.note_heard();
}

// What is long came over a connection that was dialled for that, and where answers go to must not
// depend on which connection a list took.
LinkId Transport::accepted_name(LinkId link, const zmq::message_t& frame) {
    return lane_of(frame.size()) == Lane::long_frames ? LinkId::none : link;
}

// False if the link has brought more than is looked at.
bool Transport::take_note(const zmq::message_t& frame, LinkId link) {
    ++counters_.frames_received;
    counters_.bytes_received += frame.size();
    if (budget_.take(link, frame.size())) return true;
    ++counters_.frames_surplus;
    return false;
}

void Transport::send(Transmit transmit, Instant now) {
    // A stranger has given no endpoint at which it could be dialled for a long one.
    const bool is_long =
        lane_of(transmit.frame.size()) == Lane::long_frames && !transmit.endpoint.empty();
    DialledLink* link = nullptr;
    if (is_long) {
        link = dial(transmit.endpoint, Lane::long_frames, now);
    } else {
        if (send_accepted(transmit.link, transmit.frame, now)) return;
        link = dialled_link(transmit.link);
        if (link == nullptr) link = dial(transmit.endpoint, Lane::short_frames, now);
    }
    if (link == nullptr) return;
    link->send(std::move(transmit.frame), now);
    if (link->is_resolving()) await_resolution(*link, now);
}

// True if the frame is dealt with: sent, or dropped because the peer reads too slowly.
bool Transport::send_accepted(LinkId link, const std::vector<std::byte>& frame, Instant now) {
    AcceptedLink* const accepted = accepted_.find(link);
    if (accepted == nullptr) return false;
    inbox_attention_.note_use();
    const auto result =
        try_send(inbox_, zmq::buffer(accepted->routing_id), zmq::send_flags::sndmore);
    if (result == SendResult::unreachable) {
        break_accepted(link);
        return false;
    }
    if (result == SendResult::would_block ||
        try_send(inbox_, zmq::buffer(frame)) != SendResult::sent) {
        ++counters_.frames_dropped;
        return true;
    }
    ++counters_.frames_sent;
    counters_.bytes_sent += frame.size();
    accepted->used_at = now;
    return true;
}

DialledLink* Transport::dialled_link(LinkId link) {
    for (auto& [endpoint, dialled] : dialled_) {
        if (dialled->id() == link && !dialled->is_dead()) return dialled.get();
    }
    return nullptr;
}

std::optional<std::string> Transport::dialled_endpoint(LinkId link) {
    for (const auto& [key, dialled] : dialled_) {
        if (dialled->id() == link) return key.first;
    }
    return std::nullopt;
}

DialState Transport::dial_state(const std::string& endpoint) const {
    const auto found = dialled_.find({endpoint, Lane::short_frames});
    if (found == dialled_.end() || found->second->is_dead() || found->second->is_resolving()) {
        return DialState::none;
    }
    if (found->second->was_heard()) return DialState::heard;
    return found->second->has_stood() ? DialState::silent : DialState::connecting;
}

std::string Transport::obstacle(const std::string& endpoint) const {
    const auto found = obstacles_.find(endpoint);
    return found == obstacles_.end() ? std::string() : found->second;
}

DialledLink* Transport::dial(const std::string& endpoint, Lane lane, Instant now) {
    const std::pair key(endpoint, lane);
    if (const auto found = dialled_.find(key); found != dialled_.end()) {
        if (!found->second->is_dead()) return found->second.get();
        dialled_.erase(found);
    }
    const auto parsed = parse_endpoint(endpoint);
    if (!parsed || !may_reach(*parsed)) {
        if (!endpoint.empty()) ++counters_.endpoints_invalid;
        ++counters_.frames_dropped;
        return nullptr;
    }
    if (dialled_.size() >= options_.links_dialled_max) close_idlest_dialled();
    const LinkHost host{context_, options_.link, addresses_, counters_,
                        log_,     unreached_,    obstacles_, guard_};
    const bool is_watched = addresses_.is_seed(endpoint);
    auto link = std::make_unique<DialledLink>(host, next_dialled(), *parsed, is_watched, now);
    DialledLink* const dialled = link.get();
    dialled_.emplace(key, std::move(link));
    counters_.links_dialled = dialled_.size();
    return dialled;
}

// Endpoints are told to us by peers: none of them makes a node that listens on the network open
// sockets in its own file system.
bool Transport::may_reach(const Endpoint& endpoint) const {
    const bool is_local = endpoint.scheme == Endpoint::Scheme::ipc;
    return is_dialable(endpoint) && (!is_local || bound_endpoint_.starts_with("ipc://"));
}

void Transport::probe(Probe probe, Instant now) {
    auto address = parse_endpoint(probe.endpoint);
    if (!address || !may_reach(*address)) return;
    const bool is_name = address->scheme == Endpoint::Scheme::tcp && !is_numeric(*address);
    if (!is_name) return probe_address(*std::move(address), std::move(probe), now);
    if (auto reached = addresses_.reached_at(*address)) {
        probe_address(*std::move(reached), std::move(probe), now);
    } else {
        named_probes_.add(std::move(probe), *address, now);
        await_named_probes(now);
    }
}

void Transport::probe_address(Endpoint address, Probe probe, Instant now) {
    if (probes_.start(std::move(probe), std::move(address), now)) ++counters_.probes;
}

void Transport::handle_turn(Instant now) {
    resolution_due_.reset();
    for (auto& [endpoint, link] : dialled_) {
        link->handle_turn(now);
        if (link->is_resolving()) await_resolution(*link, now);
    }
    for (NamedProbes::Ready& ready : named_probes_.take_ready(now))
        probe_address(std::move(ready.address), std::move(ready.probe), now);
    await_named_probes(now);
    if (now < next_sweep_) return;
    next_sweep_ = now + options_.link.round;
    begin_round();
    close_idle(now);
}

void Transport::set_seeds(const std::vector<std::string>& seeds) {
    addresses_.set_seeds(seeds);
    obstacles_.clear();
}

void Transport::replace_listener(const std::string& path, Descriptor listener) {
    forget_connections();
    static_cast<void>(hearsay::replace_listener(inbox_, path, std::move(listener)));
}

void Transport::await_resolution(const DialledLink& link, Instant now) {
    const Instant due = now + std::max(resolution_pause, (now - link.used_at()) / 4);
    resolution_due_ = std::min(resolution_due_.value_or(due), due);
}

void Transport::await_named_probes(Instant now) {
    const auto due = named_probes_.next_deadline(now);
    if (due) resolution_due_ = std::min(resolution_due_.value_or(*due), *due);
}

std::optional<Instant> Transport::next_deadline() const {
    const auto probes_due = probes_.next_deadline();
    if (!probes_due || !resolution_due_) return probes_due ? probes_due : resolution_due_;
    return std::min(*probes_due, *resolution_due_);
}

std::optional<LinkId> Transport::poll_broken() {
    if (broken_.empty()) return std::nullopt;
    const LinkId link = broken_.back();
    broken_.pop_back();
    return link;
}

void Transport::break_accepted(LinkId link) {
    if (accepted_.forget(link)) broken_.push_back(link);
}

void Transport::close_idlest_dialled() {
    const auto idlest = std::min_element(
        dialled_.begin(), dialled_.end(),
        [](const auto& a, const auto& b) { return a.second->used_at() < b.second->used_at(); });
    if (idlest != dialled_.end()) dialled_.erase(idlest);
}

void Transport::close_idle(Instant now) {
    std::erase_if(dialled_, [&](const auto& entry) {
        const DialledLink& link = *entry.second;
        // A look-up ends by itself, and dropping it would only start another one.
        const bool is_idle = now - link.used_at() > options_.link.idle;
        if (!link.is_dead() && (!is_idle || link.is_resolving())) return false;
        if (!link.is_dead() && !link.has_stood()) ++counters_.dials_timed_out;
        return true;
    });
    counters_.links_dialled = dialled_.size();
    accepted_.forget_idle(now, accepted_idle_factor * options_.link.idle);
}

}  // namespace hearsay

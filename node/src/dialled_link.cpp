#include "dialled_link.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "hearsay/codec.hpp"

#include "identity.hpp"
#include "zmq_io.hpp"

namespace hearsay {
namespace {

/// Enough for the roster of a big cluster, which comes in many messages while the link is made. All
/// of them fill no more than half of the queue of ZeroMQ, for a full one looks like a break.
constexpr std::size_t waiting_max = 16;
constexpr std::size_t waiting_bytes_max = 4 * limits::frame_bytes_max;
static_assert(2 * waiting_max <= frames_queued_max);

/// A proof takes no longer than such a part of a round, or it is asked for once more.
constexpr int proofs_per_round = 4;

constexpr std::string_view unbelieved =
    "ended the link at this node's greeting: it does not believe its certificate, and its log says "
    "why";

/// Of a node that tries several ways.
constexpr std::string_view no_way =
    "takes no way to dial that this node has: its keys are of another cluster, or its key-use is "
    "two "
    "steps from this node's";

Nonce draw_nonce() {
    const std::array<std::uint64_t, 2> numbers{draw_number(), draw_number()};
    Nonce nonce{};
    const auto bytes = std::as_bytes(std::span(numbers));
    std::copy(bytes.begin(), bytes.end(), nonce.begin());
    return nonce;
}

/// What a failed handshake tells of the other side. Of two sides of which one has no keys the first
/// to see it hangs up, so the other one may see no more than that.
std::string_view obstacle_of(const ConnectionMonitor::Happening& happening, bool has_keys) {
    const bool is_mismatch = happening.error == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH;
    switch (happening.kind) {
        case ConnectionMonitor::Kind::key_refused:
            return "does not take the key of this node: its log says why";
        case ConnectionMonitor::Kind::handshake_refused:
            if (!is_mismatch) return has_keys ? "has the keys of another cluster" : "";
            return has_keys ? "has no keys, and this node has: start all nodes with --keys"
                            : "wants keys, and this node has none: start it with --keys";
        case ConnectionMonitor::Kind::handshake_broken:
            return has_keys ? "hangs up: it has the keys of another cluster, or none, or is no node"
                            : "hangs up: it wants keys, and this node has none (see --keys), or it "
                              "is no node";
        default:
            return "";
    }
}

}  // namespace

DialledLink::DialledLink(LinkHost host, LinkId id, Endpoint endpoint, bool is_watched, Instant now)
    : host_(host),
      id_(id),
      endpoint_(std::move(endpoint)),
      way_(host.guard ? host.guard->first_way() : Way::plain),
      used_at_(now),
      is_watched_(is_watched) {
    ++host_.counters.dials;
    if (endpoint_.scheme == Endpoint::Scheme::ipc || is_numeric(endpoint_)) {
        connect(endpoint_);
    } else {
        resolution_ = host_.addresses.look_up(endpoint_);
        if (!resolution_) ++host_.counters.lookups_refused;
    }
}

DialledLink::~DialledLink() {
    const std::string endpoint = text(endpoint_);
    if (has_stood_) {
        host_.log.debug("link to {} is closed", endpoint);
    } else if (host_.unreached.admit(endpoint, used_at_)) {
        host_.log.debug("nobody was reached at {}", endpoint);
    }
}

void DialledLink::send(std::vector<std::byte> frame, Instant now) {
    flush(now);
    if (waiting_.empty() && send_now(frame, now)) return;
    waiting_bytes_ += frame.size();
    waiting_.push_back({std::move(frame), now});
    while (waiting_.size() > waiting_max || waiting_bytes_ > waiting_bytes_max) {
        forget_oldest();
        ++host_.counters.frames_dropped;
    }
}

void DialledLink::forget_oldest() {
    waiting_bytes_ -= waiting_.front().frame.size();
    waiting_.pop_front();
}

bool DialledLink::receive(zmq::message_t& frame, Instant now) {
    if (!socket_ || !attention_.is_due()) return false;
    while (try_receive(*socket_, frame)) {
        if (is_last_part(*socket_, frame)) {
            used_at_ = now;
            return true;
        }
        ++host_.counters.frames_misshapen;
    }
    const int ready = ready_for(*socket_);
    note_ready(ready);
    // Asking may have taken the word of a frame away that came just now.
    if ((ready & ZMQ_POLLIN) == 0) attention_.note_drained();
    return false;
}

void DialledLink::note_heard() {
    if (std::exchange(was_heard_, true) || !is_watched_) return;
    host_.obstacles.erase(text(endpoint_));
}

bool DialledLink::admit(zmq::message_t& frame, Instant now) {
    if (!is_secured()) return true;
    if (is_link_frame({frame.data<std::byte>(), frame.size()})) {
        take_proof(frame, now);
        return false;
    }
    const void* const connection = connection_of(frame);
    const bool is_proven = speaker_ && speaker_->is_good && connection != nullptr &&
                           connection == connection_of(proof_);
    if (is_proven) return true;
    host_.guard->note_unproven();
    // ZeroMQ may have connected anew between two turns, so that nobody saw the break.
    if (now - greeted_at_ >= host_.options.round / proofs_per_round) {
        static_cast<void>(greet(now));
    }
    return false;
}

void DialledLink::take_proof(zmq::message_t& frame, Instant now) {
    const std::span bytes(frame.data<const std::byte>(), frame.size());
    const ProvenSpeaker proven = host_.guard->read_proof(bytes, nonce_, text(endpoint_), now);
    speaker_ = proven.speaker;
    if (!speaker_) return close();
    proof_ = std::move(frame);
    is_nonce_used_ = true;
    if (proven.lacks_revocations) notify(now);
}

void DialledLink::notify(Instant now) {
    if (!speaker_ || !socket_) return;
    const auto notice = host_.guard->notice();
    // It is told of the next version by its next greeting, should this one be lost.
    if (!notice.empty()) static_cast<void>(push(notice, now));
}

void DialledLink::review() {
    if (speaker_ && !speaker_->is_good) close();
}

void DialledLink::close() {
    monitor_.reset();
    socket_.reset();
    resolution_.reset();
    host_.counters.frames_dropped += waiting_.size();
    waiting_.clear();
    waiting_bytes_ = 0;
    speaker_.reset();
    if (std::exchange(stands_, false)) has_broken_ = true;
}

void DialledLink::handle_turn(Instant now) {
    if (resolution_ && !resolution_->is_pending()) finish_resolution(now);
    note_handshakes(now);
    flush(now);
}

void DialledLink::watch(PollSet& set) {
    if (!socket_) return;
    if (monitor_) monitor_->watch(set);
    const int wanted = waiting_.empty() ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT;
    if (const auto ready = attention_.watch(set, *socket_, wanted)) note_ready(*ready);
    if (has_broken_) set.note_ready();
}

// The endpoint may be anything that a peer made up, and descriptors may have run out.
void DialledLink::connect(Endpoint numeric) {
    address_ = std::move(numeric);
    try {
        socket_.emplace(host_.context, zmq::socket_type::dealer);
        configure_link(*socket_, host_.options);
        if (is_secured()) host_.guard->configure_link(*socket_, way_);
        if (is_watched_ || has_ways()) watch_handshakes();
        socket_->set(zmq::sockopt::ipv6, is_ipv6(address_) ? 1 : 0);
        socket_->connect(text(address_));
    } catch (const zmq::error_t&) {
        close();
        ++host_.counters.endpoints_invalid;
    }
}

// Without it a reason is missing, and another way is tried once the link was idle.
void DialledLink::watch_handshakes() {
    try {
        monitor_.emplace(host_.context, *socket_, ConnectionMonitor::Scope::handshakes);
    } catch (const zmq::error_t&) {
        monitor_.reset();
    }
}

void DialledLink::finish_resolution(Instant now) {
    const auto address = host_.addresses.choose(endpoint_, *resolution_, now);
    resolution_.reset();
    used_at_ = now;
    if (address) {
        connect(*address);
    } else {
        ++host_.counters.names_unresolved;
    }
}

void DialledLink::flush(Instant now) {
    while (!waiting_.empty()) {
        if (now - waiting_.front().since > host_.options.round) {
            ++host_.counters.frames_stale;
        } else if (!send_now(waiting_.front().frame, now)) {
            return;
        }
        forget_oldest();
    }
}

bool DialledLink::send_now(const std::vector<std::byte>& frame, Instant now) {
    if (!socket_) return false;
    const bool must_greet = is_secured() && !has_greeted_;
    return (!must_greet || greet(now)) && push(frame, now);
}

// Where a connection broke before its proof came, that one may still come, and is as good.
bool DialledLink::greet(Instant now) {
    if (std::exchange(is_nonce_used_, false)) nonce_ = draw_nonce();
    if (!push(host_.guard->greeting(nonce_), now)) return false;
    has_greeted_ = true;
    greeted_at_ = now;
    return true;
}

bool DialledLink::push(const std::vector<std::byte>& frame, Instant now) {
    attention_.note_use();
    if (try_send(*socket_, zmq::buffer(frame)) != SendResult::sent) {
        note_ready(0);
        return false;
    }
    ++host_.counters.frames_sent;
    host_.counters.bytes_sent += frame.size();
    used_at_ = now;
    note_standing();
    return true;
}

void DialledLink::note_standing() {
    has_stood_ = true;
    has_lost_way_ = false;
    if (std::exchange(stands_, true)) return;
    monitor_.reset();
    host_.log.debug("link to {} stands", text(endpoint_));
    if (address_ == endpoint_) return;
    host_.addresses.note_reached(endpoint_, address_);
}

// When a connection ends its pipe ends, which wakes the loop, and a socket with ZMQ_IMMEDIATE takes
// frames only for a connection that stands. So a monitor, at two descriptors for each link, would
// tell no more. A full queue looks the same; that costs a needless probe.
void DialledLink::note_ready(int events) {
    if ((events & ZMQ_POLLOUT) != 0 || !stands_) return;
    stands_ = false;
    has_broken_ = true;
    has_greeted_ = false;
    if (is_secured() && !speaker_) note_obstacle(unbelieved);
    speaker_.reset();
    host_.log.debug("link to {} is lost", text(endpoint_));
    // The other side may listen in another way now.
    if (!has_ways()) return;
    has_lost_way_ = true;
    watch_handshakes();
}

void DialledLink::note_handshakes(Instant now) {
    while (const auto happening = monitor_ ? monitor_->poll() : std::nullopt) {
        note_obstacle(has_ways() ? no_way : obstacle_of(*happening, host_.guard.has_value()));
        has_lost_way_ |= happening->kind == ConnectionMonitor::Kind::handshake_refused ||
                         happening->kind == ConnectionMonitor::Kind::handshake_broken;
    }
    if (std::exchange(has_lost_way_, false)) try_next_way(now);
}

// ZeroMQ dials again and again: one that takes no way at all is not asked any faster for that.
void DialledLink::try_next_way(Instant now) {
    if (!has_ways() || now - turned_at_ < host_.options.round / proofs_per_round) return;
    turned_at_ = now;
    way_ = host_.guard->way_after(way_);
    has_greeted_ = false;
    speaker_.reset();
    proof_ = zmq::message_t();
    monitor_.reset();
    socket_.reset();
    attention_ = Attention();
    connect(address_);
}

void DialledLink::note_obstacle(std::string_view obstacle) {
    if (is_watched_ && !obstacle.empty()) host_.obstacles[text(endpoint_)] = obstacle;
}

}  // namespace hearsay

#include "dialled_link.hpp"

#include <utility>

#include "zmq_io.hpp"

namespace hearsay {
namespace {

constexpr std::size_t waiting_max = 4;

}  // namespace

DialledLink::DialledLink(LinkHost host, LinkId id, Endpoint endpoint, Instant now)
    : host_(host), id_(id), endpoint_(std::move(endpoint)), used_at_(now) {
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
    if (waiting_.size() == waiting_max) {
        waiting_.pop_front();
        ++host_.counters.frames_dropped;
    }
    waiting_.push_back({std::move(frame), now});
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

void DialledLink::handle_turn(Instant now) {
    if (resolution_ && !resolution_->is_pending()) finish_resolution(now);
    flush(now);
}

void DialledLink::watch(PollSet& set) {
    if (!socket_) return;
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
        socket_->set(zmq::sockopt::ipv6, is_ipv6(address_) ? 1 : 0);
        socket_->connect(text(address_));
    } catch (const zmq::error_t&) {
        socket_.reset();
        ++host_.counters.endpoints_invalid;
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
        waiting_.pop_front();
    }
}

bool DialledLink::send_now(const std::vector<std::byte>& frame, Instant now) {
    if (!socket_) return false;
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
    if (std::exchange(stands_, true)) return;
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
    host_.log.debug("link to {} is lost", text(endpoint_));
}

}  // namespace hearsay

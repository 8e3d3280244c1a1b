// What a transport does about keys.

#include <utility>

#include <fcntl.h>

#include "bind.hpp"
#include "transport.hpp"

namespace hearsay {
namespace {

/// Of so many that are gone before it can be seen where they came from one is told.
constexpr unsigned handshakes_unseen_max = 4;

std::string_view handshake_problem(bool is_mismatch, bool has_keys) {
    if (!is_mismatch) return "it has the keys of another cluster";
    return has_keys ? "it has no keys, and this node has: start all nodes with --keys"
                    : "it has keys, and this node has none: start it with --keys";
}

}  // namespace

// What ends next is the connection whose handshake has failed: one thread tells of both.
void Transport::end_handshake(int descriptor, Instant now) {
    const int error = std::exchange(failed_handshake_, 0);
    if (error == 0) return;
    const bool is_mismatch = error == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH;
    // What is no node at all says nothing of keys.
    if (!guard_ && !is_mismatch) return;
    ++counters_.handshakes_refused;
    // A peer that has not changed yet, or has already, tries another way next.
    if (is_mismatch && guard_ && guard_->use() != KeyUse::required) return;
    std::string source = connections_.source_of(descriptor);
    // It comes again, and may stay long enough then to be seen.
    if (source.empty() && ++handshakes_unseen_ < handshakes_unseen_max) return;
    handshakes_unseen_ = 0;
    if (source.empty()) source = "an unknown address";
    const auto problem = handshake_problem(is_mismatch, guard_.has_value());
    if (!refused_handshakes_.admit(source + std::string(problem), now)) return;
    log_.warn("refused a connection from {}: {}", source, problem);
}

void Transport::take_secured(LinkId link, const zmq::message_t& frame, Instant now,
                             const Handle& handle) {
    AcceptedLink& accepted = *accepted_.find(link);
    const Admission admission = guard_->admit(accepted.caller, frame, accepted.source, now);
    // Another connection may have taken over the routing id.
    if (admission.must_end) connections_.end(zmq_msg_get(frame.handle(), ZMQ_SRCFD));
    if (!admission.answer.empty()) static_cast<void>(send_accepted(link, admission.answer, now));
    if (admission.lacks_revocations) notify(link, now);
    if (!admission.speaker || take_notice(frame, *admission.speaker, now)) return;
    static_cast<void>(handle(frame, accepted_name(link, frame), &admission.speaker->credential));
}

void Transport::begin_round() {
    budget_.begin_round();
    accepted_.for_each([](LinkId /*id*/, AcceptedLink& link) { link.caller.greetings = 0; });
    if (!guard_) return;
    guard_->begin_round();
    end_disbelieved();
}

void Transport::end_disbelieved() {
    accepted_.for_each([this](LinkId /*id*/, AcceptedLink& link) {
        const bool is_over = link.caller.speaker && !link.caller.speaker->is_good;
        if (is_over) connections_.end(link.descriptor);
    });
    for (auto& [endpoint, link] : dialled_)
        link->review();
}

// True if it is one: it is for the node, and no message.
bool Transport::take_notice(const zmq::message_t& frame, Speaker& sender, Instant now) {
    const std::span bytes(frame.data<const std::byte>(), frame.size());
    if (!is_revocation_notice(bytes)) return false;
    if (!notices_.take(bytes, sender, now)) ++counters_.frames_surplus;
    return true;
}

void Transport::notify(LinkId link, Instant now) {
    const auto notice = guard_->notice();
    if (!notice.empty()) static_cast<void>(send_accepted(link, notice, now));
}

void Transport::take_over_revocations(Instant now) {
    guard_->review();
    end_disbelieved();
    std::vector<LinkId> links;
    accepted_.for_each([&links](LinkId id, AcceptedLink& link) {
        if (link.caller.speaker && link.caller.speaker->is_good) links.push_back(id);
    });
    for (const LinkId link : links)
        notify(link, now);
    for (auto& [endpoint, link] : dialled_)
        link->notify(now);
}

void Transport::take_over_keys(Renewal renewal) {
    guard_->review();
    end_disbelieved();
    // This node's certificate may be another one now.
    for (auto& [endpoint, link] : dialled_)
        link->greet_anew();
    if (renewal == Renewal::certificates) return;
    dialled_.clear();
    counters_.links_dialled = 0;
    listen_anew();
}

void Transport::use_keys(const Keyring* keys, KeyUse use) {
    const bool was_with_keys = listens_with_keys();
    if (keys != nullptr && !guard_) guard_.emplace(context_, *keys, use, counters_, log_);
    if (guard_) guard_->set_use(use);
    const bool must_have_keys = keys != nullptr && use == KeyUse::required;
    std::erase_if(dialled_, [&](const auto& entry) {
        return entry.second->is_secured() ? keys == nullptr : must_have_keys;
    });
    counters_.links_dialled = dialled_.size();
    const bool is_with_keys = keys != nullptr && listens_with_keys();
    if (is_with_keys != was_with_keys) listen_anew();
    if (keys == nullptr) guard_.reset();
}

// Those of the socket that listened before end with it, and nobody tells that. What was told before
// must not be taken for news of others that bear their numbers.
void Transport::forget_connections() {
    for (const LinkId link : take_ended(Instant{}))
        break_accepted(link);
    connections_.forget_all();
    accepted_.lose_connections();
}

void Transport::listen_anew() {
    forget_connections();
    guard_->configure_inbox(inbox_);
    Descriptor listener(fcntl(listening_, F_DUPFD_CLOEXEC, 0));
    // Between the two sockets nobody is refused: what both listen with stays open.
    if (!rebind(inbox_, bound_endpoint_, std::move(listener))) {
        log_.error("the change of keys needs a restart of this node: {} cannot be bound anew",
                   bound_endpoint_);
    }
}

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/key_use.hpp"
#include "hearsay/lane.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "accepted_connections.hpp"
#include "accepted_links.hpp"
#include "connection_monitor.hpp"
#include "descriptor.hpp"
#include "dial_state.hpp"
#include "dialled_link.hpp"
#include "keyring.hpp"
#include "limiter.hpp"
#include "link_budget.hpp"
#include "link_guard.hpp"
#include "log.hpp"
#include "named_probes.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "probes.hpp"
#include "renewal.hpp"
#include "resolver.hpp"
#include "revocation_notices.hpp"
#include "socket_options.hpp"

namespace hearsay {

/// What a transport is made with.
struct TransportOptions {
    std::string bind;
    LinkOptions link;
    /// Names among them are known.
    std::vector<std::string> seeds{};
    std::size_t links_dialled_max = 1024;
    std::size_t links_accepted_max = 4096;
    /// Must outlive the transport. Null: links are not secured.
    const Keyring* keys = nullptr;
    KeyUse key_use = KeyUse::required;
};

/// Frames to and from peers. One bound socket takes all connections that peers dial; each endpoint
/// we dial has a socket of its own, and answers come back over it. Nothing blocks and nothing
/// waits for long: what cannot be sent now is dropped and counted, because the next is newer.
///
/// Short frames go over one connection between two members, and long ones over another, dialled for
/// them by the member that has something long to say. So a path that is slow, or swallows what is
/// big, keeps tags and rosters back and no sign of life. A turn takes in frames for a bounded time,
/// in turn from all links, and a link is read for a bounded number of bytes in a round.
///
/// With keys every frame that is handed in was sent by a member, and it is known which one.
///
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class Transport {
  public:
    /// Takes a frame that has arrived, and where: over none if that connection is for long frames.
    /// The last is who has sent it, for the time of the call; null without keys. False if the frame
    /// was refused.
    using Handle = std::function<bool(const zmq::message_t&, LinkId, const Credential*)>;

    /// Binds. Throws StartError if the address cannot be bound.
    Transport(zmq::context_t& context, TransportOptions options, Log& log);
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport() = default;

    /// The endpoint that was bound, with its real port.
    [[nodiscard]] const std::string& bound_endpoint() const { return bound_endpoint_; }

    /// Wakes the loop when there is something to receive, a dialled link stands, any link broke, or
    /// a probe gets on.
    void watch(PollSet& set);

    /// Hands in every frame that has arrived by the last `watch` and sleep, up to a bound of time
    /// that only a flood reaches; then the rest stays for the next turn, which is due at once.
    void receive(Instant now, const Handle& handle);

    /// Sends over the link if it is still open, else over the one dialled to the endpoint.
    /// An endpoint that cannot be dialled is counted.
    void send(Transmit transmit, Instant now);

    /// Tries at once whether anybody is there; without an address, or where peers may not send us,
    /// or when too many are under way, that comes to nothing.
    void probe(Probe probe, Instant now);

    /// The endpoint that was dialled for this link; nothing if the other side dialled it.
    [[nodiscard]] std::optional<std::string> dialled_endpoint(LinkId link);

    /// What became of the connection dialled to that endpoint for short frames.
    [[nodiscard]] DialState dial_state(const std::string& endpoint) const;
    /// Why that endpoint, a seed, is no peer yet, in words that follow its name; empty if unknown.
    [[nodiscard]] std::string obstacle(const std::string& endpoint) const;

    /// Takes the next step of dials under way, drops what waited too long, closes what is idle.
    void handle_turn(Instant now);

    /// When `handle_turn` is due at the latest; nothing if it can wait for the next round.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// The next link found to be gone, if any; never one that we closed. It is told only after all
    /// frames that came over it.
    [[nodiscard]] std::optional<LinkId> poll_broken();

    /// The next probe that was refused by the other side, if any.
    [[nodiscard]] std::optional<Probe> poll_refused() { return probes_.poll_refused(); }

    [[nodiscard]] const TransportCounters& counters() const { return counters_; }

    void set_seeds(const std::vector<std::string>& seeds);

    /// Goes on with a keyring that was read again: ends the links of members that are believed no
    /// more. If pairs have changed all links are made anew. REQUIRES: it has keys.
    void take_over_keys(Renewal renewal);
    /// Goes on with this keyring in this use, or without one if it is null. Links that may not be
    /// any more are ended. The former keyring, if it is another, is of no more use afterwards.
    void use_keys(const Keyring* keys, KeyUse use);

    /// Goes on with a list of revoked keys that was taken over: ends the links of those that it
    /// names, and tells all other peers. REQUIRES: it has keys.
    void take_over_revocations(Instant now);
    /// The next list of revoked keys that a member has sent, if any; it may be an old one.
    [[nodiscard]] std::optional<RevocationNotice> poll_notice() { return notices_.poll(); }

    /// Goes on at the same `ipc` address with a socket whose file was made anew.
    void replace_listener(const std::string& path, Descriptor listener);

  private:
    using DialledLinks = std::map<std::pair<std::string, Lane>, std::unique_ptr<DialledLink>>;

    [[nodiscard]] std::vector<LinkId> take_ended(Instant now);
    void end_handshake(int descriptor, Instant now);
    void receive_accepted(Instant now, Duration until, const Handle& handle);
    void receive_dialled(Instant now, Duration until, const Handle& handle);
    void take_accepted(const zmq::message_t& routing_id, zmq::message_t& frame, Instant now,
                       const Handle& handle);
    void take_secured(LinkId link, const zmq::message_t& frame, Instant now, const Handle& handle);
    void receive_over(DialledLink& link, Lane lane, Instant now, Duration until,
                      const Handle& handle);
    void hand_in(DialledLink& link, const zmq::message_t& frame, LinkId name, Instant now,
                 const Handle& handle);
    [[nodiscard]] bool take_notice(const zmq::message_t& frame, Speaker& sender, Instant now);
    [[nodiscard]] bool take_note(const zmq::message_t& frame, LinkId link);
    [[nodiscard]] static LinkId accepted_name(LinkId link, const zmq::message_t& frame);
    [[nodiscard]] Duration turn_patience() const;

    [[nodiscard]] LinkId next_dialled() { return LinkId{2 * ++last_link_}; }
    [[nodiscard]] bool send_accepted(LinkId link, const std::vector<std::byte>& frame, Instant now);
    [[nodiscard]] DialledLink* dialled_link(LinkId link);
    [[nodiscard]] DialledLink* dial(const std::string& endpoint, Lane lane, Instant now);
    [[nodiscard]] bool may_reach(const Endpoint& endpoint) const;

    void probe_address(Endpoint address, Probe probe, Instant now);
    void await_resolution(const DialledLink& link, Instant now);
    void await_named_probes(Instant now);
    void break_accepted(LinkId link);
    void close_idlest_dialled();
    void notify(LinkId link, Instant now);
    void begin_round();
    void end_disbelieved();
    [[nodiscard]] bool listens_with_keys() const { return guard_ && guard_->listens_with_keys(); }
    void listen_anew();
    void forget_connections();
    void close_idle(Instant now);

    TransportOptions options_;
    zmq::context_t& context_;
    Log& log_;
    zmq::socket_t inbox_;
    Attention inbox_attention_;
    std::string bound_endpoint_;
    std::optional<ConnectionMonitor> monitor_;
    AddressBook addresses_;
    TransportCounters counters_;
    Limiter unreached_;
    Limiter refused_handshakes_;
    Obstacles obstacles_;
    std::optional<LinkGuard> guard_;
    RevocationNotices notices_;
    AcceptedConnections connections_;
    AcceptedLinks accepted_;
    /// The socket that listens; -1 before there is one.
    int listening_ = -1;
    /// Of the connection that ends next, if its handshake has failed.
    int failed_handshake_ = 0;
    unsigned handshakes_unseen_ = 0;
    std::uint64_t last_link_ = 0;
    /// By endpoint, as we were told to dial it. Few enough to be walked.
    DialledLinks dialled_;
    /// With which of them reading begins next, so that each is first in turn.
    std::size_t first_read_ = 0;
    LinkBudget budget_;
    std::vector<LinkId> broken_;
    Probes probes_;
    NamedProbes named_probes_;
    Instant next_sweep_{};
    std::optional<Instant> resolution_due_;
};

}  // namespace hearsay

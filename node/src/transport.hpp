#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/lane.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "accepted_connections.hpp"
#include "connection_monitor.hpp"
#include "descriptor.hpp"
#include "dial_state.hpp"
#include "dialled_link.hpp"
#include "limiter.hpp"
#include "link_budget.hpp"
#include "log.hpp"
#include "named_probes.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "probes.hpp"
#include "resolver.hpp"
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
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class Transport {
  public:
    /// Takes a frame that has arrived, and where: over none if that connection is for long frames.
    /// False if the frame was refused.
    using Handle = std::function<bool(const zmq::message_t&, LinkId)>;

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

    void set_seeds(const std::vector<std::string>& seeds) { addresses_.set_seeds(seeds); }

    /// Goes on at the same `ipc` address with a socket whose file was made anew.
    void replace_listener(const std::string& path, Descriptor listener);

  private:
    struct AcceptedLink {
        std::string routing_id;
        /// Where its peer dials from.
        std::string source;
        /// Of its connection; -1 if unknown.
        int descriptor = -1;
        Instant used_at;
    };
    using DialledLinks = std::map<std::pair<std::string, Lane>, std::unique_ptr<DialledLink>>;

    [[nodiscard]] std::vector<LinkId> take_ended(Instant now);
    void receive_accepted(Instant now, Duration until, const Handle& handle);
    void receive_dialled(Instant now, Duration until, const Handle& handle);
    void take_accepted(const zmq::message_t& routing_id, zmq::message_t& frame, Instant now,
                       const Handle& handle);
    void receive_over(DialledLink& link, Lane lane, Instant now, Duration until,
                      const Handle& handle);
    [[nodiscard]] bool hand_in(const zmq::message_t& frame, LinkId link, Lane lane,
                               const Handle& handle);
    [[nodiscard]] Duration turn_patience() const;

    [[nodiscard]] LinkId next_dialled() { return LinkId{2 * ++last_link_}; }
    [[nodiscard]] LinkId next_accepted() { return LinkId{2 * ++last_link_ + 1}; }
    [[nodiscard]] LinkId accepted_link(std::string_view routing_id, const zmq::message_t& frame,
                                       Instant now);
    [[nodiscard]] bool send_accepted(LinkId link, const std::vector<std::byte>& frame, Instant now);
    [[nodiscard]] DialledLink* dialled_link(LinkId link);
    [[nodiscard]] DialledLink* dial(const std::string& endpoint, Lane lane, Instant now);
    [[nodiscard]] bool may_reach(const Endpoint& endpoint) const;

    void probe_address(Endpoint address, Probe probe, Instant now);
    void await_resolution(const DialledLink& link, Instant now);
    void await_named_probes(Instant now);
    void break_accepted(LinkId link);
    void forget_accepted(LinkId link);
    void forget_idlest_accepted();
    void close_idlest_dialled();
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
    AcceptedConnections connections_;
    std::uint64_t last_link_ = 0;
    std::unordered_map<LinkId, AcceptedLink> accepted_;
    std::unordered_map<std::string, LinkId> accepted_by_routing_id_;
    std::unordered_map<int, LinkId> accepted_by_descriptor_;
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

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
#include <vector>

#include <zmq.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "dialled_link.hpp"
#include "inbox_monitor.hpp"
#include "knocks.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "resolver.hpp"
#include "socket_options.hpp"

namespace hearsay {

/// What a transport is made with.
struct TransportOptions {
    std::string bind;
    LinkOptions link;
    std::size_t links_dialled_max = 1024;
    std::size_t links_accepted_max = 4096;
};

/// Frames to and from peers. One bound socket takes all connections that peers dial; each endpoint
/// we dial has a socket of its own, and answers come back over it. Nothing blocks and nothing
/// waits for long: what cannot be sent now is dropped and counted, because the next is newer.
///
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class Transport {
  public:
    /// A frame that has arrived, and where.
    using Handle = std::function<void(const zmq::message_t&, LinkId)>;

    /// Binds. Throws StartError if the address cannot be bound.
    Transport(zmq::context_t& context, TransportOptions options);
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport() = default;

    /// The endpoint that was bound, with its real port.
    [[nodiscard]] const std::string& bound_endpoint() const { return bound_endpoint_; }

    /// Wakes the loop when there is something to receive, a dialled link stands, any link broke, or
    /// a knock gets on.
    void watch(PollSet& set);

    /// Hands in every frame that has arrived by the last `watch` and sleep, up to a bound that only
    /// a flood reaches.
    void receive(Instant now, const Handle& handle);

    /// Sends over the link if it is still open, else over the one dialled to the endpoint.
    /// An endpoint that cannot be dialled is counted.
    void send(Transmit transmit, Instant now);

    /// Tries at once whether anybody is there; without an address, or where peers may not send us,
    /// or when too many are under way, that comes to nothing.
    void knock(Knock knock, Instant now);

    /// Takes the next step of dials under way, drops what waited too long, closes what is idle.
    void handle_turn(Instant now);

    /// When `handle_turn` is due at the latest; nothing if it can wait for the next round.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// The next link found to be gone, if any; never one that we closed. It is told only after all
    /// frames that came over it.
    [[nodiscard]] std::optional<LinkId> poll_broken();

    /// The next knock that was refused by the other side, if any.
    [[nodiscard]] std::optional<Knock> poll_refused() { return knocks_.poll_refused(); }

    [[nodiscard]] const TransportCounters& counters() const { return counters_; }

  private:
    struct AcceptedLink {
        std::string routing_id;
        /// Of its connection; -1 if unknown.
        int descriptor = -1;
        Instant used_at;
    };
    using DialledLinks = std::map<std::string, std::unique_ptr<DialledLink>, std::less<>>;

    [[nodiscard]] std::vector<LinkId> take_ended();
    void receive_accepted(Instant now, const Handle& handle);
    void receive_dialled(DialledLink& link, Instant now, const Handle& handle);
    void count_received(const zmq::message_t& frame);

    [[nodiscard]] LinkId next_link() { return LinkId{++last_link_}; }
    [[nodiscard]] LinkId accepted_link(std::string_view routing_id, int descriptor, Instant now);
    [[nodiscard]] bool send_accepted(LinkId link, const std::vector<std::byte>& frame, Instant now);
    [[nodiscard]] DialledLink* dialled_link(LinkId link);
    [[nodiscard]] DialledLink* dial(const std::string& endpoint, Instant now);
    [[nodiscard]] bool may_dial(const Endpoint& endpoint) const;
    [[nodiscard]] bool may_reach(const Endpoint& endpoint) const;

    void await_resolution(const DialledLink& link, Instant now);
    void break_accepted(LinkId link);
    void forget_accepted(LinkId link);
    void forget_idlest_accepted();
    void close_idlest_dialled();
    void close_idle(Instant now);

    TransportOptions options_;
    zmq::context_t& context_;
    zmq::socket_t inbox_;
    Attention inbox_attention_;
    std::string bound_endpoint_;
    std::optional<InboxMonitor> monitor_;
    AddressBook addresses_;
    TransportCounters counters_;
    std::uint64_t last_link_ = 0;
    std::unordered_map<LinkId, AcceptedLink> accepted_;
    std::unordered_map<std::string, LinkId> accepted_by_routing_id_;
    std::unordered_map<int, LinkId> accepted_by_descriptor_;
    /// By endpoint, as we were told to dial it. Few enough to be walked.
    DialledLinks dialled_;
    std::vector<LinkId> broken_;
    Knocks knocks_;
    Instant next_sweep_{};
    std::optional<Instant> resolution_due_;
};

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <zmq.hpp>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "link_guard.hpp"
#include "log.hpp"
#include "node_control.hpp"

namespace hearsay {

/// A link that the other side has dialled.
struct AcceptedLink {
    std::string routing_id;
    /// Where its peer dials from.
    std::string source;
    /// Of its connection; -1 if unknown.
    int descriptor = -1;
    Instant used_at{};
    /// Of a secured link.
    Caller caller{};
};

/// The links that others have dialled, by their number, routing id and connection. Their numbers
/// are odd. Bounded: the one that was used least lately gives way. Not thread-safe.
class AcceptedLinks {
  public:
    /// All of them must outlive it.
    AcceptedLinks(std::size_t count_max, TransportCounters& counters, Log& log)
        : count_max_(count_max), counters_(counters), log_(log) {}

    /// The link over which this frame came, as used now.
    [[nodiscard]] LinkId link_of(std::string_view routing_id, const zmq::message_t& frame,
                                 Instant now);
    /// Null if there is no such link; valid until another one is made or forgotten.
    [[nodiscard]] AcceptedLink* find(LinkId link);
    /// The link of a connection that has ended, if it was one.
    [[nodiscard]] std::optional<LinkId> take_ended(int descriptor);

    /// The connections of all have ended, which nobody tells.
    void lose_connections();

    /// False if there was none.
    bool forget(LinkId link);
    void forget_idle(Instant now, Duration idle);

    void for_each(const std::function<void(LinkId, AcceptedLink&)>& visit);

  private:
    void forget_idlest();

    std::size_t count_max_;
    TransportCounters& counters_;
    Log& log_;
    std::uint64_t last_link_ = 0;
    std::unordered_map<LinkId, AcceptedLink> links_;
    std::unordered_map<std::string, LinkId> by_routing_id_;
    std::unordered_map<int, LinkId> by_descriptor_;
};

}  // namespace hearsay

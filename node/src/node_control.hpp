#pragma once

#include <cstdint>

#include "hearsay/detector.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// What the transport counts since the start, beside the links that are open now.
struct TransportCounters {
    /// Open now: connections we dialled, and connections peers dialled and used lately.
    std::uint64_t links_dialled = 0;
    std::uint64_t links_accepted = 0;
    /// Connections begun by us.
    std::uint64_t dials = 0;
    /// Dials that came to nothing: not connected in time.
    std::uint64_t dials_timed_out = 0;
    /// Endpoints that cannot be dialled: not an endpoint, or a host name that does not resolve.
    std::uint64_t endpoints_invalid = 0;
    std::uint64_t names_unresolved = 0;
    /// Connections tried only to see whether a peer whose link broke is still there.
    std::uint64_t knocks = 0;
    std::uint64_t frames_sent = 0;
    std::uint64_t frames_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    /// Not sent because a queue was full, or because they waited too long for a connection.
    std::uint64_t frames_dropped = 0;
    std::uint64_t frames_stale = 0;
    /// Received with more parts than one: not ours.
    std::uint64_t frames_misshapen = 0;
};

/// What the status server may see and do of the node it speaks for. Given to it for one call at a
/// time, on the thread of the loop; it must not keep it.
///
/// To leave it calls `detector.leave(now)`: the loop ends when `detector.leaving()` is complete,
/// after one more `handle_turn`. The log level is that of spdlog's default logger.
struct NodeControl {
    Detector& detector;
    /// With real ports in all endpoints.
    const NodeOptions& options;
    const TransportCounters& transport;
    Instant started;
    WallTime started_at;
};

}  // namespace hearsay

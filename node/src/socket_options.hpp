#pragma once

#include <cstddef>

#include <zmq.hpp>

#include "hearsay/time.hpp"

namespace hearsay {

/// A peer gets a few messages a round. What does not fit here is older than what comes next.
inline constexpr int frames_queued_max = 32;

/// How gossip sockets behave; the times follow from the detector's.
struct LinkOptions {
    /// A frame not sent after this time is dropped: the ages in it went stale (R4).
    Duration round{};
    /// A connection whose bytes stay unconfirmed for this long is closed, so that a healed network
    /// is used at once and not when TCP tries again, minutes later.
    Duration patience{};
    /// A link without a frame for this long is closed by the side that dialled it. The other side
    /// gives it up later, so that it is not the first to do so.
    Duration idle{};
};

/// Sets every option of the socket that peers dial, before it is bound.
void configure_inbox(zmq::socket_t& inbox, const LinkOptions& options);

/// Sets every option of a socket that dials a peer, before it is connected.
void configure_link(zmq::socket_t& link, const LinkOptions& options);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// The bytes of one message, and when they were sent.
struct Frame {
    std::vector<std::byte> bytes;
    Instant sent_at;
};

/// What TCP carries in one piece, of Ethernet.
inline constexpr std::size_t segment_bytes_max = 1448;
/// What sender and receiver buffer for a connection that does not flow.
inline constexpr std::size_t window_bytes = 64 * 1024;
/// Linux: the least retransmission time-out.
inline constexpr Duration retransmit_after = std::chrono::milliseconds{200};

/// How long TCP waits for an acknowledgement after so many retransmissions.
[[nodiscard]] Duration backed_off(std::uint32_t retries);

/// One direction of a connection: what waits at its sender, and how it flows.
struct Stream {
    std::deque<Frame> unsent;
    std::size_t unsent_bytes = 0;
    std::uint32_t retries = 0;
    std::optional<Instant> stalled_since;
    /// Since when what has arrived is not acknowledged, if it is not.
    std::optional<Instant> unacknowledged_since;
    Instant last_arrival;

    /// Lets the frame wait behind the others; beyond the window it is dropped. True if it waits.
    bool push(Frame frame);
    /// Takes the first frames that fit into one segment; at least one.
    /// REQUIRES, as the other: there is one.
    [[nodiscard]] std::vector<Frame> take_segment();
    /// How long the first segment is of which those frames are made. One alone may be longer than
    /// a segment, and then travels in several.
    [[nodiscard]] std::size_t segment_bytes() const;

  private:
    /// The first frames that travel together.
    struct Load {
        std::size_t count = 0;
        std::size_t bytes = 0;
    };
    [[nodiscard]] Load next_load() const;
};

}  // namespace hearsay::simulation

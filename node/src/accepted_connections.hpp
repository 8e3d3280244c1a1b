#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "hearsay/time.hpp"

#include "node_control.hpp"

namespace hearsay {

/// What others may do with the connections that they have made to us.
struct ConnectionLimits {
    /// Beyond it the one that was used least lately is ended. Leaves descriptors for everything
    /// else.
    std::size_t count_max = 4096;
    /// One that has brought no frame for this long is ended.
    Duration idle{};
    /// So many bytes of one connection in a round are more than any peer has to say.
    std::uint64_t bytes_per_round_max = std::uint64_t{4} << 20U;
    /// So many bytes that make no frame are a message that does not end: eight frames of the
    /// greatest size. ZeroMQ hands in whole messages alone, and keeps each byte in sixty-four.
    std::uint64_t bytes_unframed_max = std::uint64_t{1} << 20U;
    Duration round{};
};

/// The connections that others have made to a socket of ours, watched below ZeroMQ, which bounds
/// neither how many there are, nor how long they say nothing, nor the parts of a message that does
/// not end. One that goes beyond the limits is ended, as if the other side had done it.
///
/// ZeroMQ owns the descriptors and closes them on a thread of its own; another connection that
/// bears the number of one that was closed just now would be ended in its place, and made anew.
/// Driven by the node's loop; not thread-safe.
class AcceptedConnections {
  public:
    /// `counters` must outlive it.
    AcceptedConnections(ConnectionLimits limits, TransportCounters& counters);

    void note_accepted(int descriptor, Instant now);
    void note_ended(int descriptor) { connections_.erase(descriptor); }
    /// All that stand end with the socket that took them, which nobody tells.
    void forget_all() { connections_.clear(); }
    /// Where its peer dials from; empty if it was gone before that could be seen.
    [[nodiscard]] std::string source_of(int descriptor) const;
    void note_frame(int descriptor, Instant now);
    /// Ends one that brought more than any peer would.
    void end_flooding(int descriptor);
    /// Ends one for a reason that its caller counts.
    void end(int descriptor);

    /// Ends what is idle or brings too much. Does nothing if it did so just now.
    void look(Instant now);

    [[nodiscard]] std::size_t count() const { return connections_.size(); }

  private:
    struct Connection {
        Instant used_at;
        /// Received before the present round.
        std::uint64_t bytes_before = 0;
        /// Received when it was looked at after its last frame.
        std::uint64_t bytes_framed = 0;
        bool has_frame = false;
        bool is_ended = false;
        std::string source;
    };

    void end_idlest();
    void look_at(int descriptor, Connection& connection, bool is_new_round, Instant now);
    [[nodiscard]] bool is_flooding(Connection& connection, std::uint64_t bytes) const;
    static void shut(int descriptor, Connection& connection);

    ConnectionLimits limits_;
    TransportCounters& counters_;
    std::unordered_map<int, Connection> connections_;
    Instant next_look_{};
    Instant next_round_{};
};

}  // namespace hearsay

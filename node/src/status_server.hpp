#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "hearsay/event.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

#include "poll_set.hpp"

namespace hearsay {

struct NodeControl;

/// What the status socket has seen since the start.
struct StatusCounters {
    std::uint64_t requests = 0;
    /// Not a request at all, too big, an unknown op, or an argument that makes no sense.
    std::uint64_t refused = 0;
    /// Answers nobody was there to take, or whose taker had too many unread ones.
    std::uint64_t answers_dropped = 0;
    std::uint64_t events_published = 0;
};

/// Answers questions about this node and publishes its events. Any ZeroMQ REQ socket is a client:
/// the request is a map in JSON or msgpack, the answer comes in the same encoding. Nothing a
/// client does, or fails to do, can block the node, grow its memory without bound, or stop it.
///
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class StatusServer {
  public:
    /// Binds both sockets; an empty address binds nothing. The files of `ipc` addresses are
    /// readable and writable by their owner alone. Throws StartError in one clear line if an
    /// address cannot be bound, or is served by another process already.
    StatusServer(zmq::context_t& context, const std::string& status_address,
                 const std::string& events_address);
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;
    /// Removes the files of `ipc` addresses.
    ~StatusServer();

    /// The addresses that were really bound (port 0 replaced by the port).
    [[nodiscard]] const std::string& status_address() const;
    [[nodiscard]] const std::string& events_address() const;

    /// Wakes the loop when requests have arrived or a subscriber has come or gone.
    void watch(PollSet& set);

    /// Answers the requests that have arrived by the last `watch` and sleep, at most a few dozen;
    /// the rest stays for the next turn. Those that must wait are answered by `handle_turn`.
    void handle_requests(NodeControl& node, Instant now);

    /// Answers every `wait`, `leave` and `forget` that is decided by now. To be called in each
    /// turn of the loop, after the events of the turn were published.
    void handle_turn(NodeControl& node, Instant now);

    /// When `handle_turn` is due at the latest; nothing if nobody waits.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// Hands the event to all subscribers. A slow one misses events instead of holding up the
    /// node; the gap shows in `seq`.
    void publish(const Event& event, WallTime at);

    [[nodiscard]] const StatusCounters& counters() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay

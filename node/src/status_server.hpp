#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

#include "descriptor.hpp"
#include "log.hpp"
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
    /// Requests that wait for their answer now.
    std::uint64_t waiting = 0;
};

/// Answers questions about this node. Any ZeroMQ REQ socket is a client: the request is a map in
/// JSON or msgpack, the answer comes in the same encoding. Nothing a client does, or fails to do,
/// can block the node, grow its memory without bound, or stop it, but for what ZeroMQ lets it do
/// (SECURITY.md): its file is the owner's alone.
///
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class StatusServer {
  public:
    /// Binds. The file of an `ipc` address is readable and writable by its owner alone. Throws
    /// StartError in one clear line if the address cannot be bound, or is served by another process
    /// already.
    StatusServer(zmq::context_t& context, const std::string& address, Log& log);
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;
    /// Removes the file of an `ipc` address.
    ~StatusServer();

    /// The address that was really bound (port 0 replaced by the port).
    [[nodiscard]] const std::string& address() const;

    /// Wakes the loop when requests have arrived or a client is gone.
    void watch(PollSet& set);

    /// Answers the requests that have arrived by the last `watch` and sleep, at most a few dozen;
    /// the rest stays for the next turn. Those that must wait are answered by `handle_turn`.
    void handle_requests(NodeControl& node, Instant now);

    /// Answers every `wait`, `leave` and `forget` that is decided by now. To be called in each
    /// turn of the loop. `has_changed`: something happened in it that may decide one.
    void handle_turn(NodeControl& node, bool has_changed, Instant now);

    /// When `handle_turn` is due at the latest; nothing if nobody waits.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// Goes on at the same address with a socket whose file was made anew.
    void replace_listener(Descriptor listener);

    [[nodiscard]] StatusCounters counters() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay

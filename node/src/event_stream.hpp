#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <zmq.hpp>

#include "descriptor.hpp"
#include "log.hpp"
#include "node_control.hpp"
#include "occurrence.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Publishes the node's events. Any ZeroMQ DEALER socket is a client: it asks once, as README.md
/// says, and is then sent every event. A subscriber that reads slowly has a queue of its own; it
/// misses no failure and no leave, and is told how many other events it missed. Nothing that it
/// does, or fails to do, can block the node or grow its memory without bound.
///
/// A publisher socket of ZeroMQ cannot promise that: it drops the newest event for a slow
/// subscriber, and keeps every subscription that anybody sends.
///
/// Driven by the node's loop; not thread-safe. The context must outlive it.
class EventStream {
  public:
    /// How many may subscribe at once.
    static constexpr std::size_t subscribers_max = 64;
    /// Events that may be lost and wait for one subscriber.
    static constexpr std::size_t waiting_max = 1000;

    /// Binds. Throws StartError.
    EventStream(zmq::context_t& context, const std::string& address, Log& log);
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;
    /// Removes the file of an `ipc` address.
    ~EventStream();

    /// The address that was really bound.
    [[nodiscard]] const std::string& address() const;

    /// Wakes the loop when somebody asks, reads on or is gone.
    void watch(PollSet& set);

    /// Answers those who have asked, a few dozen at most, forgets those who are gone, and sends on
    /// to those who were slow.
    void handle_turn(const NodeControl& node, Instant now);

    /// Sends an event to all subscribers.
    void publish(const SharedOccurrence& occurrence);

    /// Goes on at the same address with a socket whose file was made anew.
    void replace_listener(Descriptor listener);

    [[nodiscard]] EventStreamCounters counters() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay

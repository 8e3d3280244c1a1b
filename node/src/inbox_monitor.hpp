#pragma once

#include <optional>
#include <string>

#include <zmq.hpp>

#include "poll_set.hpp"

namespace hearsay {

/// Tells which connections of a bound socket have ended, as they end. Must not outlive the socket,
/// whose name here is unique in its context.
class InboxMonitor {
  public:
    InboxMonitor(zmq::context_t& context, zmq::socket_t& inbox, const std::string& name);
    InboxMonitor(const InboxMonitor&) = delete;
    InboxMonitor& operator=(const InboxMonitor&) = delete;
    ~InboxMonitor();

    /// Wakes the loop when a connection has ended.
    void watch(PollSet& set);

    /// The descriptor of the next connection that has ended, if any. Another one may bear it by
    /// now.
    [[nodiscard]] std::optional<int> poll_ended();

  private:
    zmq::socket_t& inbox_;
    zmq::socket_t events_;
    Attention attention_;
};

}  // namespace hearsay

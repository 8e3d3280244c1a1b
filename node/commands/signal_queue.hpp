#pragma once

#include <optional>

#include <signal.h>

#include "descriptor.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// The signals that a node handles, as they come: SIGTERM and SIGINT, to leave; SIGHUP, to reload;
/// SIGUSR1 and SIGUSR2, to open the log anew. They must have been held back (`hold_signals_back`).
class SignalQueue {
  public:
    /// Throws StartError if no descriptor is left.
    SignalQueue();

    [[nodiscard]] static sigset_t signals();

    /// Wakes the loop when there is one.
    void watch(PollSet& set) { set.add(descriptor_.number(), has_news_); }

    /// The number of the next one, if any.
    [[nodiscard]] std::optional<int> poll();

  private:
    Descriptor descriptor_;
    bool has_news_ = false;
};

}  // namespace hearsay

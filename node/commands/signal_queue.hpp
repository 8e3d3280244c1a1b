#pragma once

#include <optional>

#include <signal.h>

#include "descriptor.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Signals as they come, instead of handlers. They must have been held back.
class SignalQueue {
  public:
    /// Throws StartError if no descriptor is left.
    explicit SignalQueue(const sigset_t& wanted);

    /// Those that a node handles: SIGTERM and SIGINT, to leave; SIGHUP, to reload; SIGUSR1 and
    /// SIGUSR2, to open the log anew. `hold_signals_back` holds them back.
    [[nodiscard]] static sigset_t signals_of_node();

    /// Wakes the loop when there is one.
    void watch(PollSet& set) { set.add(descriptor_.number(), has_news_); }

    /// The number of the next one, if any.
    [[nodiscard]] std::optional<int> poll();

  private:
    Descriptor descriptor_;
    bool has_news_ = false;
};

}  // namespace hearsay

#pragma once

#include "descriptor.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Wakes a loop from other threads and from signal handlers.
class Wakeup {
  public:
    /// Throws StartError if no descriptor is left.
    Wakeup();

    /// Ends the present sleep, or the next one. May be called from a signal handler.
    void wake() const noexcept;

    /// Takes note of what has come until now: to be called before it is looked at what it was for,
    /// or the next sleep might miss what comes in between.
    void settle();

    /// Has the loop woken by what has come since.
    void watch(PollSet& set) { set.add(descriptor_.number(), has_news_); }

  private:
    Descriptor descriptor_;
    bool has_news_ = false;
};

}  // namespace hearsay

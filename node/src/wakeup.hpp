#pragma once

#include <atomic>
#include <cstdint>

#include "poll_set.hpp"

namespace hearsay {

/// Counts requests from other threads and signal handlers, and wakes the loop for each.
class Wakeup {
  public:
    /// Throws StartError if no descriptor is left.
    Wakeup();
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    ~Wakeup();

    /// One more request. May be called from a signal handler.
    void request() noexcept;

    /// All requests since the start.
    [[nodiscard]] std::uint32_t request_count() const { return request_count_; }

    /// Wakes the loop for requests that have come since the last sleep.
    void watch(PollSet& set);

  private:
    int descriptor_;
    bool has_news_ = false;
    std::atomic<std::uint32_t> request_count_{0};
    static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
};

}  // namespace hearsay

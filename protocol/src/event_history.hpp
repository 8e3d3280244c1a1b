#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "hearsay/event.hpp"

namespace hearsay {

/// The events: a queue for the caller, and a flight recorder that keeps the last of them for
/// `explain`. Both are bounded and lose their oldest first.
class EventHistory {
  public:
    void record(Event event);

    /// The oldest event not yet taken.
    [[nodiscard]] std::optional<Event> poll();

    /// What is still recorded of one name, oldest first.
    [[nodiscard]] std::vector<Event> history(std::string_view name) const;

  private:
    std::deque<Event> pending_;
    std::deque<Event> recorded_;
    std::uint64_t last_number_ = 0;
};

}  // namespace hearsay

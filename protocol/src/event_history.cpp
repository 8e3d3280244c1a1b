#include "event_history.hpp"

#include <algorithm>
#include <iterator>

#include "hearsay/codec.hpp"

namespace hearsay {
namespace {

/// More than one turn can bring, even if everybody is new in it and gone again.
constexpr std::size_t pending_max = 4 * limits::members_max;
constexpr std::size_t recorded_max = 256;

}  // namespace

void EventHistory::record(Event event) {
    event.number = ++last_number_;
    if (recorded_.size() == recorded_max) recorded_.pop_front();
    recorded_.push_back(event);
    if (pending_.size() == pending_max) pending_.pop_front();
    pending_.push_back(std::move(event));
}

std::optional<Event> EventHistory::poll() {
    if (pending_.empty()) return std::nullopt;
    std::optional<Event> event = std::move(pending_.front());
    pending_.pop_front();
    return event;
}

std::vector<Event> EventHistory::history(std::string_view name) const {
    std::vector<Event> events;
    std::copy_if(recorded_.begin(), recorded_.end(), std::back_inserter(events),
                 [name](const Event& event) { return event.subject.name == name; });
    return events;
}

}  // namespace hearsay

#include "world.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay::simulation {

void World::at(Instant when, Action action) {
    HEARSAY_CHECK(when >= now_);
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(actions_.size()));
        actions_.emplace_back();
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    actions_[place] = std::move(action);
    heap_.push_back({.when = when, .order = planned_++, .place = place});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
}

void World::run_until(Instant end) {
    HEARSAY_CHECK(end >= now_);
    while (!heap_.empty() && heap_.front().when <= end) {
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        const Entry entry = heap_.back();
        heap_.pop_back();
        now_ = entry.when;
        const Action action = std::exchange(actions_[entry.place], {});
        free_.push_back(entry.place);
        action();
    }
    now_ = end;
}

}  // namespace hearsay::simulation

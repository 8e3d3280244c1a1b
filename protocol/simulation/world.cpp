#include "world.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay::simulation {

bool World::is_later(const Entry& a, const Entry& b) {
    return std::tie(a.when, a.order) > std::tie(b.when, b.order);
}

void World::at(Instant when, Action action) {
    HEARSAY_CHECK(when >= now_);
    heap_.push_back({.when = when, .order = planned_++, .action = std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), is_later);
}

void World::run_until(Instant end) {
    HEARSAY_CHECK(end >= now_);
    while (!heap_.empty() && heap_.front().when <= end) {
        std::pop_heap(heap_.begin(), heap_.end(), is_later);
        const Entry entry = std::move(heap_.back());
        heap_.pop_back();
        now_ = entry.when;
        entry.action();
    }
    now_ = end;
}

}  // namespace hearsay::simulation

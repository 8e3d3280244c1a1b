#include "queues.hpp"

#include <utility>

#include "stream.hpp"

namespace hearsay::simulation {

bool Queues::is_any(std::size_t from, std::size_t to) const {
    return paths_.between(from, to).bytes_per_second > 0 || queues_.contains({from, to});
}

void Queues::wait(std::size_t from, std::size_t to, std::size_t bytes, World::Action go) {
    const Way way{from, to};
    const auto known = queues_.find(way);
    if (bytes + (known == queues_.end() ? 0 : known->second.bytes) > window_bytes) return;
    Queue& queue = queues_[way];
    queue.items.push_back({.bytes = bytes, .go = std::move(go)});
    queue.bytes += bytes;
    if (queue.items.size() == 1) plan(way, time_for(way, bytes));
}

void Queues::drop_from(std::size_t host) {
    std::erase_if(queues_, [&](const auto& entry) { return entry.first.first == host; });
}

void Queues::hurry() {
    for (const auto& [way, queue] : queues_) {
        const Duration left = queue.due - world_.now();
        const Duration needed = time_for(way, queue.items.front().bytes);
        if (needed < left) plan(way, needed);
    }
}

void Queues::plan(Way way, Duration delay) {
    const Instant due = world_.now() + delay;
    queues_.at(way).due = due;
    world_.at(due, [this, way, due] { advance(way, due); });
}

void Queues::advance(Way way, Instant due) {
    const auto found = queues_.find(way);
    if (found == queues_.end() || found->second.due != due) return;
    Queue& queue = found->second;
    const Item item = std::move(queue.items.front());
    queue.items.pop_front();
    queue.bytes -= item.bytes;
    if (queue.items.empty()) {
        queues_.erase(found);
    } else {
        plan(way, time_for(way, queue.items.front().bytes));
    }
    item.go();
}

Duration Queues::time_for(Way way, std::size_t bytes) const {
    const std::uint64_t rate = paths_.between(way.first, way.second).bytes_per_second;
    if (rate == 0) return {};
    return Duration{static_cast<Duration::rep>(bytes * 1'000'000 / rate)};
}

}  // namespace hearsay::simulation

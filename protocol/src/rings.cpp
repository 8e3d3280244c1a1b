#include "rings.hpp"

#include <algorithm>

#include "hearsay/check.hpp"

namespace hearsay {
namespace {

void sort_unique(std::vector<LifeId>& lives) {
    std::sort(lives.begin(), lives.end());
    lives.erase(std::unique(lives.begin(), lives.end()), lives.end());
}

}  // namespace

Rings::Rings(std::size_t ring_count) : rings_(ring_count) {
    HEARSAY_CHECK(ring_count > 0);
}

Rings::Place Rings::place(LifeId life, std::size_t ring) {
    return {.position = mix(number(life) ^ mix(ring + 1)), .life = life};
}

void Rings::insert(LifeId life) {
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        Ring& ring = rings_[i];
        const auto at = std::lower_bound(ring.begin(), ring.end(), place(life, i));
        HEARSAY_CHECK(at == ring.end() || at->life != life);
        ring.insert(at, place(life, i));
    }
}

void Rings::erase(LifeId life) {
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        Ring& ring = rings_[i];
        const auto at = std::lower_bound(ring.begin(), ring.end(), place(life, i));
        HEARSAY_CHECK(at != ring.end() && at->life == life);
        ring.erase(at);
    }
}

void Rings::walk(const Ring& ring, Place start, Direction direction, const Predicate& visit) {
    const std::size_t size = ring.size();
    const auto from = std::lower_bound(ring.begin(), ring.end(), start);
    const bool is_on_ring = from != ring.end() && from->life == start.life;
    const bool is_forward = direction == Direction::forward;
    auto index = static_cast<std::size_t>(from - ring.begin());
    // Where the start itself is not on the ring, its successor stands in its place.
    if (!is_on_ring && is_forward) index += size - 1;
    const std::size_t steps = is_on_ring ? size - 1 : size;
    for (std::size_t step = 0; step < steps; ++step) {
        index = (index + (is_forward ? 1 : size - 1)) % size;
        if (!visit(ring[index].life)) return;
    }
}

std::vector<LifeId> Rings::others(LifeId self) const {
    std::vector<LifeId> lives;
    for (const Place& place : rings_.front()) {
        if (place.life != self) lives.push_back(place.life);
    }
    std::sort(lives.begin(), lives.end());
    return lives;
}

std::vector<LifeId> Rings::neighbours(LifeId self, const Predicate& is_silent) const {
    if (size() <= everybody_max()) return others(self);
    std::vector<LifeId> found;
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        for (const Direction direction : {Direction::forward, Direction::backward}) {
            std::size_t beyond = 1;
            bool is_silent_so_far = true;
            walk(rings_[i], place(self, i), direction, [&](LifeId life) {
                found.push_back(life);
                is_silent_so_far = is_silent_so_far && is_silent(life);
                if (is_silent_so_far) {
                    ++beyond;
                    return true;
                }
                return --beyond > 0;
            });
        }
    }
    sort_unique(found);
    return found;
}

std::vector<LifeId> Rings::observers(LifeId subject) const {
    return neighbours(subject, [](LifeId) { return false; });
}

LifeId Rings::pick(Random& random) const {
    return rings_.front()[random.below(size())].life;
}

}  // namespace hearsay

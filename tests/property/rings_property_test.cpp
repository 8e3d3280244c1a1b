// The rings (R5): nodes that hold the same roster compute the same neighbours.

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "hearsay/random.hpp"

#include "rings.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

constexpr std::size_t ring_count = 2;

using Lives = std::vector<LifeId>;
using Suspects = std::set<LifeId>;

Lives any_lives(Random& generator, std::size_t size) {
    std::set<LifeId> lives;
    while (lives.size() < size)
        lives.insert(LifeId{1 + generator.next() / 2});
    return {lives.begin(), lives.end()};
}

Lives any_lives(Random& generator) {
    return any_lives(generator, 1 + generator.below(generator.chance(1, 4) ? 200 : 20));
}

Rings rings_of(const Lives& lives) {
    Rings rings(ring_count);
    for (const LifeId life : lives)
        rings.insert(life);
    return rings;
}

/// The ring as a list that begins behind `self`, in one direction or the other.
Lives ring_from(const Lives& lives, LifeId self, std::size_t ring, bool is_forward) {
    std::map<std::uint64_t, LifeId> positions;
    for (const LifeId life : lives)
        positions[mix(number(life) ^ mix(ring + 1))] = life;
    Lives order;
    for (const auto& [position, life] : positions)
        order.push_back(life);
    std::rotate(order.begin(), std::find(order.begin(), order.end(), self), order.end());
    order.erase(order.begin());
    if (!is_forward) std::reverse(order.begin(), order.end());
    return order;
}

/// What R5 says, word for word: the next on each side of each ring, and behind k suspects the
/// next k + 1.
std::set<LifeId> expected_neighbours(const Lives& lives, LifeId self, const Suspects& suspects) {
    std::set<LifeId> expected;
    if (lives.size() <= 5) {
        expected.insert(lives.begin(), lives.end());
        expected.erase(self);
        return expected;
    }
    for (std::size_t ring = 0; ring < ring_count; ++ring) {
        for (const bool is_forward : {true, false}) {
            const Lives order = ring_from(lives, self, ring, is_forward);
            std::size_t silent = 0;
            while (silent < order.size() && suspects.contains(order[silent]))
                ++silent;
            const std::size_t count = std::min(order.size(), silent + silent + 1);
            expected.insert(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
        }
    }
    return expected;
}

std::set<LifeId> neighbours(const Rings& rings, LifeId self, const Suspects& suspects) {
    const auto found = rings.neighbours(self, [&](LifeId life) { return suspects.contains(life); });
    REQUIRE(std::is_sorted(found.begin(), found.end()));
    return {found.begin(), found.end()};
}

std::size_t reachable_from(const Rings& rings, LifeId start) {
    std::set<LifeId> reached{start};
    Lives open{start};
    while (!open.empty()) {
        const LifeId life = open.back();
        open.pop_back();
        for (const LifeId next : rings.observers(life)) {
            if (reached.insert(next).second) open.push_back(next);
        }
    }
    return reached.size();
}

}  // namespace

TEST_CASE("neighbours are those that the rule names", "[rings_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Lives lives = any_lives(generator);
    const std::uint64_t suspected = generator.below(4);
    Suspects suspects;
    for (const LifeId life : lives) {
        if (generator.chance(suspected, 4)) suspects.insert(life);
    }

    const Rings rings = rings_of(lives);

    for (const LifeId life : lives)
        CHECK(neighbours(rings, life, suspects) == expected_neighbours(lives, life, suspects));
}

TEST_CASE("of two members both observe each other, or neither does", "[rings_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Lives lives = any_lives(generator);
    const Rings rings = rings_of(lives);

    for (const LifeId one : lives) {
        for (const LifeId other : rings.observers(one)) {
            const Lives back = rings.observers(other);
            CHECK(std::binary_search(back.begin(), back.end(), one));
        }
    }
}

TEST_CASE("beyond five members everyone has two to four observers", "[rings_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Lives lives = any_lives(generator, 6 + generator.below(200));
    const Rings rings = rings_of(lives);

    for (const LifeId life : lives) {
        const Lives observers = rings.observers(life);
        CHECK(observers.size() >= 2);
        CHECK(observers.size() <= 2 * ring_count);
        CHECK_FALSE(std::binary_search(observers.begin(), observers.end(), life));
    }
}

TEST_CASE("everybody is reached from everybody over the rings", "[rings_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Lives lives = any_lives(generator);

    CHECK(reachable_from(rings_of(lives), lives.front()) == lives.size());
}

TEST_CASE("in what order members come and go does not matter", "[rings_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    Lives lives = any_lives(generator);
    const Rings rings = rings_of(lives);

    Rings others(ring_count);
    const Lives passers_by = any_lives(generator, 10);
    for (const LifeId life : passers_by)
        others.insert(life);
    for (std::size_t i = lives.size(); i > 0; --i) {
        std::swap(lives[i - 1], lives[generator.below(i)]);
        others.insert(lives[i - 1]);
    }
    for (const LifeId life : passers_by)
        others.erase(life);

    for (const LifeId life : lives)
        CHECK(rings.observers(life) == others.observers(life));
}

}  // namespace hearsay

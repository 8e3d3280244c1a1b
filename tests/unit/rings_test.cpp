#include "rings.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Lives = std::vector<LifeId>;

Rings rings_of(std::uint64_t count, std::size_t ring_count = 2) {
    Rings rings(ring_count);
    for (std::uint64_t number = 1; number <= count; ++number)
        rings.insert(LifeId{number});
    return rings;
}

bool nobody(LifeId) {
    return false;
}

}  // namespace

TEST_CASE("in a cluster of five everybody is a neighbour of everybody", "[rings]") {
    const Rings rings = rings_of(5);

    CHECK(rings.neighbours(LifeId{3}, nobody) == Lives{LifeId{1}, LifeId{2}, LifeId{4}, LifeId{5}});
    CHECK(rings.observers(LifeId{3}) == rings.neighbours(LifeId{3}, nobody));
}

TEST_CASE("everybody is a neighbour where that is two for each ring", "[rings]") {
    CHECK(rings_of(3, 1).neighbours(LifeId{1}, nobody).size() == 2);
    CHECK(rings_of(5, 1).neighbours(LifeId{1}, nobody).size() == 2);
    CHECK(rings_of(7, 3).neighbours(LifeId{1}, nobody).size() == 6);
}

TEST_CASE("somebody alone has no neighbours", "[rings]") {
    CHECK(rings_of(1).neighbours(LifeId{1}, nobody).empty());
}

TEST_CASE("beyond five members each ring gives two neighbours", "[rings]") {
    for (std::uint64_t count = 6; count < 60; ++count) {
        CAPTURE(count);
        const auto of_two = rings_of(count).neighbours(LifeId{1}, nobody);
        const auto of_one = rings_of(count, 1).neighbours(LifeId{1}, nobody);
        CHECK(of_one.size() == 2);
        CHECK(of_two.size() >= 2);
        CHECK(of_two.size() <= 4);
        CHECK(std::includes(of_two.begin(), of_two.end(), of_one.begin(), of_one.end()));
    }
}

TEST_CASE("behind k silent neighbours the next k + 1 are neighbours too", "[rings]") {
    const Rings rings = rings_of(40, 1);
    const auto two = rings.neighbours(LifeId{1}, nobody);
    REQUIRE(two.size() == 2);
    std::set<LifeId> silent{two.front()};
    const auto is_silent = [&](LifeId life) { return silent.contains(life); };

    const auto five = rings.neighbours(LifeId{1}, is_silent);
    // On that side the silent one and two behind it, on the other side the one of before.
    CHECK(five.size() == 4);
    CHECK(std::includes(five.begin(), five.end(), two.begin(), two.end()));

    silent.insert(five.begin(), five.end());
    silent.erase(two.back());
    // Three in a row are silent now, and four are behind them.
    CHECK(rings.neighbours(LifeId{1}, is_silent).size() == 8);
}

TEST_CASE("where all others are silent all are neighbours", "[rings]") {
    const auto all = rings_of(12).neighbours(LifeId{1}, [](LifeId) { return true; });

    CHECK(all.size() == 11);
}

TEST_CASE("a silent member keeps its observers", "[rings]") {
    const Rings rings = rings_of(30);

    for (const LifeId observer : rings.observers(LifeId{7})) {
        const auto neighbours = rings.neighbours(observer, nobody);
        CHECK(std::binary_search(neighbours.begin(), neighbours.end(), LifeId{7}));
    }
}

TEST_CASE("a life that is on no ring has the neighbours of its place", "[rings]") {
    Rings rings = rings_of(30);
    const auto before = rings.observers(LifeId{7});

    rings.erase(LifeId{7});

    CHECK(rings.size() == 29);
    CHECK(rings.observers(LifeId{7}) == before);
}

TEST_CASE("each member is picked about equally often", "[rings]") {
    const Rings rings = rings_of(10);
    Random random_source(1);
    std::map<LifeId, int> picks;

    for (int draw = 0; draw < 10'000; ++draw)
        ++picks[rings.pick(random_source)];

    CHECK(picks.size() == 10);
    for (const auto& [life, count] : picks) {
        CHECK(count > 850);
        CHECK(count < 1150);
    }
}

}  // namespace hearsay

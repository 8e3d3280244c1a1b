// What befalls frames on their way, seen by two who do nothing but listen.

#include "simulation/network.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "simulation/stream.hpp"
#include "simulation/wire.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a hole swallows what is longer, and all behind it, until the connection ends",
          "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.hole_bytes = 500});
    const Instant before = wire.world.now();

    wire.send("a", "b", 1, 500);
    wire.run_for(1s);
    wire.send("a", "b", 2, 501);
    wire.send("a", "b", 3, 20);
    wire.run_for(3900ms);
    CHECK(wire.b.numbers() == std::vector<int>{1});
    CHECK(wire.b.at.front() == before + 1ms);
    CHECK(wire.a.breaks == 0);

    wire.run_for(200ms);
    CHECK(wire.a.breaks == 1);
    wire.send("a", "b", 4, 20);
    wire.run_for(1s);
    CHECK(wire.b.numbers() == std::vector<int>{1, 4});
}

TEST_CASE("a hole swallows what waited together and is too long together", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.is_cut = true});
    for (const int number : numbers_to(3))
        wire.send("a", "b", number, 200);

    wire.set_path({.hole_bytes = 500});
    wire.run_for(3s);

    CHECK(wire.b.numbers().empty());
}

TEST_CASE("a frame of many segments gets through if whole segments do", "[network]") {
    const auto [hole, is_through] =
        GENERATE(table<std::uint64_t, bool>({{segment_bytes_max - 1, false}, {0, true}}));
    CAPTURE(hole);
    Wire wire;
    wire.connect();
    wire.set_path({.hole_bytes = hole});

    wire.send("a", "b", 1, 10 * segment_bytes_max);
    wire.run_for(3s);

    CHECK(wire.b.numbers().size() == (is_through ? 1 : 0));
}

TEST_CASE("a hole lets dials and the other direction pass", "[network]") {
    Wire wire;
    wire.set_path({.hole_bytes = 10});

    wire.send("a", "b", 1, 10);
    wire.run_for(10ms);
    REQUIRE(wire.b.numbers() == std::vector<int>{1});
    wire.network.send("b", {.link = wire.b.links.front(),
                            .endpoint = {},
                            .frame = std::vector<std::byte>(900, std::byte{9})});
    wire.run_for(10ms);

    CHECK(wire.a.numbers() == std::vector<int>{9});
}

TEST_CASE("what is stuck in a hole comes through once it is gone", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.hole_bytes = 500});
    wire.send("a", "b", 1, 600);
    wire.run_for(1s);

    wire.network.heal();
    wire.run_for(2s);

    CHECK(wire.b.numbers() == std::vector<int>{1});
    CHECK(wire.a.breaks == 0);
}

TEST_CASE("on a way of a certain rate each frame waits for those before it", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.bytes_per_second = 10'000});
    const Instant before = wire.world.now();

    for (const int number : numbers_to(3))
        wire.send("a", "b", number, 100);
    wire.run_for(1s);

    CHECK(wire.b.numbers() == numbers_to(3));
    CHECK(wire.b.at == std::vector<Instant>{before + 11ms, before + 21ms, before + 31ms});
}

TEST_CASE("all connections between two hosts share a rate, which is of one direction",
          "[network]") {
    Wire wire;
    wire.connect();
    const LinkId link = wire.b.links.front();
    wire.send("b", "a", 0, 1);
    wire.run_for(10ms);
    wire.a.at.clear();
    wire.network.set_path("b", "a", {.delay = 1ms, .spread = 0ms, .bytes_per_second = 10'000});
    const Instant before = wire.world.now();

    wire.send("b", "a", 1, 1000);
    wire.network.send(
        "b", {.link = link, .endpoint = {}, .frame = std::vector<std::byte>(1000, std::byte{2})});
    wire.send("a", "b", 1, 1000);
    wire.run_for(1s);

    CHECK(wire.a.at == std::vector<Instant>{before + 101ms, before + 201ms});
    CHECK(wire.b.at == std::vector<Instant>{before + 1ms});
}

TEST_CASE("beyond a window of waiting frames the rest is dropped", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.bytes_per_second = 100'000});

    for (int number = 1; number <= 100; ++number)
        wire.send("a", "b", number, 1024);
    wire.run_for(10s);

    CHECK(wire.b.numbers() == numbers_to(window_bytes / 1024));
}

TEST_CASE("what waits comes at once when the way is healed, and not at all from the dead",
          "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.bytes_per_second = 10});
    for (const int number : numbers_to(5))
        wire.send("a", "b", number, 100);
    wire.run_for(100ms);

    SECTION("healed, or said to be otherwise") {
        const bool is_healed = GENERATE(true, false);
        if (is_healed) wire.network.heal();
        if (!is_healed) wire.set_path({});
        wire.run_for(2ms);
        CHECK(wire.b.numbers() == numbers_to(5));
    }
    SECTION("dead machine") {
        wire.network.detach("a", Parting::machine_gone);
        wire.network.heal();
        wire.run_for(60s);
        CHECK(wire.b.numbers().empty());
    }
    SECTION("ended process: its kernel sends on, and says the end behind it") {
        wire.network.detach("a", Parting::process_gone);
        wire.run_for(60s);
        CHECK(wire.b.numbers() == numbers_to(5));
        CHECK(wire.b.breaks == 1);
        CHECK(wire.b.frames.back().empty());
    }
}

TEST_CASE("a corrupted frame has one byte changed and keeps its length", "[network]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 20));
    CAPTURE(seed);
    Wire wire(seed);
    wire.connect();
    wire.set_path({.corrupt_per_mille = 1000});

    wire.send("a", "b", 1, 50);
    wire.run_for(10ms);

    std::vector<std::byte> sent(50, std::byte{0});
    sent.front() = std::byte{1};
    REQUIRE(wire.b.frames.size() == 1);
    const std::vector<std::byte>& came = wire.b.frames.front();
    REQUIRE(came.size() == sent.size());
    CHECK(std::inner_product(came.begin(), came.end(), sent.begin(), 0, std::plus<>(),
                             std::not_equal_to<>()) == 1);
}

TEST_CASE("a duplicate comes later, the same bytes over the same link", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.duplicate_per_mille = 1000});
    const Instant before = wire.world.now();

    wire.send("a", "b", 1, 50);
    wire.run_for(1s);

    REQUIRE(wire.b.frames.size() == 2);
    CHECK(wire.b.frames[0] == wire.b.frames[1]);
    CHECK(wire.b.links[0] == wire.b.links[1]);
    CHECK(wire.b.at[0] == before + 1ms);
    CHECK(wire.b.at[1] > wire.b.at[0]);
    CHECK(wire.b.at[1] - wire.b.at[0] <=
          lateness_max({.delay = 1ms, .duplicate_per_mille = 1}, Wire::times));
}

TEST_CASE("reordered frames all come once, and others overtake them", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.reorder_per_mille = 500});

    for (int number = 1; number <= 50; ++number) {
        wire.send("a", "b", number, 50);
        wire.run_for(2ms);
    }
    wire.run_for(1s);

    std::vector<int> numbers = wire.b.numbers();
    CHECK_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
    std::sort(numbers.begin(), numbers.end());
    CHECK(numbers == numbers_to(50));
}

TEST_CASE("a share of some befalls about so many", "[network]") {
    Wire wire;
    wire.connect();
    wire.set_path({.duplicate_per_mille = 100});

    for (int i = 0; i < 1000; ++i) {
        wire.send("a", "b", 1, 10);
        wire.run_for(2ms);
    }
    wire.run_for(1s);

    CHECK(wire.b.frames.size() > 1060);
    CHECK(wire.b.frames.size() < 1140);
}

TEST_CASE("frames that fit travel in one segment, and one alone may need several", "[network]") {
    Stream stream;
    const auto push = [&](std::size_t bytes) {
        stream.push({.bytes = std::vector<std::byte>(bytes), .sent_at = {}});
    };
    push(1000);
    push(448);
    push(1);
    push(3000);

    CHECK(stream.segment_bytes() == 1448);
    CHECK(stream.take_segment().size() == 2);
    CHECK(stream.segment_bytes() == 1);
    CHECK(stream.take_segment().size() == 1);
    CHECK(stream.segment_bytes() == segment_bytes_max);
    CHECK(stream.take_segment().size() == 1);
    CHECK(stream.unsent_bytes == 0);
}

}  // namespace
}  // namespace hearsay::simulation

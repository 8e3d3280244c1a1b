#include "hearsay/random.hpp"

#include <array>

#include "support/catch.hpp"

namespace hearsay {
namespace {

TEST_CASE("the sequence is that of SplitMix64", "[random]") {
    // The first outputs for seed 1234567 as other implementations give them.
    Random generator(1234567);
    CHECK(generator.next() == 6457827717110365317U);
    CHECK(generator.next() == 3203168211198807973U);
    CHECK(generator.next() == 9817491932198370423U);
    CHECK(generator.next() == 4593380528125082431U);
    CHECK(generator.next() == 16408922859458223821U);
}

TEST_CASE("a copy goes on where the original was", "[random]") {
    Random original(1);
    static_cast<void>(original.next());
    Random copy = original;

    CHECK(copy.next() == original.next());
}

TEST_CASE("mix leaves zero alone and spreads one bit over half of all", "[random]") {
    CHECK(mix(0) == 0);
    for (unsigned bit = 0; bit < 64; ++bit) {
        const std::uint64_t changed = mix(0x1234) ^ mix(0x1234 ^ (std::uint64_t{1} << bit));
        CAPTURE(bit);
        CHECK(__builtin_popcountll(changed) > 12);
        CHECK(__builtin_popcountll(changed) < 52);
    }
}

TEST_CASE("numbers below a bound are all drawn, about equally often", "[random]") {
    Random generator(7);
    std::array<int, 10> count{};
    for (int draw = 0; draw < 10'000; ++draw)
        ++count.at(generator.below(count.size()));

    for (const int each : count) {
        CHECK(each > 850);
        CHECK(each < 1150);
    }
}

TEST_CASE("a chance comes true as often as it says", "[random]") {
    Random generator(7);
    int hits = 0;
    for (int draw = 0; draw < 10'000; ++draw)
        hits += generator.chance(1, 4) ? 1 : 0;

    CHECK(hits > 2300);
    CHECK(hits < 2700);
    CHECK_FALSE(generator.chance(0, 1));
    CHECK(generator.chance(1, 1));
}

}  // namespace
}  // namespace hearsay

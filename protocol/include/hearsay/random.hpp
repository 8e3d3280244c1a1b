#pragma once

#include <cstdint>
#include <string_view>

#include "hearsay/check.hpp"

namespace hearsay {

/// Spreads the bits of `value` over all 64 (the finaliser of SplitMix64, Steele et al. 2014).
/// A bijection, and mix(0) == 0.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

/// A number of a text that is the same on all machines (FNV-1a). Not for secrets.
[[nodiscard]] constexpr std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325U;
    for (const char character : text)
        value = (value ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
    return value;
}

/// A small generator whose whole sequence follows from its seed (SplitMix64).
/// Not for secrets. Copying it copies its place in the sequence.
class Random {
  public:
    explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

    /// The next 64 bits.
    [[nodiscard]] constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        return mix(state_);
    }

    /// A number in [0, bound), each equally likely up to a bias below bound / 2^64.
    /// REQUIRES: bound > 0.
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t bound) {
        HEARSAY_CHECK(bound > 0);
        return next() % bound;
    }

    /// True in `numerator` of `denominator` calls on average. REQUIRES: denominator > 0.
    [[nodiscard]] constexpr bool chance(std::uint64_t numerator, std::uint64_t denominator) {
        return below(denominator) < numerator;
    }

  private:
    std::uint64_t state_;
};

}  // namespace hearsay

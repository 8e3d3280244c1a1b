#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "hearsay/random.hpp"

namespace hearsay::simulation {

/// A hash of everything that is added, in order.
class Fingerprint {
  public:
    void add(std::uint64_t value) { value_ = mix(value_ * 31 + value); }
    void add(std::span<const std::byte> bytes) {
        add(bytes.size());
        std::uint64_t word = 0;
        for (std::size_t at = 0; at < bytes.size(); at += sizeof word) {
            std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
            add(word);
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0;
};

}  // namespace hearsay::simulation

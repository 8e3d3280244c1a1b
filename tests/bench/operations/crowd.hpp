#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/message.hpp"

namespace hearsay::bench {

/// A detector among invented members, so many with itself: what they say is made here, with
/// heartbeats that advance, and what it answers is thrown away.
class Crowd {
  public:
    /// REQUIRES: `size` > 1.
    explicit Crowd(std::size_t size);

    [[nodiscard]] Detector& detector() { return detector_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const std::vector<LifeId>& lives() const { return lives_; }
    /// Those with whom the detector exchanges pulses.
    [[nodiscard]] const std::vector<LifeId>& neighbours() const { return neighbours_; }

    /// A message that says nothing but that its sender lives, and asks for an answer.
    [[nodiscard]] Message pulse(LifeId from);
    /// The same with a delta of table gossip, about one member after the other.
    [[nodiscard]] Message delta(LifeId from);

    void hand_in(const std::vector<std::byte>& frame, LifeId from);
    void turn();
    void pass(Duration span) { now_ += span; }

  private:
    void take_out();

    Instant now_{};
    std::vector<LifeId> lives_;
    std::vector<LifeId> neighbours_;
    std::uint64_t heartbeat_ = 0;
    std::size_t next_ = 0;
    Detector detector_;
    std::uint64_t digest_ = 0;
};

}  // namespace hearsay::bench

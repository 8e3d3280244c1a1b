#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "network.hpp"
#include "stand_in_prover.hpp"

namespace hearsay::simulation {

/// Something that is done to a detector at some instant of its own time.
using Command = std::function<void(Detector&, Instant)>;

/// Hands in what has arrived.
void hand_in(const Arrival& arrival, Detector& detector, Instant now);

/// All that a detector was ever given. It cannot be copied, but another that is given the
/// same becomes the same: so a second one is made.
class Recording {
  public:
    /// Of a detector that is made of these.
    Recording(Config config, Identity self, std::uint64_t seed, Instant now)
        : config_(std::move(config)), self_(std::move(self)), seed_(seed), began_(now) {}

    void add(Command command, Instant now) { done_.emplace_back(now, std::move(command)); }
    void add_arrival(Arrival arrival, Instant now);
    /// It was told the time, and everything it had to say was taken.
    void add_turn(Instant now);

    /// A detector in the state of the recorded one. REQUIRES: the prover, if that one had any, is
    /// as that one's was in the beginning.
    [[nodiscard]] Detector replay(StandInProver* prover = nullptr) const;
    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

  private:
    Config config_;
    Identity self_;
    std::uint64_t seed_;
    Instant began_;
    std::vector<std::pair<Instant, Command>> done_;
};

}  // namespace hearsay::simulation

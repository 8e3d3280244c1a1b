#pragma once

#include <cstdint>

#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// A process's own clock: it shows another time than the world's, may run faster or slower, and
/// never goes back.
class DriftingClock {
  public:
    /// It is `offset` ahead and runs as fast as the world.
    explicit DriftingClock(Duration offset) : shown_(Instant{} + offset) {}

    /// What it shows at an instant of the world since it last began to drift.
    [[nodiscard]] Instant at(Instant world) const;
    /// The first instant of the world at which it shows `local` or more.
    /// REQUIRES: it did not show that before it last began to drift.
    [[nodiscard]] Instant when(Instant local) const;

    /// From `now` on it runs faster by so many millionths; slower if negative.
    /// REQUIRES: more than -1,000,000.
    void drift(std::int64_t per_million, Instant now);
    [[nodiscard]] std::int64_t drift() const { return per_million_; }

  private:
    /// When it last began to drift, and what it showed then.
    Instant since_{};
    Instant shown_;
    std::int64_t per_million_ = 0;
};

}  // namespace hearsay::simulation

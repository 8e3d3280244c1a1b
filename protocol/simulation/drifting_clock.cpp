#include "drifting_clock.hpp"

#include "hearsay/check.hpp"

namespace hearsay::simulation {
namespace {

constexpr std::int64_t million = 1'000'000;

}  // namespace

Instant DriftingClock::at(Instant world) const {
    const Duration elapsed = world - since_;
    return shown_ + elapsed + elapsed * per_million_ / million;
}

/// The estimate is off by what is cut off in the division.
Instant DriftingClock::when(Instant local) const {
    const Duration ahead = local - shown_;
    Instant world = since_ + ahead - ahead * per_million_ / (million + per_million_);
    while (at(world) >= local)
        world -= Duration{1};
    while (at(world) < local)
        world += Duration{1};
    return world;
}

void DriftingClock::drift(std::int64_t per_million, Instant now) {
    HEARSAY_CHECK(per_million > -million);
    shown_ = at(now);
    since_ = now;
    per_million_ = per_million;
}

}  // namespace hearsay::simulation

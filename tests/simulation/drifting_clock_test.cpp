#include "simulation/drifting_clock.hpp"

#include "hearsay/random.hpp"

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

const Instant start = Instant{} + 1h;

TEST_CASE("a clock that does not drift is ahead by its offset", "[drifting_clock]") {
    const DriftingClock clock(3s);

    CHECK(clock.at(start) == start + 3s);
    CHECK(clock.when(start + 3s) == start);
}

TEST_CASE("a clock that drifts gains or loses from then on", "[drifting_clock]") {
    DriftingClock clock(3s);

    clock.drift(200, start);
    CHECK(clock.at(start) == start + 3s);
    CHECK(clock.at(start + 10s) == start + 13s + 2ms);
    clock.drift(-1000, start + 10s);
    CHECK(clock.at(start + 10s) == start + 13s + 2ms);
    CHECK(clock.at(start + 20s) == start + 23s + 2ms - 10ms);
    clock.drift(0, start + 20s);
    CHECK(clock.at(start + 30s) == start + 33s + 2ms - 10ms);
}

TEST_CASE("a clock never goes back, and says when it will show what", "[drifting_clock]") {
    const auto per_million =
        GENERATE(as<std::int64_t>{}, -100'000, -333, -1, 0, 1, 200, 99'999, 100'000);
    CAPTURE(per_million);
    DriftingClock clock(7us);
    clock.drift(per_million, start);
    Random random(1);

    Instant before = clock.at(start);
    for (int microseconds = 1; microseconds < 300; ++microseconds) {
        const Instant shown = clock.at(start + Duration{microseconds});
        CHECK(shown >= before);
        before = shown;
    }
    for (int i = 0; i < 100; ++i) {
        const auto ahead = static_cast<Duration::rep>(random.below(86'400'000'000));
        const Instant local = clock.at(start) + Duration{ahead};
        const Instant when = clock.when(local);
        CHECK(clock.at(when) >= local);
        CHECK(clock.at(when - 1us) < local);
    }
}

}  // namespace
}  // namespace hearsay::simulation

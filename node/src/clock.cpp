#include "clock.hpp"

#include <chrono>
#include <ctime>

#include "hearsay/check.hpp"

namespace hearsay {

namespace {

Duration read(clockid_t clock) {
    timespec time{};
    HEARSAY_CHECK(clock_gettime(clock, &time) == 0);
    return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                                std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

// CLOCK_MONOTONIC stands still while the machine is suspended, and a peer's age would then be
// told too young (R4, R13). CLOCK_BOOTTIME does not.
Instant steady_now() {
    return Instant(read(CLOCK_BOOTTIME));
}

Duration processor_time() {
    return read(CLOCK_THREAD_CPUTIME_ID);
}

WallTime wall_now() {
    return std::chrono::system_clock::now();
}

WallTime wall_time(Instant instant) {
    return wall_now() + std::chrono::duration_cast<WallTime::duration>(instant - steady_now());
}

ClockReading clock_reading(Instant now) {
    return {.now = now,
            .wall = std::chrono::floor<Milliseconds>(wall_time(now).time_since_epoch())};
}

}  // namespace hearsay

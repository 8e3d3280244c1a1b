#pragma once

#include <chrono>

namespace hearsay {

/// The span between two instants, in microseconds.
using Duration = std::chrono::microseconds;

/// A time line that nobody can read: it has no `now()`. The caller of the core says what
/// time it is, so that a run is a function of its inputs. Time spent suspended must count.
struct Clock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;
};

/// A point on that time line. Only differences have a meaning.
using Instant = Clock::time_point;

}  // namespace hearsay

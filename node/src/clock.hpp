#pragma once

#include "hearsay/node.hpp"
#include "hearsay/survey.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// The only reading of the time line: it never falls, and counts time spent suspended.
[[nodiscard]] Instant steady_now();

/// How long the processor has worked for this thread. For budgets: a thread that is not given the
/// processor has not used up anything.
[[nodiscard]] Duration processor_time();

/// What the clock on the wall says now. It may jump.
[[nodiscard]] WallTime wall_now();

/// When on the wall something was that was, or will be, at `instant`.
[[nodiscard]] WallTime wall_time(Instant instant);

/// Both clocks, for a survey.
[[nodiscard]] ClockReading clock_reading(Instant now);

}  // namespace hearsay

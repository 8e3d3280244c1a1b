#include "listening_clock.hpp"

#include <algorithm>

#include "hearsay/check.hpp"

namespace hearsay {

ListeningClock::ListeningClock(Instant start, Duration round, Duration stall_after)
    : round_(round),
      stall_after_(stall_after),
      turn_at_(start),
      running_(start),
      listening_(start),
      window_start_(start),
      deadline_(start) {}

void ListeningClock::set_times(Duration round, Duration stall_after) {
    round_ = round;
    stall_after_ = stall_after;
}

Moment ListeningClock::moment(Instant now) const {
    HEARSAY_CHECK(now >= turn_at_);
    const Duration run = std::min(now - turn_at_, round_);
    const Duration heard = is_standing_ ? Duration::zero() : run;
    return {.real = now, .running = running_ + run, .listening = listening_ + heard};
}

Duration ListeningClock::overrun(Instant now) const {
    return std::max(now - std::max(deadline_, turn_at_), Duration::zero());
}

Duration ListeningClock::end_turn(Instant now) {
    const Duration late = overrun(now);
    const Moment moment = this->moment(now);
    running_ = moment.running;
    listening_ = moment.listening;
    turn_at_ = now;
    if (late < stall_after_) return Duration::zero();
    begin_window();
    return late;
}

Duration ListeningClock::silence(Instant now, Instant heard) const {
    const Instant since = std::max(heard, window_start_);
    return std::max(moment(now).listening - since, Duration::zero());
}

Duration ListeningClock::run_since(Instant now, const Moment& since) const {
    return moment(now).running - since.running;
}

Duration ListeningClock::missed(Instant now, const Moment& since) const {
    return (now - since.real) - (moment(now).listening - since.listening);
}

}  // namespace hearsay

#pragma once

#include "hearsay/time.hpp"

namespace hearsay {

/// One instant on the three time lines: the real one, the one that runs only while this node runs,
/// and the one that runs only while it listens as well.
struct Moment {
    Instant real;
    Instant running;
    Instant listening;
};

/// "My own pause is not your silence" (R12).
///
/// Silence is measured on a clock of its own. It follows real time while the detector is driven,
/// but one turn moves it by one round at most: of a pause of ten seconds one round is held
/// against the others, and nine are known to be ours. After a real stall even that is taken back:
/// the window of every peer starts afresh. Real time goes on being used for ages, so that nobody
/// vouches for what it has not heard (R13).
class ListeningClock {
  public:
    ListeningClock(Instant start, Duration round, Duration stall_after);

    /// Goes by these times from now on (R20).
    void set_times(Duration round, Duration stall_after);

    /// The same instant on all lines. Between two turns the others move by a round at most.
    [[nodiscard]] Moment moment(Instant now) const;

    /// How much later than it was asked for this turn is: our own delay, not our peers'.
    [[nodiscard]] Duration overrun(Instant now) const;

    /// Ends a turn. Returns its overrun if that was a stall, else zero.
    [[nodiscard]] Duration end_turn(Instant now);

    /// Until told otherwise no time passes on the listening line: this node hears nobody.
    void stand_still(bool is_standing) { is_standing_ = is_standing; }

    /// Gives every peer a fresh window.
    void begin_window() { window_start_ = listening_; }

    /// True if that was heard before the present window.
    [[nodiscard]] bool is_before_window(Instant heard) const { return heard < window_start_; }

    /// Says when the next turn should be.
    void expect_turn(Instant deadline) { deadline_ = deadline; }

    /// Listening time that passed since `heard`, within the present window.
    [[nodiscard]] Duration silence(Instant now, Instant heard) const;

    /// How long this node has run since then, whether it listened or not.
    [[nodiscard]] Duration run_since(Instant now, const Moment& since) const;

    /// Of the time since then, that in which this node did not listen.
    [[nodiscard]] Duration missed(Instant now, const Moment& since) const;

  private:
    Duration round_;
    Duration stall_after_;
    Instant turn_at_;
    Instant running_;
    Instant listening_;
    Instant window_start_;
    Instant deadline_;
    bool is_standing_ = false;
};

}  // namespace hearsay

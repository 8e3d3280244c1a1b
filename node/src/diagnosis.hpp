#pragma once

#include <cstdint>
#include <string>

#include "hearsay/detector.hpp"
#include "hearsay/time.hpp"

#include "log.hpp"
#include "node_control.hpp"

namespace hearsay {

/// What a node says at the level `debug` of itself: what its neighbours were accused of, what came
/// of that, and every 50 rounds how late its turns were. At other levels it does nothing.
///
/// Driven by the node's loop; not thread-safe.
class Diagnosis {
  public:
    static constexpr int rounds_per_survey = 50;

    /// The log must outlive it.
    Diagnosis(Duration round, Log& log, Instant now);

    /// A turn begins that was due at `due` at the latest.
    void note_turn(Instant due, Instant now);
    /// The turn that began at `begun` is over.
    void note_turn_end(Instant begun);

    /// Says what is new; to be called once a round.
    void look(const Detector& detector, const TransportCounters& transport, Instant now);

  private:
    /// Of the time since the last survey.
    struct Turns {
        std::uint64_t count = 0;
        Duration latest{};
        Duration longest{};
    };
    /// Totals, as of the last survey.
    struct Totals {
        std::uint64_t received = 0;
        std::uint64_t sent = 0;
        std::uint64_t probes = 0;
        std::uint64_t refused_lives = 0;
    };

    void tell_findings(const Detector& detector, Instant now);
    void tell(const std::string& subject, const Finding& finding, Instant now);
    void tell_refutations(std::uint64_t refutations);
    void survey(const Counters& counters, const TransportCounters& transport, Instant now);

    Duration round_;
    Log& log_;
    Instant looked_at_;
    Instant surveyed_at_;
    Turns turns_;
    Totals before_;
    std::uint64_t refutations_ = 0;
};

}  // namespace hearsay

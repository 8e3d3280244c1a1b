#include "recording.hpp"

namespace hearsay::simulation {
namespace {

/// To take what it says changes a detector, too: each message has its own heartbeat.
void take_turn(Detector& detector, Instant now) {
    detector.handle_timeout(now);
    while (detector.poll_transmit()) {
    }
    while (detector.poll_probe()) {
    }
    while (detector.poll_event()) {
    }
}

}  // namespace

void hand_in(const Arrival& arrival, Detector& detector, Instant now) {
    if (arrival.refused) {
        detector.handle_refused(arrival.refused->life, now);
    } else if (arrival.frame) {
        static_cast<void>(
            detector.handle_message(*arrival.frame, arrival.link, now, arrival.speaker.get()));
    } else {
        detector.handle_link_broken(arrival.link);
    }
}

void Recording::add_arrival(Arrival arrival, Instant now) {
    add([arrival = std::move(arrival)](Detector& detector,
                                       Instant then) { hand_in(arrival, detector, then); },
        now);
}

void Recording::add_turn(Instant now) {
    add(take_turn, now);
}

Detector Recording::replay(StandInProver* prover) const {
    if (prover != nullptr) prover->tell_time(began_);
    Detector detector(config_, self_, seed_, began_, prover);
    for (const auto& [now, command] : done_) {
        if (prover != nullptr) prover->tell_time(now);
        command(detector, now);
    }
    return detector;
}

}  // namespace hearsay::simulation

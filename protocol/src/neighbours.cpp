#include <utility>

#include "core.hpp"
#include "numbers.hpp"

namespace hearsay {

void Detector::Core::update_neighbours(Instant now) {
    if (neighbourhood.revision == table.revision()) return;
    neighbourhood.revision = table.revision();
    const std::vector<LifeId> before = std::exchange(neighbourhood.lives, table.neighbours());
    for (const LifeId life : before) {
        if (!neighbourhood.contains(life)) drop_neighbour(life, now);
    }
    for (const LifeId life : neighbourhood.lives) {
        Record& peer = *table.find(life);
        if (!peer.contact.neighbour_since) gain_neighbour(peer, now);
    }
}

void Detector::Core::gain_neighbour(Record& peer, Instant now) {
    peer.contact.neighbour_since = now;
    // It may have been looked after before (R1).
    peer.contact.expected_since.reset();
    // In a mass failure the next in line is asked at once: it may be dead as well (R5).
    const bool is_in_doubt = cases::next_at_once() && silence(peer, now) >= config.suspect_after;
    const bool is_ours_to_ask = !leaving && (self.life < peer.life() || is_in_doubt);
    if (is_ours_to_ask) ask(peer, now);
    if (!peer.evidence.accusers(Cause::refused).empty()) probe_as_well(peer, now);
}

void Detector::Core::drop_neighbour(LifeId life, Instant now) {
    Record* record = table.find(life);
    if (record == nullptr) return;
    record->contact.neighbour_since.reset();
    record->contact.expected_since.reset();
    record->contact.is_link_lost = false;
    // A peer that goes by our promise must hear that it ends, or it would take us for silent (R6).
    const bool is_due = cases::promise_ends() && record->contact.has_our_promise;
    if (is_due && record->is_in_roster()) send(*record, {}, now);
}

}  // namespace hearsay

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {

// A kernel closes all connections of a process that dies. Only those of neighbours are looked at:
// others come and go, and neighbours are enough for a quorum.
void Detector::Core::lose_link(LinkId link) {
    for (Record& record : table) {
        if (record.contact.link != link) continue;
        record.contact.link = LinkId::none;
        ++counters.links_broken;
        const bool matters = leaving
                                 ? leaving->asked.contains(record.life())
                                 : record.is_in_roster() && neighbourhood.contains(record.life());
        if (matters) knock(record);
    }
}

void Detector::Core::knock(const Record& record) {
    outputs.knocks.push_back({.life = record.life(), .endpoint = record.identity.endpoint});
}

void Detector::Core::find_closed(LifeId life, Instant now) {
    ++counters.dials_refused;
    if (leaving) {
        // It will not confirm any more.
        leaving->asked.erase(life);
        return;
    }
    Record* record = table.find(life);
    if (record == nullptr || !record->is_in_roster()) return;
    // Our question came through, and so did the answer (R12).
    if (cases::dial_excuse()) {
        health.hearing.excuse(now);
        withdraw(false, now);
    }
    // A firewall may close a door, too.
    if (cases::still_talking() && is_talking(*record, now)) return;
    if (!record->contact.door_closed_at) record->contact.door_closed_at = now;
    meet_closed_door(*record, now);
}

// A heartbeat that advances may have been under way when its life died. One that is heard later
// shows that the door is closed to us alone. Without that bound a firewall that closes one door
// after the other could find a quorum for its deceit: those it cut off before would join in.
void Detector::Core::meet_closed_door(Record& record, Instant now) {
    const bool is_ours_to_say = record.is_in_roster() && neighbourhood.contains(record.life());
    const std::optional<Instant>& closed_at = record.contact.door_closed_at;
    if (leaving || !is_ours_to_say || !closed_at || is_accused_by_us(record)) return;
    // What may have waited for us is held for older than it is.
    const Instant heard = record.evidence.heard().real + health.clock.overrun(now);
    if (heard > *closed_at + numbers::object.of(config.round)) return;
    accuse(record, Cause::refused, now);
    note_refusals(record, now);
    // The other observers find the same in this very moment, and wait for our word.
    news.doubts.insert(record.life());
    hurry(record.life(), now);
}

bool Detector::Core::is_accused_by_us(const Record& record) const {
    return contains(record.evidence.accusers(Cause::refused), self.life);
}

void Detector::Core::look_at_door(Record& record, Instant now) {
    meet_closed_door(record, now);
    if (leaving || !neighbourhood.contains(record.life()) || record.contact.door_closed_at) return;
    if (record.contact.looked_at == record.heartbeat()) return;
    record.contact.looked_at = record.heartbeat();
    if (!cases::still_talking() || !is_talking(record, now)) knock(record);
}

bool Detector::Core::is_talking(const Record& record, Instant now) const {
    const Contact& contact = record.contact;
    const Duration interval = std::max<Duration>(config.round, contact.promise);
    return contact.link != LinkId::none && contact.heard &&
           now - contact.heard->real < numbers::overdue.of(interval);
}

// A firewall closes a door for one connection after the other, whenever something is sent over
// it; a process that dies for all of them.
void Detector::Core::note_refusals(Record& record, Instant now) const {
    const std::size_t accusers = record.evidence.accusers(Cause::refused).size();
    if (accusers == 0 || accusers < quorum_of(record)) return;
    const Duration accused_for = now - record.evidence.accused().real;
    const bool is_at_once = !cases::at_once() || accused_for <= coincidence(config);
    if (is_at_once) record.verdict.is_gone_at_once = true;
}

}  // namespace hearsay

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
        if (matters) probe(record);
    }
}

void Detector::Core::probe(const Record& record) {
    outputs.probes.push_back({.life = record.life(), .endpoint = record.identity.endpoint});
}

void Detector::Core::note_refused(LifeId life, Instant now) {
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
    // A firewall may refuse, too.
    if (cases::still_talking() && is_talking(*record, now)) return;
    if (!record->contact.refused_at) record->contact.refused_at = now;
    accuse_of_refusal(*record, now);
}

// A heartbeat that advances may have been under way when its life died. One that is heard later
// shows that we alone are refused. Without that bound a firewall that cuts off one observer after
// the other would find a quorum for its deceit: those it cut off before would join in.
void Detector::Core::accuse_of_refusal(Record& record, Instant now) {
    const bool is_ours_to_say = record.is_in_roster() && neighbourhood.contains(record.life());
    const std::optional<Instant>& refused_at = record.contact.refused_at;
    if (leaving || !is_ours_to_say || !refused_at || is_accused_by_us(record)) return;
    // What may have waited for us is held for older than it is.
    const Instant heard = record.evidence.heard().real + health.clock.overrun(now);
    if (heard > *refused_at + numbers::object.of(config.round)) return;
    accuse(record, Cause::refused, now);
    note_refusals(record, now);
    // The other observers find the same in this very moment, and wait for our word.
    broadcasts.doubts.insert(record.life());
    hurry(record.life(), now);
}

bool Detector::Core::is_accused_by_us(const Record& record) const {
    return contains(record.evidence.accusers(Cause::refused), self.life);
}

void Detector::Core::probe_as_well(Record& record, Instant now) {
    accuse_of_refusal(record, now);
    if (leaving || !neighbourhood.contains(record.life()) || record.contact.refused_at) return;
    if (record.contact.probed_for == record.heartbeat()) return;
    record.contact.probed_for = record.heartbeat();
    if (!cases::still_talking() || !is_talking(record, now)) probe(record);
}

bool Detector::Core::is_talking(const Record& record, Instant now) const {
    const Contact& contact = record.contact;
    const Duration interval = std::max<Duration>(config.round, contact.promise);
    return contact.link != LinkId::none && contact.heard &&
           now - contact.heard->real < numbers::overdue.of(interval);
}

// A firewall ends one connection after the other, whenever something is sent over it; a process
// that dies ends all of them.
void Detector::Core::note_refusals(Record& record, Instant now) const {
    const std::size_t accusers = record.evidence.accusers(Cause::refused).size();
    if (accusers == 0 || accusers < quorum_of(record)) return;
    const Duration accused_for = now - record.evidence.accused().real;
    const bool is_at_once = !cases::at_once() || accused_for <= coincidence(config);
    if (is_at_once) record.verdict.is_gone_at_once = true;
}

}  // namespace hearsay

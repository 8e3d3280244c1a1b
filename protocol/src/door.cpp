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
void Detector::Core::lose_link(LinkId link, Instant now) {
    for (Record& record : table) {
        if (record.contact.link != link) continue;
        record.contact.link = LinkId::none;
        ++counters.links_broken;
        const bool matters = leaving
                                 ? leaving->asked.contains(record.life())
                                 : record.is_in_roster() && neighbourhood.contains(record.life());
        if (matters) knock(record, now);
    }
}

void Detector::Core::knock(Record& record, Instant now) {
    if (!record.contact.knocking_since) record.contact.knocking_since = now;
    outputs.knocks.push_back({.life = record.life(),
                              .heartbeat = record.heartbeat(),
                              .endpoint = record.identity.endpoint});
}

void Detector::Core::find_closed(const Knock& knocked, Instant now) {
    ++counters.dials_refused;
    if (leaving) {
        // It will not confirm any more.
        leaving->asked.erase(knocked.life);
        return;
    }
    Record* record = table.find(knocked.life);
    if (record == nullptr || !record->is_in_roster()) return;
    // Our question came through, and so did the answer (R12).
    if (cases::dial_excuse()) {
        health.hearing.excuse(now);
        withdraw(false, now);
    }
    // A firewall may close a door, too.
    if (cases::still_talking() && is_talking(*record, now)) return;
    if (record->contact.knocking_since)
        record->contact.found_closed_after = *std::exchange(record->contact.knocking_since, {});
    if (record->heartbeat() == knocked.heartbeat || was_found_closed_since(*record, now)) {
        accuse_of_closed_door(*record, now);
    } else {
        // It has said something since, or others have heard it later: only another knock tells.
        knock(*record, now);
    }
}

void Detector::Core::accuse_of_closed_door(Record& record, Instant now) {
    if (leaving || is_accused_by_us(record)) return;
    accuse(record, Cause::refused, now);
    note_refusals(record, now);
    // The other observers find the same in this very moment, and wait for our word.
    news.doubts.insert(record.life());
    hurry(record.life(), now);
}

// A heartbeat that advanced may have been under way when its life died.
void Detector::Core::meet_closed_door(Record& record, Instant now) {
    const bool is_ours_to_say = record.is_in_roster() && neighbourhood.contains(record.life());
    if (is_ours_to_say && was_found_closed_since(record, now)) accuse_of_closed_door(record, now);
}

bool Detector::Core::was_found_closed_since(const Record& record, Instant now) const {
    // What is safe for silence is not here: ages are rounded up, and what may have waited for us is
    // held for older than it is.
    const Duration error = health.clock.overrun(now) + std::chrono::milliseconds(1);
    return record.evidence.heard().real + error < record.contact.found_closed_after;
}

bool Detector::Core::is_accused_by_us(const Record& record) const {
    return contains(record.evidence.accusers(Cause::refused), self.life);
}

void Detector::Core::look_at_door(Record& record, Instant now) {
    if (leaving || !neighbourhood.contains(record.life()) || is_accused_by_us(record)) return;
    if (record.contact.looked_at == record.heartbeat()) return;
    record.contact.looked_at = record.heartbeat();
    if (cases::still_talking() && is_talking(record, now)) {
        // Its answer is the best objection.
        if (cases::objects()) ask(record, now);
    } else if (was_found_closed_since(record, now)) {
        accuse_of_closed_door(record, now);
    } else {
        knock(record, now);
    }
}

bool Detector::Core::is_talking(const Record& record, Instant now) const {
    const Contact& contact = record.contact;
    const Duration interval = std::max<Duration>(config.round, contact.promise);
    return contact.link != LinkId::none && contact.heard &&
           now - contact.heard->real < numbers::overdue.of(interval);
}

// Others find no reason to wait for it, and could convict it within milliseconds.
void Detector::Core::object(Record& record, const Inbound& in) {
    if (!std::exchange(record.contact.looked_at, {}) || !cases::objects()) return;
    News::add(news.rows, record.life(), in.link);
    hurry(record.life(), in.now);
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

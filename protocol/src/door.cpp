#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {

// A kernel closes all connections of a process that dies. Only those of a neighbour are looked at:
// others come and go, and neighbourhood.lives are enough for a quorum.
void Detector::Core::lose_link(LinkId link, Instant now) {
    for (Record& record : table) {
        if (record.contact.link != link) continue;
        record.contact.link = LinkId::none;
        ++counters.links_broken;
        const bool matters = leaving ? leaving->asked.contains(record.life())
                                     : record.is_in_roster() && is_neighbour(record.life());
        if (matters) knock(record, now);
    }
}

void Detector::Core::knock(Record& record, Instant now) {
    if (!record.contact.knocking_since) record.contact.knocking_since = now;
    record.contact.knocked_at = record.heartbeat();
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
    if (!record->contact.door_closed_at) record->contact.door_closed_at = now;
    if (record->contact.knocking_since)
        record->contact.found_closed_after = *std::exchange(record->contact.knocking_since, {});
    if (is_closed_to_us_alone(*record)) return;
    if (record->heartbeat() == knocked.heartbeat || was_found_closed_since(*record, now)) {
        accuse_of_closed_door(*record, now);
    } else {
        knock(*record, now);
    }
}

void Detector::Core::accuse_of_closed_door(Record& record, Instant now) {
    if (leaving || is_closed_to_us_alone(record)) return;
    if (is_accused_by_us(record)) return;
    accuse(record, Cause::refused, now);
    note_refusals(record, now);
    // The other observers find the same in this very moment, and wait for our word.
    news.doubts.insert(record.life());
    hurry(record.life(), now);
}

void Detector::Core::hurry(LifeId life, Instant now) {
    if (!budget.may_hurry(life)) return;
    news.due = now;
    hold_questions_back(now);
}

// Not for longer if more doors are found closed meanwhile.
void Detector::Core::hold_questions_back(Instant now) {
    if (cases::questions_wait() && now >= neighbourhood.questions_wait_until)
        neighbourhood.questions_wait_until = now + numbers::gathering();
}

// A heartbeat that others have heard may have been under way when it died, or else it lives; only
// a knock from after it tells.
void Detector::Core::meet_closed_door(Record& record, Instant now) {
    const bool is_ours_to_try = record.is_in_roster() && is_neighbour(record.life());
    if (!record.contact.door_closed_at || !is_ours_to_try) return;
    if (is_closed_to_us_alone(record)) return;
    if (was_found_closed_since(record, now)) return accuse_of_closed_door(record, now);
    const bool is_newer = record.contact.knocked_at != record.heartbeat();
    if (cases::knocks_again() && is_newer) knock(record, now);
}

bool Detector::Core::was_found_closed_since(const Record& record, Instant now) const {
    // What is safe for silence is not here: ages are rounded up, and what may have waited for us is
    // held for older than it is.
    const Duration error = health.clock.overrun(now) + std::chrono::milliseconds(1);
    return record.evidence.heard().real + error < record.contact.found_closed_after;
}

// Whoever speaks so much later lives. Each of its words would be a reason to knock.
bool Detector::Core::is_closed_to_us_alone(const Record& record) const {
    const std::optional<Instant>& closed_at = record.contact.door_closed_at;
    return cases::closed_to_one() && closed_at &&
           record.evidence.heard().real > *closed_at + coincidence(config);
}

bool Detector::Core::is_accused_by_us(const Record& record) const {
    return contains(record.evidence.accusers(Cause::refused), self.life);
}

// Where fewer than three convict there is time for it to hear of it and object.
bool Detector::Core::is_behind_closed_door(const Record& record) const {
    const bool is_unreachable = record.contact.link == LinkId::none && is_accused_by_us(record);
    return cases::untold_dead() && is_unreachable && quorum_of(record) == numbers::quorum();
}

void Detector::Core::look_at_door(Record& record, Instant now) {
    if (leaving || !is_neighbour(record.life()) || !cases::looks_itself()) return;
    if (is_accused_by_us(record) || record.contact.looked_at == record.heartbeat()) return;
    record.contact.looked_at = record.heartbeat();
    hold_questions_back(now);
    // Its answer is the best objection.
    if (cases::asks_first() && is_talking(record, now)) {
        ask(record, now);
    } else if (record.contact.door_closed_at && was_found_closed_since(record, now)) {
        accuse_of_closed_door(record, now);
    } else {
        knock(record, now);
    }
}

// Whatever it says of the closed door, and whatever came of that here: it has not heard our word.
void Detector::Core::answer_the_dialler(Inbound& in) {
    for (const Accusation& told : in.message.accusations) {
        if (!budget.has_dialled({in.message.from, told.life})) continue;
        add_accusations(in.reply, told.life, in.now);
        in.is_answer_due = true;
    }
}

// Others find no reason to wait for it, and could convict it within milliseconds.
void Detector::Core::object(Record& record, const Inbound& in) {
    if (!std::exchange(record.contact.looked_at, {}) || !cases::objects()) return;
    News::add(news.rows, record.life(), in.link);
    hurry(record.life(), in.now);
}

bool Detector::Core::is_talking(const Record& record, Instant now) const {
    const Contact& contact = record.contact;
    return contact.link != LinkId::none && contact.heard &&
           now - contact.heard->real <
               numbers::overdue.of(std::max<Duration>(config.round, contact.promise));
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

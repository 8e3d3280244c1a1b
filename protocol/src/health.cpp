#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "suspicion.hpp"

namespace hearsay {

void Detector::Core::keep_pace(Instant now) {
    const Duration late = now - turns.round_at;
    if (!health.pace.note_round(late)) return;
    health.pace.set_times(config);
    health.clock.set_times(config.round, config.suspect_after);
    health.hearing.set_times(config);
    // A peer that only answers was heard last when this node asked last, at its old pace.
    health.hearing.begin_window(now);
}

void Detector::Core::note_stall(Duration overrun, Instant now) {
    health.hearing.begin_window(now);
    ++counters.stalls;
    counters.last_stall = overrun;
    counters.longest_stall = std::max(counters.longest_stall, overrun);
    record_bare_event(EventKind::stalled, self, overrun, now);
}

void Detector::Core::watch_hearing(Instant now) {
    if (health.hearing.becomes_isolated(table.roster_size() - 1, now) && !leaving) {
        ask_around(now);
    }
    health.clock.stand_still(health.hearing.is_isolated(now));
}

void Detector::Core::note_heard(Instant now) {
    const Duration silence = health.hearing.note_heard(now);
    if (silence == Duration::zero()) return;
    health.clock.stand_still(false);
    // Shorter, and it was others that had fallen silent together.
    if (silence < config.suspect_after) return;
    health.clock.begin_window();
    ++counters.isolations;
    record_bare_event(EventKind::isolated, self, silence, now);
}

// Ring neighbours answer or ask in every round, even if they hold this node for failed.
void Detector::Core::watch_links(Instant now) {
    Hearing::Links links;
    Duration least_promise = neighbourhood.lives.empty() ? Duration::zero() : Duration::max();
    for (const LifeId life : neighbourhood.lives) {
        Record& peer = *table.find(life);
        Contact& contact = peer.contact;
        least_promise = std::min(least_promise, contact.promise);
        const Duration in_time = std::max(answer_after(config), numbers::due.of(contact.promise));
        if (now - *contact.neighbour_since < in_time) continue;
        count_link(contact, in_time, links, now);
    }
    count_answers(links);
    health.hearing.expect_words_every(least_promise);
    health.hearing.note_round(links);
    // Words come late where the processor is short, and that says nothing about the links.
    withdraw(health.hearing.is_degraded(now) && health.pace.is_steady(), now);
}

void Detector::Core::count_link(Contact& contact, Duration in_time, Hearing::Links& links,
                                Instant now) const {
    ++links.all;
    const Instant heard = contact.heard ? contact.heard->listening : Instant{};
    const bool is_late =
        health.hearing.is_isolated(now) || health.clock.silence(now, heard) >= in_time;
    if (is_late) contact.late_at = now;
    if (is_late) ++links.late;
    const Instant since = std::max(*contact.neighbour_since, contact.late_at);
    const Duration proven_after = config.round * numbers::proven_rounds();
    if (cases::one_good_link() && now - since >= proven_after) ++links.proven;
}

void Detector::Core::count_answers(Hearing::Links& links) const {
    if (!cases::proof_by_chance()) return;
    links.others =
        table.roster_size() - std::min(table.roster_size(), neighbourhood.lives.size() + 1);
    links.asked = health.asked_by_chance.size();
    for (const LifeId life : health.asked_by_chance) {
        const Record* record = table.find(life);
        const bool has_answered = record != nullptr && record->contact.heard &&
                                  record->contact.heard->real >= health.asked_by_chance_at;
        if (has_answered) ++links.answered;
    }
}

void Detector::Core::withdraw(bool is_degraded, Instant now) {
    if (!cases::withdrawal()) return;
    if (std::exchange(health.is_withdrawn, is_degraded) == is_degraded) return;
    record_bare_event(is_degraded ? EventKind::withdrew : EventKind::returned, self,
                      Duration::zero(), now);
}

// It may be all we listen to that is dead or ill, and the others well.
void Detector::Core::look_for_proof(Instant now) {
    health.asked_by_chance.clear();
    const bool wants_proof = cases::proof_by_chance() && health.hearing.wants_proof();
    if (health.hearing.is_isolated(now) || wants_proof) ask_around(now);
}

void Detector::Core::ask_around(Instant now) {
    health.asked_by_chance_at = now;
    for (std::size_t i = 0; i < numbers::asked_by_chance(); ++i) {
        const std::optional<LifeId> life = table.pick(random);
        if (!life || neighbourhood.contains(*life)) continue;
        if (health.asked_by_chance.insert(*life).second) ask(*table.find(*life), now);
    }
}

}  // namespace hearsay

#include "core.hpp"
#include "numbers.hpp"

namespace hearsay {
namespace {

Duration fading_mean(Duration mean, Duration sample) {
    return sample + numbers::kept.of(mean - sample);
}

}  // namespace

Moment Detector::Core::heard(const Inbound& in, Duration age) const {
    const Moment now = health.clock.moment(in.now);
    const Duration ago = age + in.delay;
    return {.real = now.real - ago, .running = now.running - ago, .listening = now.listening - ago};
}

bool Detector::Core::merge_heartbeat(Record& record, Heartbeat claimed, Moment heard,
                                     const Inbound& in) {
    const Instant heard_before = record.evidence.heard().listening;
    const MergeResult merged = record.evidence.merge_heartbeat(claimed, heard);
    if (merged != MergeResult::advanced) return false;
    note_advance(record, heard_before, in);
    return true;
}

// What others say counts even if this node has heard something newer by itself.
void Detector::Core::merge_told(Record& record, Heartbeat claimed, Moment heard,
                                const Inbound& in) {
    merge_heartbeat(record, claimed, heard, in);
    note_told(record, {claimed, heard.real}, in);
}

void Detector::Core::note_advance(Record& record, Instant heard_before, const Inbound& in) {
    const Instant now = in.now;
    table.renew(record);
    // While this node slept nothing could be heard.
    const Duration gap = record.evidence.heard().listening - heard_before;
    record.mean_gap = fading_mean(record.mean_gap, gap);
    if (record.heartbeat() == heartbeat_left) {
        mark_left(record, in.link, now);
    } else if (record.verdict.state == MemberState::failed) {
        heard_again.insert(record.life());
    } else if (record.is_suspect() && !record.evidence.is_accused()) {
        table.set_state(record, MemberState::alive, now);
        record.notes.note_objection(in.message.from, now);
        if (record.verdict.is_suspicion_told) record_event(EventKind::cleared, record, now);
        if (record.verdict.is_accusation_spread)
            Broadcasts::add(broadcasts.rows, record.life(), in.link);
        accuse_of_refusal(record, now);
    }
}

/// A node that comes back from a long pause may be the last to learn of a death, and nobody would
/// join in its accusation: those who have buried the dead bear witness.
void Detector::Core::bear_witness(const Row& dead, Inbound& in) {
    if (health.is_withdrawn || !budget.told_of.claim({in.message.from, dead.life})) return;
    in.reply.accusations.push_back({.life = dead.life,
                                    .heartbeat = dead.heartbeat,
                                    .age = dead.age,
                                    .cause = Cause::silence,
                                    .accusers = {self.life}});
    in.is_answer_due = true;
}

}  // namespace hearsay

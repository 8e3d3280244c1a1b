#include <algorithm>
#include <cstddef>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {

/// How long a verdict may wait for the others in doubt, so that ten crashes are one change (R11).
/// Members speak at least once a round, so those that die together were last heard within one;
/// those that become isolated together, in up to two, for a member that asks does so once more.
Duration batch_wait(const Config& config) {
    return numbers::due.of(config.round);
}

}  // namespace

void Detector::Core::judge(Instant now) {
    accuse_silent_neighbours(now);
    spread_doubts(now);
    appeal(now);
    tell_suspicions(now);
    convict_the_ripe(now);
}

// What counts is what was heard while this node listened, in its present window. But where few are
// left, each word that comes now and then begins a window anew: a member that was not heard for ten
// `fail_after` is silent in any case.
Duration Detector::Core::silence(const Record& record, Instant now) const {
    const Duration listened = health.clock.silence(now, record.evidence.heard().listening);
    Duration unheard = health.clock.run_since(now, record.evidence.heard());
    // A node that has withdrawn speaks, and keeps its heartbeat.
    if (record.contact.heard) {
        unheard = std::min(unheard, health.clock.run_since(now, *record.contact.heard));
    }
    const bool is_believed = cases::believes_at_last() && unheard >= credible_silence();
    return is_believed ? std::max(listened, unheard) : listened;
}

Duration Detector::Core::credible_silence() const {
    return numbers::disbelief.of(config.fail_after);
}

bool Detector::Core::needs_quorum(const Record& record, Instant now) const {
    const bool hears_well = !cases::half_degraded() || !health.hearing.is_half_degraded();
    if (hears_well && health.pace.is_steady()) return false;
    // Of whom it does not ask itself it hears by chance, and badly heard is seldom heard.
    const bool is_asked = record.contact.expected_since.has_value();
    const Duration by_chance = is_asked ? Duration::zero() : last_resort(record);
    return silence(record, now) < std::max(credible_silence(), by_chance);
}

std::optional<Duration> Detector::Core::until_accused(const Record& record, Instant now) const {
    const Contact& contact = record.contact;
    if (!record.is_in_roster() || !contact.expected_since) return std::nullopt;
    if (health.is_withdrawn && needs_quorum(record, now)) return std::nullopt;
    // There may be no place for another one.
    const bool is_full = tally(record).accusers >= limits::accusers_max;
    if (is_full || contains(record.evidence.accusers(Cause::silence), self.life)) {
        return std::nullopt;
    }
    // A relayed silence alone is no evidence of ours: the subject must have owed us an answer.
    return std::max(suspect_after(config, contact.promise, contact.lateness) - silence(record, now),
                    answer_after(config) - health.clock.run_since(now, *contact.expected_since));
}

void Detector::Core::accuse_silent_neighbours(Instant now) {
    for (const LifeId life : neighbourhood.lives) {
        Record* record = table.find(life);
        if (record == nullptr) continue;
        const std::optional<Duration> remaining = until_accused(*record, now);
        if (remaining && *remaining <= Duration::zero()) accuse(*record, Cause::silence, now);
    }
}

void Detector::Core::accuse_as_last_resort(Instant now) {
    if (health.is_withdrawn) return;
    for (Record& record : table) {
        if (record.verdict.state != MemberState::alive) continue;
        if (silence(record, now) < last_resort(record)) continue;
        accuse(record, Cause::silence, now);
    }
}

void Detector::Core::accuse(Record& record, Cause cause, Instant now) {
    const Accusation own{.life = record.life(),
                         .heartbeat = record.heartbeat(),
                         .cause = cause,
                         .accusers = {self.life}};
    const Moment moment = health.clock.moment(now);
    const MergeResult merged =
        record.evidence.merge_accusation(own, record.evidence.heard(), moment, is_believed());
    if (merged != MergeResult::accused) return;
    ++counters.accusations_made;
    note_accused(record, now);
    if (record.is_in_roster()) spread_accusation(record, LinkId::none, now);
}

// A needless accusation costs a few messages if it ends where it began, and thousands if not.
void Detector::Core::spread_accusation(Record& record, LinkId source, Instant now) {
    const bool is_ours = source == LinkId::none;
    const bool is_doubt = !record.verdict.is_accusation_spread && now < spread_at(record);
    if (is_doubt && is_ours) broadcasts.doubts.insert(record.life());
    if (is_doubt && (is_ours || neighbourhood.contains(record.life()))) return;
    // The member that told us does not know yet what we have just said ourselves.
    const bool is_ours_as_well = broadcasts.doubts.contains(record.life());
    tell_all_links(record, is_ours_as_well ? LinkId::none : source, now);
}

void Detector::Core::tell_all_links(Record& record, LinkId source, Instant now) {
    record.verdict.is_accusation_spread = true;
    Broadcasts::add(broadcasts.accusations, record.life(), source);
    // What its observers have gathered among themselves need not gather again.
    const bool is_refused = !record.evidence.accusers(Cause::refused).empty();
    if (is_refused && neighbourhood.contains(record.life())) hurry(record.life(), now);
}

void Detector::Core::spread_doubts(Instant now) {
    for (const LifeId life : table.suspects()) {
        Record& record = *table.find(life);
        if (record.verdict.is_accusation_spread || now < spread_at(record)) continue;
        tell_all_links(record, LinkId::none, now);
    }
}

// A member that is out of the conversation may have missed the objection to what it holds.
void Detector::Core::appeal(Instant now) {
    for (const LifeId life : table.suspects()) {
        Record& record = *table.find(life);
        const std::optional<Duration> remaining = until_appeal(record, now);
        if (!remaining || *remaining > Duration::zero()) continue;
        record.verdict.appealed_at = health.clock.moment(now).listening;
        // All at once would be too many for those few.
        if (neighbourhood.contains(life)) {
            broadcasts.doubts.insert(life);
        } else {
            Broadcasts::add(broadcasts.accusations, life, LinkId::none);
        }
    }
}

std::optional<Duration> Detector::Core::until_appeal(const Record& record, Instant now) const {
    if (has_appealed(record) || !cases::appeal()) return {};
    const bool is_undecided = !is_quorate(record) && needs_quorum(record, now);
    if (is_undecided || !must_appeal(record)) return {};
    return until_convicted(record, now) - time_to_refute(config);
}

// What was asked before a pause may have been answered in it.
bool Detector::Core::has_appealed(const Record& record) const {
    const auto& appealed_at = record.verdict.appealed_at;
    return appealed_at && !health.clock.is_before_window(*appealed_at);
}

bool Detector::Core::must_appeal(const Record& record) const {
    if (!is_quorate(record)) return cases::appeal();
    // The objection may have come while this node did not listen.
    const bool was_heard_before = health.clock.is_before_window(record.evidence.heard().listening);
    return cases::appeal_paused() && was_heard_before && !record.verdict.is_gone_at_once;
}

Instant Detector::Core::spread_at(const Record& record) const {
    const Duration wait = spread_after(config, record.evidence, tally(record).observers);
    return record.evidence.accused().real + wait;
}

std::size_t Detector::Core::quorum_of(const Record& record) const {
    return quorum(tally(record).observers);
}

const Tally& Detector::Core::tally(const Record& record) const {
    const std::pair at(record.evidence.revision(), table.revision());
    Tally& tally = record.tally;
    if (tally.counted_at == at) return tally;
    const std::vector<LifeId> all = record.evidence.accusers();
    tally = {
        .counted_at = at,
        .observers = table.observer_count(record.life()),
        .accusers = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_believed()))};
    return tally;
}

bool Detector::Core::is_quorate(const Record& record) const {
    return tally(record).accusers >= quorum_of(record);
}

// An accuser that this node does not know may be made up, or an earlier life of a member.
std::function<bool(LifeId)> Detector::Core::is_believed() const {
    return [this](LifeId accuser) {
        if (accuser == self.life) return true;
        const Record* record = table.find(accuser);
        return record != nullptr && record->is_in_roster();
    };
}

Duration Detector::Core::until_convicted(const Record& record, Instant now) const {
    const Case facts{.silence = silence(record, now),
                     .accused_for = health.clock.silence(now, record.evidence.accused().listening),
                     .observers = tally(record).observers,
                     .is_quorate = is_quorate(record),
                     .is_gone_at_once = record.verdict.is_gone_at_once};
    const Duration remaining = hearsay::until_convicted(config, record.evidence, facts);
    if (!facts.is_quorate && needs_quorum(record, now)) return std::max(remaining, config.round);
    if (!must_appeal(record)) return remaining;
    const Duration appealed_for =
        has_appealed(record) ? health.clock.silence(now, *record.verdict.appealed_at) : Duration{};
    return std::max(remaining, time_to_refute(config) - appealed_for);
}

// The first accuser often names a heartbeat that others have heard passed: most of these are void
// a round trip later, and not worth telling.
void Detector::Core::tell_suspicions(Instant now) {
    for (const LifeId life : table.suspects()) {
        Record& record = *table.find(life);
        if (record.verdict.is_suspicion_told || now < suspicion_told_at(record)) continue;
        record.verdict.is_suspicion_told = true;
        record_event(EventKind::suspected, record, now);
    }
}

Instant Detector::Core::suspicion_told_at(const Record& record) const {
    return record.verdict.since + numbers::settle.of(config.round);
}

void Detector::Core::convict_the_ripe(Instant now) {
    std::vector<Record*> ripe;
    bool is_wait_over = false;
    bool is_moment_over = false;
    for (const LifeId life : table.suspects()) {
        Record& record = *table.find(life);
        if (until_convicted(record, now) > Duration::zero()) {
            record.verdict.ripe_at.reset();
            continue;
        }
        if (!record.verdict.ripe_at) record.verdict.ripe_at = now;
        const Duration waited = now - *record.verdict.ripe_at;
        is_wait_over = is_wait_over || waited >= batch_wait(config);
        is_moment_over = is_moment_over || waited >= one_moment(record, now);
        ripe.push_back(&record);
    }
    const bool is_nobody_else_in_doubt = ripe.size() == table.suspects().size();
    const bool is_unanimous = cases::no_doubt_left() && is_moment_over && is_nobody_else_in_doubt;
    if (!is_wait_over && !is_unanimous) return;
    for (Record* record : ripe)
        convict(*record, now);
}

Duration Detector::Core::one_moment(const Record& record, Instant now) const {
    if (silence(record, now) >= config.fail_after) return Duration::zero();
    return company_wait(config, table.roster_size());
}

void Detector::Core::convict(Record& record, Instant now) {
    const bool is_silent = silence(record, now) >= config.fail_after;
    record.verdict.cause = is_silent ? Cause::silence : Cause::refused;
    record.verdict.accusers =
        is_silent ? record.evidence.accusers() : record.evidence.accusers(Cause::refused);
    record.verdict.signs = {};
    table.set_state(record, MemberState::failed, now);
    record_event(EventKind::failed, record, now);
}

Duration Detector::Core::until_published(const Record& ripe, Instant now) const {
    const Duration waited = now - *ripe.verdict.ripe_at;
    const Duration moment = one_moment(ripe, now);
    return (waited < moment ? moment : batch_wait(config)) - waited;
}

Instant Detector::Core::judgement_due(Instant now) const {
    Duration due = config.round;
    // The clock by which silence is measured stands still.
    const bool is_isolated = health.hearing.is_isolated(now);
    for (const LifeId life : neighbourhood.lives) {
        const Record* record = table.find(life);
        if (record == nullptr || is_isolated) continue;
        if (const auto remaining = until_accused(*record, now)) due = std::min(due, *remaining);
    }
    for (const LifeId life : table.suspects()) {
        const Record& record = *table.find(life);
        const auto& ripe_at = record.verdict.ripe_at;
        if (!record.verdict.is_suspicion_told) {
            due = std::min(due, suspicion_told_at(record) - now);
        }
        if (!record.verdict.is_accusation_spread) due = std::min(due, spread_at(record) - now);
        if (ripe_at) due = std::min(due, until_published(record, now));
        if (ripe_at || is_isolated) continue;
        due = std::min(due, until_convicted(record, now));
        if (const auto remaining = until_appeal(record, now)) due = std::min(due, *remaining);
    }
    return now + std::max(due, Duration::zero());
}

void Detector::Core::note_accused(Record& record, Instant now) {
    if (!record.is_in_roster()) return;
    if (!record.is_suspect()) record.notes.clear();
    record.notes.note_accusers(record.evidence, now);
    if (record.is_suspect()) return;
    table.set_state(record, MemberState::suspect, now);
    record.verdict.is_suspicion_told = false;
    record.verdict.is_accusation_spread = false;
    record.verdict.appealed_at.reset();
    record.verdict.is_gone_at_once = false;
}

}  // namespace hearsay

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {

/// Without a further mistake for so long one return is forgiven (R11).
Duration time_to_forgive(const Config& config) {
    return config.fail_after * numbers::forgiven_after();
}

}  // namespace

std::uint32_t Detector::Core::returns(const Verdict& verdict) const {
    if (!verdict.returned_at) return 0;
    const auto forgiven = (verdict.since - *verdict.returned_at) / time_to_forgive(config);
    return verdict.returns - std::min(verdict.returns, static_cast<std::uint32_t>(forgiven));
}

void Detector::Core::consider_returns(Instant now) {
    const std::set<LifeId> lives = std::exchange(heard_again, {});
    for (const LifeId life : lives) {
        Record* record = table.find(life);
        if (record == nullptr || record->verdict.state != MemberState::failed) continue;
        consider_return(*record, now);
        // Nothing may follow. Then it is accused again, or who told of it would go on believing it.
        const bool is_open = record->verdict.state == MemberState::failed;
        if (is_open && !record->evidence.is_accused()) heard_again.insert(life);
    }
    update_neighbours(now);
}

// A goodbye may have been lost, or nobody was there to say it.
bool Detector::Core::owes_us_words(const Record& record) const {
    const Contact& contact = record.contact;
    if (contact.promise == Duration::zero() || !contact.heard) return false;
    const Duration unheard = record.evidence.heard().real - contact.heard->real;
    return contact.heard->real >= record.verdict.since &&
           unheard < numbers::disbelief.of(config.fail_after);
}

// Then some of us are promised its words, and one of those that go astray to us proves little.
bool Detector::Core::has_our_neighbours(const Record& record) const {
    return record.contact.digest == table.digest() + MemberTable::digest_of_one(record.identity);
}

void Detector::Core::consider_return(Record& record, Instant now) {
    Verdict& verdict = record.verdict;
    const Instant heard = record.evidence.heard().real;
    // A heartbeat from before the verdict is late news of a life that was rightly given up (R4);
    // and one that is old by now tells of somebody who has died since.
    if (heard < verdict.since || record.age(now) >= config.fail_after) {
        accuse_again(record, now);
        return;
    }
    // Whoever says that it speaks again may say as well that it has died since.
    if (record.evidence.is_accused()) return;
    const std::optional<Instant> told_at = std::exchange(verdict.told_at, {});
    if (record.contact.heard && record.contact.heard->real == heard) weigh_own(record, heard, now);
    const bool is_told_lately = told_at && now - *told_at < config.fail_after;
    if (is_told_lately && verdict.state == MemberState::failed) weigh_told(record, *told_at, now);
}

// Whomever it promises its next word hears every pause.
void Detector::Core::weigh_own(Record& record, Instant heard, Instant now) {
    const bool is_promised = owes_us_words(record);
    const bool is_stray = cases::stray_words() && !is_promised && has_our_neighbours(record);
    // A pause between its calls says nothing about what the others hear.
    const bool counts_alike = is_promised || !cases::told_apart();
    SteadyHearing& steady = counts_alike ? record.verdict.words : record.verdict.calls;
    const std::uint32_t penalty = penalty_of(record.verdict, is_stray ? 1 : 0);
    note_word(record, steady, heard, is_promised || is_stray, penalty);
    if (heard - *steady.since >= hold_down(config, penalty)) recover(record, now);
}

// The others hear of it twice by those: that it is back, and that it was taken back.
void Detector::Core::weigh_told(Record& record, Instant heard, Instant now) {
    Verdict& verdict = record.verdict;
    const bool is_promised = owes_us_words(record);
    const std::uint32_t penalty = penalty_of(verdict, 0);
    note_word(record, verdict.words, heard, is_promised, penalty);
    Instant since = *verdict.words.since;
    // What it said to us is the first of the two.
    if (!is_promised) since = std::min(since, verdict.calls.since.value_or(since));
    if (heard - since >= hold_down(config, penalty)) recover(record, now);
}

void Detector::Core::note_word(Record& record, SteadyHearing& steady, Instant heard,
                               bool must_be_steady, std::uint32_t penalty) {
    const Verdict& verdict = record.verdict;
    const bool is_first = !verdict.words.since && !verdict.calls.since;
    const Duration patience = suspect_after(config, record.contact.promise, Duration::zero());
    const bool is_late = heard - steady.last >= patience;
    const bool is_interrupted = steady.since && must_be_steady && is_late;
    if (is_first || (is_interrupted && penalty == 0)) {
        Broadcasts::add(broadcasts.rows, record.life(), LinkId::none);
    }
    if (!steady.since || is_interrupted) steady.since = heard;
    steady.last = heard;
}

void Detector::Core::note_told(Record& record, Instant heard) {
    Verdict& verdict = record.verdict;
    if (verdict.state != MemberState::failed || heard < verdict.since) return;
    const bool is_known = verdict.words.since && heard <= verdict.words.last;
    if (is_known || (verdict.told_at && heard <= *verdict.told_at)) return;
    verdict.told_at = heard;
    heard_again.insert(record.life());
}

std::uint32_t Detector::Core::penalty_of(const Verdict& verdict, std::uint32_t least) const {
    return std::max(returns(verdict), least);
}

// Late news voids what the verdict rested on. Whoever has not heard of the death needs new evidence
// about the newer heartbeat, or it would wait for its own last resort.
void Detector::Core::accuse_again(Record& record, Instant now) {
    if (record.verdict.cause == Cause::refused) {
        // Those who were refused were so after it had said this.
        Accusation known = accusation(record, Cause::refused, now);
        known.accusers = record.verdict.accusers;
        if (contains(known.accusers, self.life)) hurry(record.life(), now);
        record.evidence.merge_accusation(known, record.evidence.heard(), health.clock.moment(now));
    } else {
        if (silence(record, now) < config.suspect_after) return;
        accuse(record, Cause::silence, now);
    }
    Broadcasts::add(broadcasts.accusations, record.life(), LinkId::none);
}

void Detector::Core::recover(Record& record, Instant now) {
    ++counters.mistakes;
    ++record.verdict.mistake_count;
    record.verdict.returns = returns(record.verdict) + 1;
    record.verdict.returned_at = now;
    record.contact.expected_since.reset();
    table.set_state(record, MemberState::alive, now);
    record_event(EventKind::recovered, record, now);
    Broadcasts::add(broadcasts.rows, record.life(), LinkId::none);
}

}  // namespace hearsay

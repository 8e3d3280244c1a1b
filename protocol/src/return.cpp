#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
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

void Detector::Core::consider_return(Record& record, Instant now) {
    Verdict& verdict = record.verdict;
    const Instant heard = record.evidence.heard().real;
    // A heartbeat from before the verdict is late news of a life that was rightly given up (R4);
    // and one that is old by now tells of somebody who has died since.
    if (heard < verdict.since || record.age(now) >= config.fail_after) {
        accuse_again(record, now);
        return;
    }
    const std::optional<Word> told = std::exchange(verdict.signs.told, {});
    // A member that says that it speaks again may say as well that it has died since.
    if (record.evidence.is_accused()) return;
    if (!verdict.signs.first) {
        verdict.signs.first = {record.heartbeat(), heard};
        Broadcasts::add(broadcasts.rows, record.life(), LinkId::none);
    }
    if (record.contact.heard && record.contact.heard->real == heard) weigh_own(record, heard, now);
    const bool is_open = verdict.state == MemberState::failed;
    if (is_open && told) weigh_told(record, *told, now);
}

// The others hear of it twice by those: that it speaks again, and that it was taken back.
void Detector::Core::weigh_told(Record& record, const Word& word, Instant now) {
    const Duration apart = word.said - record.verdict.signs.first->said;
    if (apart >= hold_down(config, returns(record.verdict))) recover(record, now);
}

void Detector::Core::weigh_own(Record& record, Instant heard, Instant now) {
    SignsOfLife& signs = record.verdict.signs;
    // Words without a promise are rare, however well they are heard.
    const bool is_promised = record.contact.promise > Duration::zero();
    const Duration patience = suspect_after(config, record.contact.promise, Duration::zero());
    const bool is_interrupted = is_promised && heard - signs.last >= patience;
    if (!signs.steady_since || is_interrupted) signs.steady_since = heard;
    signs.last = heard;
    const Duration needed = hold_down(config, returns(record.verdict));
    if (heard - *signs.steady_since >= needed) recover(record, now);
}

// The same word is told again and again, and its age is never quite the same. Somebody degraded
// hears late what others have given up.
void Detector::Core::note_told(Record& record, Word word, const Inbound& in) {
    Verdict& verdict = record.verdict;
    if (verdict.state != MemberState::failed || in.message.from == record.life()) return;
    if (cases::degraded_tellers() && in.message.is_degraded) return;
    if (word.said < verdict.since || in.now - word.said >= config.suspect_after) return;
    const SignsOfLife& signs = verdict.signs;
    if (signs.first && word.heartbeat <= signs.first->heartbeat) return;
    verdict.signs.told = word;
    heard_again.insert(record.life());
}

// Late news voids what the verdict rested on. A member that has not heard of the death needs new
// evidence about the newer heartbeat, or it would wait for its own last resort. Nobody can say in
// another's name that this heartbeat is refused as well. But all that hold the life for failed and
// hear of it say so.
void Detector::Core::accuse_again(Record& record, Instant now) {
    const bool is_from_before = record.evidence.heard().real < record.verdict.since;
    const bool is_refused = record.verdict.cause == Cause::refused && is_from_before;
    const bool is_silent = silence(record, now) >= config.suspect_after;
    if (health.is_withdrawn || (!is_refused && !is_silent)) return;
    accuse(record, is_refused ? Cause::refused : Cause::silence, now);
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

#include <algorithm>
#include <chrono>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {

bool Detector::Core::is_calm() const {
    return cases::calm() && table.suspects().empty() && !health.hearing.is_half_degraded() &&
           std::all_of(neighbourhood.lives.begin(), neighbourhood.lives.end(), [this](LifeId life) {
               const Record* record = table.find(life);
               return record == nullptr || record->contact.digest == table.digest();
           });
}

std::vector<Row> Detector::Core::delta(LifeId receiver, Instant now) {
    // The receiver hears its ring neighbours by itself, every round: no news to it.
    const std::vector<LifeId> heard_by_receiver = table.observers(receiver);
    const auto is_known = [&](const Record& record) {
        return record.life() == receiver ||
               (cases::heard_itself() && contains(heard_by_receiver, record.life()));
    };
    const std::size_t size = is_calm() ? config.rows_per_delta
                                       : std::max(config.rows_per_delta, numbers::rows_in_doubt());
    std::vector<Row> rows;
    rows.reserve(size);
    for (const Record* record : table.draw(size, is_known, random))
        rows.push_back(row(*record, now));
    return rows;
}

std::vector<Row> Detector::Core::delta_of_answer(LifeId asker, Instant now) {
    const bool brings_rows = neighbourhood.contains(asker) || budget.may_bring_rows();
    return brings_rows ? delta(asker, now) : std::vector<Row>();
}

Row Detector::Core::row(const Record& record, Instant now) {
    return {.life = record.life(),
            .heartbeat = record.heartbeat(),
            .age = std::chrono::ceil<Milliseconds>(record.age(now))};
}

Accusation Detector::Core::accusation(const Record& record, Cause cause, Instant now) {
    return {.life = record.life(),
            .heartbeat = record.heartbeat(),
            .age = std::chrono::ceil<Milliseconds>(record.age(now)),
            .cause = cause,
            .accusers = record.evidence.accusers(cause)};
}

Introduction Detector::Core::introduction(const Record& record, Instant now) {
    return {.identity = record.identity,
            .heartbeat = record.heartbeat(),
            .age = std::chrono::ceil<Milliseconds>(record.age(now))};
}

Introduction Detector::Core::own_introduction() const {
    return {.identity = self, .heartbeat = heartbeat, .age = {}};
}

bool Detector::Core::is_vouched_for(const Record& record, Instant now) const {
    // A verdict was missed while this node did not listen: a newcomer must not take up the dead.
    const Duration missed = health.clock.missed(now, record.evidence.heard());
    const bool was_away = cases::missed_unvouched() && missed > config.round;
    const Duration age_max = was_away ? config.fail_after : last_resort(record);
    return record.is_in_roster() && record.age(now) < age_max;
}

void Detector::Core::add_accusations(Message& parts, LifeId life, Instant now) const {
    const Record* record = table.find(life);
    if (record == nullptr) return;
    for (const Cause cause : {Cause::silence, Cause::refused}) {
        if (record->evidence.accusers(cause).empty()) continue;
        parts.accusations.push_back(accusation(*record, cause, now));
    }
}

Duration Detector::Core::last_resort(const Record& record) const {
    const Duration gap = expected_gap(config, table.roster_size());
    return last_resort_after(config, std::max(record.mean_gap, gap));
}

}  // namespace hearsay

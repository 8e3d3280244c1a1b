#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {}  // namespace

void Detector::Core::handle_timeout(Instant now) {
    const Duration stall = health.clock.end_turn(now);
    if (stall > Duration::zero()) note_stall(stall, now);
    turns.last_at = now;
    if (!leaving && now >= turns.round_at) {
        keep_pace(now);
        update_neighbours(now);
        if (health.pace.is_kept()) watch_links(now);
    }
    watch_hearing(now);
    // Whom a node that leaves no longer hears has only stopped to answer it.
    if (!leaving) judge(now);
    update_neighbours(now);
    if (leaving) {
        say_goodbye(now);
    } else {
        if (now >= turns.round_at) tick(now);
        if (is_alone() && now >= joining.due()) join(now);
    }
    if (!news.is_empty() && now >= news.due) flush(now);
    turns.next_at = deadline(now);
    health.clock.expect_turn(turns.next_at);
}

void Detector::Core::tick(Instant now) {
    ++turns.round_number;
    turns.round_at =
        std::max(turns.round_at + config.round, now + numbers::refute.of(config.round));
    budget = {};
    expire(now);
    accuse_as_last_resort(now);
    update_neighbours(now);
    choose_partner();
    pulse(now);
    look_for_proof(now);
    if ((turns.round_number + number(self.life)) % numbers::lost_every() == 0)
        contact_the_lost(now);
    watch_loneliness(now);
}

bool Detector::Core::is_neighbour(LifeId life) const {
    return contains(neighbourhood.lives, life);
}

void Detector::Core::update_neighbours(Instant now) {
    if (neighbourhood.revision == table.revision()) return;
    neighbourhood.revision = table.revision();
    const std::vector<LifeId> before = std::exchange(neighbourhood.lives, table.neighbours());
    for (const LifeId life : before) {
        if (!is_neighbour(life)) drop_neighbour(life, now);
    }
    for (const LifeId life : neighbourhood.lives) {
        Record& peer = *table.find(life);
        if (!peer.contact.neighbour_since) gain_neighbour(peer, now);
    }
}

void Detector::Core::gain_neighbour(Record& peer, Instant now) {
    peer.contact.neighbour_since = now;
    // It may have been looked after before (R1).
    peer.contact.expected_since.reset();
    // In a mass failure the next in line is asked at once: it may be dead as well (R5).
    const bool is_in_doubt = cases::next_at_once() && silence(peer, now) >= config.suspect_after;
    const bool is_ours_to_ask = !leaving && (self.life < peer.life() || is_in_doubt);
    if (is_ours_to_ask) ask(peer, now);
    if (!peer.evidence.accusers(Cause::refused).empty()) look_at_door(peer, now);
}

void Detector::Core::drop_neighbour(LifeId life, Instant now) {
    Record* record = table.find(life);
    if (record == nullptr) return;
    record->contact.neighbour_since.reset();
    record->contact.expected_since.reset();
    // Whoever goes by our promise must hear that it ends, or it would take us for silent (R6).
    const bool is_due = cases::promise_ends() && record->contact.has_our_promise;
    if (is_due && record->is_in_roster()) send(*record, {}, now);
}

void Detector::Core::pulse(Instant now) {
    for (const LifeId life : neighbourhood.lives) {
        Record& peer = *table.find(life);
        const Contact& contact = peer.contact;
        const Instant came =
            std::max(contact.asked_us.value_or(*contact.neighbour_since), *contact.neighbour_since);
        const Duration interval = std::max<Duration>(config.round, contact.promise);
        const bool is_ours_to_ask =
            self.life < life ||
            now - came > Share::of(numbers::overdue() - numbers::settle(), interval);
        if (is_ours_to_ask) ask(peer, now);
    }
    if (is_partner_due() && neighbourhood.partner && !is_neighbour(*neighbourhood.partner))
        ask(*table.find(*neighbourhood.partner), now);
    neighbourhood.sent_until_pulse = counters.messages_sent;
}

bool Detector::Core::is_partner_due() const {
    // Not all in the same round.
    const bool is_its_turn = (turns.round_number + number(self.life)) % config.partner_every == 0;
    // Whoever is asked by all its neighbourhood.lives, and hears none of them, still speaks every
    // round.
    const bool is_silent = counters.messages_sent == neighbourhood.sent_until_pulse;
    return is_its_turn || is_silent || !is_calm();
}

bool Detector::Core::is_calm() const {
    return cases::calm() && table.suspects().empty() && !health.hearing.is_doubtful() &&
           std::all_of(neighbourhood.lives.begin(), neighbourhood.lives.end(), [this](LifeId life) {
               const Record* record = table.find(life);
               return record == nullptr || record->contact.digest == table.digest();
           });
}

void Detector::Core::ask(Record& peer, Instant now) {
    Message parts;
    parts.wants_answer = true;
    parts.rows = slice(peer.life(), now);
    Contact& contact = peer.contact;
    if (contact.neighbour_since && !contact.expected_since) {
        contact.expected_since = health.clock.moment(now);
    }
    send(peer, std::move(parts), now);
}

void Detector::Core::choose_partner() {
    const Record* present = neighbourhood.partner ? table.find(*neighbourhood.partner) : nullptr;
    // A neighbour brings its rows with every pulse.
    const bool has_others = table.roster_size() > neighbourhood.lives.size() + 1;
    const bool is_usable = present != nullptr && present->is_in_roster() &&
                           !(has_others && is_neighbour(*neighbourhood.partner));
    if (is_usable && turns.round_number < neighbourhood.partner_until) return;
    do {
        neighbourhood.partner = table.pick(random);
    } while (has_others && is_neighbour(*neighbourhood.partner));
    neighbourhood.partner_until = turns.round_number + config.partner_rounds;
}

std::vector<Row> Detector::Core::slice(LifeId receiver, Instant now) {
    // The receiver's ring neighbourhood.lives are heard by itself, every round: no news to it.
    const std::vector<LifeId> heard_by_receiver = table.observers(receiver);
    const auto is_known = [&](const Record& record) {
        return record.life() == receiver ||
               (cases::heard_itself() && contains(heard_by_receiver, record.life()));
    };
    const std::size_t size = is_calm() ? config.rows_per_slice
                                       : std::max(config.rows_per_slice, numbers::rows_in_doubt());
    std::vector<Row> rows;
    rows.reserve(size);
    for (const Record* record : table.draw(size, is_known, random))
        rows.push_back(row(*record, now));
    return rows;
}

std::vector<Row> Detector::Core::slice_of_answer(LifeId asker, Instant now) {
    const bool brings_rows = is_neighbour(asker) || budget.may_bring_rows();
    return brings_rows ? slice(asker, now) : std::vector<Row>();
}

void Detector::Core::contact_the_lost(Instant now) {
    std::vector<std::string> lost;
    for (const LifeId life : table.departed())
        lost.push_back(table.find(life)->identity.endpoint);
    for (const auto& [life, tombstone] : table.tombstones())
        lost.push_back(tombstone.endpoint);
    std::vector<std::string> seeds = config.seeds;
    for (const Record& record : table) {
        if (record.is_in_roster()) std::erase(seeds, record.identity.endpoint);
    }
    std::erase(seeds, self.endpoint);
    const bool is_seed_next = lost.empty() || (!seeds.empty() && random.chance(1, 2));
    const std::vector<std::string>& choice = is_seed_next ? seeds : lost;
    if (choice.empty()) return;
    Message parts;
    parts.wants_answer = true;
    send(nullptr, LinkId::none, choice[random.below(choice.size())], std::move(parts), now);
}

void Detector::Core::join(Instant now) {
    for (const std::string& seed : joining.take_seeds(config, self.endpoint, random, now)) {
        Message parts;
        parts.wants_answer = true;
        send(nullptr, LinkId::none, seed, std::move(parts), now);
    }
}

void Detector::Core::expire(Instant now) {
    std::vector<LifeId> expired;
    for (const LifeId life : table.departed()) {
        const bool is_over = now - table.find(life)->verdict.since >= config.forget_after;
        if (is_over) expired.push_back(life);
    }
    for (const LifeId life : expired) {
        Record& record = *table.find(life);
        bury(record, record.heartbeat(), now);
    }
    table.expire_tombstones(now);
}

void Detector::Core::bury(Record& record, Heartbeat at, Instant now) {
    record_event(EventKind::forgotten, record, now);
    table.entomb(record.life(), at, now + numbers::tombstone.of(config.forget_after));
}

void Detector::Core::watch_loneliness(Instant now) {
    if (!is_alone()) {
        joining.note_company(config);
    } else if (joining.must_tell_loneliness(config, now)) {
        // Nobody bears witness to our name any more (R1).
        name_claim.lose();
        record_own_event(EventKind::alone, Duration::zero(), now);
    }
}

Instant Detector::Core::deadline(Instant now) const {
    Instant due = leaving ? leaving->repeat_at : judgement_due(now);
    if (!leaving && health.hearing.deaf_at() > now) due = std::min(due, health.hearing.deaf_at());
    if (!news.is_empty()) due = std::min(due, news.due);
    if (leaving && leaving->give_up_at > now) due = std::min(due, leaving->give_up_at);
    if (leaving) return std::max(now, due);
    if (forgetting && !forgetting->confirmation(now).is_complete) {
        due = std::min(due, std::max(forgetting->give_up_at, now));
    }
    if (is_alone() && !config.seeds.empty()) due = std::min(due, joining.due());
    return std::max(now, std::min(due, turns.round_at));
}

}  // namespace hearsay

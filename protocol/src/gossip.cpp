#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "sorted.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {}  // namespace

void Detector::Core::handle_timeout(Instant now) {
    const Duration stall = clock.end_turn(now);
    if (stall > Duration::zero()) note_stall(stall, now);
    last_turn_at = now;
    if (!leaving && now >= tick_at) {
        keep_pace(now);
        update_neighbours(now);
        if (pace.is_kept()) watch_links(now);
    }
    watch_hearing(now);
    // Whom a node that leaves no longer hears has only stopped to answer it.
    if (!leaving) judge(now);
    update_neighbours(now);
    if (leaving) {
        say_goodbye(now);
    } else {
        if (now >= tick_at) tick(now);
        ask_the_gained(now);
        if (is_alone() && now >= join_at) join(now);
    }
    if (!news.is_empty() && now >= flush_at) flush(now);
    next_turn_at = deadline(now);
    clock.expect_turn(next_turn_at);
}

void Detector::Core::tick(Instant now) {
    ++round_number;
    tick_at = std::max(tick_at + config.round, now + numbers::refute.of(config.round));
    wanted.begin_round();
    asked_about_suspects.begin_round();
    told_of.begin_round();
    refused.begin_round();
    looked_after.begin_round();
    rosters_answered.begin_round();
    hurried.clear();
    left_to_dial.clear();
    slices_given = 0;
    expire(now);
    accuse_as_last_resort(now);
    update_neighbours(now);
    choose_partner();
    pulse(now);
    look_for_proof(now);
    if ((round_number + number(self.life)) % numbers::lost_every() == 0) contact_the_lost(now);
    watch_loneliness(now);
}

bool Detector::Core::is_neighbour(LifeId life) const {
    return contains(neighbours, life);
}

void Detector::Core::update_neighbours(Instant now) {
    if (neighbours_revision == table.revision()) return;
    neighbours_revision = table.revision();
    const std::vector<LifeId> before = std::exchange(neighbours, table.neighbours());
    for (const LifeId life : before) {
        if (!is_neighbour(life)) drop_neighbour(life, now);
    }
    for (const LifeId life : neighbours) {
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
    // A connection is not made while others wait for our word on a closed door (R9).
    if (is_ours_to_ask && !is_in_doubt && now < questions_wait_until) {
        unasked.push_back(peer.life());
    } else if (is_ours_to_ask) {
        ask(peer, now);
    }
    if (!peer.evidence.accusers(Cause::refused).empty()) look_at_door(peer, now);
}

void Detector::Core::ask_the_gained(Instant now) {
    if (now < questions_wait_until) return;
    for (const LifeId life : std::exchange(unasked, {})) {
        if (is_neighbour(life)) ask(*table.find(life), now);
    }
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
    unasked.clear();
    for (const LifeId life : neighbours) {
        Record& peer = *table.find(life);
        const Contact& contact = peer.contact;
        const Instant came =
            std::max(contact.asked_us.value_or(*contact.neighbour_since), *contact.neighbour_since);
        const Duration interval = std::max<Duration>(config.round, contact.promise);
        const bool is_ours_to_ask =
            self.life < life || now - came > numbers::asker_missing.of(interval);
        if (is_ours_to_ask) ask(peer, now);
    }
    if (is_partner_due() && partner && !is_neighbour(*partner)) ask(*table.find(*partner), now);
    sent_until_pulse = counters.messages_sent;
}

bool Detector::Core::is_partner_due() const {
    // Not all in the same round.
    const bool is_its_turn = (round_number + number(self.life)) % config.partner_every == 0;
    // Whoever is asked by all its neighbours, and hears none of them, still speaks every round.
    const bool is_silent = counters.messages_sent == sent_until_pulse;
    return is_its_turn || is_silent || !is_calm();
}

bool Detector::Core::is_calm() const {
    return cases::calm() && table.suspects().empty() && !hearing.is_doubtful() &&
           std::all_of(neighbours.begin(), neighbours.end(), [this](LifeId life) {
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
        contact.expected_since = clock.moment(now);
    }
    send(peer, std::move(parts), now);
}

void Detector::Core::choose_partner() {
    const Record* present = partner ? table.find(*partner) : nullptr;
    // A neighbour brings its rows with every pulse.
    const bool has_others = table.roster_size() > neighbours.size() + 1;
    const bool is_usable =
        present != nullptr && present->is_in_roster() && !(has_others && is_neighbour(*partner));
    // Where all start at once the first draw is among few, and mostly the seed.
    const bool is_drawn_among_few =
        static_cast<double>(table.roster_size()) >
        numbers::partner_outgrown() * static_cast<double>(partner_among);
    if (is_usable && !is_drawn_among_few && round_number < partner_until) return;
    do {
        partner = table.pick(random);
    } while (has_others && is_neighbour(*partner));
    partner_until = round_number + config.partner_rounds;
    partner_among = table.roster_size();
}

std::vector<Row> Detector::Core::slice(LifeId receiver, Instant now) {
    // The receiver's ring neighbours are heard by itself, every round: no news to it.
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
    const bool is_given = is_neighbour(asker) || slices_given < numbers::answers_with_rows();
    if (!is_given) return {};
    if (!is_neighbour(asker)) ++slices_given;
    return slice(asker, now);
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
    std::vector<std::string> seeds = config.seeds;
    std::erase(seeds, self.endpoint);
    // In turn, or chance could pass over the only one that lives for long.
    const std::size_t count = std::min(numbers::seeds_at_once(), seeds.size());
    for (std::size_t i = 0; i < count; ++i) {
        Message parts;
        parts.wants_answer = true;
        send(nullptr, LinkId::none, seeds[next_seed++ % seeds.size()], std::move(parts), now);
    }
    // A quarter more or less, so that many that start at once do not come back at once.
    const Duration part = numbers::join_spread.of(join_pause);
    const auto spread = static_cast<std::uint64_t>(2 * part.count());
    join_at =
        now + join_pause - part + Duration(static_cast<Duration::rep>(random.below(spread + 1)));
    join_pause =
        std::min(numbers::join_growth.of(join_pause), numbers::join_slowest.of(config.round));
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
        is_loneliness_reported = false;
        join_pause = numbers::settle.of(config.round);
        return;
    }
    // At the start the seeds get the time in which a silent peer would be failed.
    const bool is_start = now - started_at < config.fail_after;
    if (is_loneliness_reported || is_start) return;
    is_loneliness_reported = true;
    // Nobody bears witness to our name any more (R1).
    is_established = false;
    record_own_event(EventKind::alone, Duration::zero(), now);
}

Instant Detector::Core::deadline(Instant now) const {
    Instant due = leaving ? leaving->repeat_at : judgement_due(now);
    if (!leaving && hearing.deaf_at() > now) due = std::min(due, hearing.deaf_at());
    if (!news.is_empty()) due = std::min(due, flush_at);
    if (leaving && leaving->give_up_at > now) due = std::min(due, leaving->give_up_at);
    if (leaving) return std::max(now, due);
    if (forgetting && !forgetting->confirmation(now).is_complete) {
        due = std::min(due, std::max(forgetting->give_up_at, now));
    }
    if (is_alone() && !config.seeds.empty()) due = std::min(due, join_at);
    if (!unasked.empty()) due = std::min(due, questions_wait_until);
    return std::max(now, std::min(due, tick_at));
}

}  // namespace hearsay

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"

namespace hearsay {

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
    if (!leaving) {
        consider_returns(now);
        judge(now);
    }
    update_neighbours(now);
    if (leaving) {
        say_goodbye(now);
    } else {
        if (now >= turns.round_at) tick(now);
        if (is_alone() && now >= joining.due()) join(now);
    }
    if (!broadcasts.is_empty() && now >= broadcasts.due) flush(now);
    turns.next_at = deadline(now);
    health.clock.expect_turn(turns.next_at);
}

void Detector::Core::tick(Instant now) {
    ++turns.round_number;
    turns.round_at =
        std::max(turns.round_at + config.round, now + numbers::refute.of(config.round));
    budget = {};
    if (proofs) keep_proofs();
    expire(now);
    accuse_as_last_resort(now);
    update_neighbours(now);
    tell_lost_links(now);
    choose_partner();
    pulse(now);
    look_for_proof(now);
    if ((turns.round_number + number(self.life)) % numbers::lost_every() == 0)
        contact_the_lost(now);
    watch_loneliness(now);
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
    if (is_partner_due() && neighbourhood.partner &&
        !neighbourhood.contains(*neighbourhood.partner))
        ask(*table.find(*neighbourhood.partner), now);
    neighbourhood.sent_until_pulse = counters.messages_sent;
}

bool Detector::Core::is_partner_due() const {
    // Not all in the same round.
    const bool is_its_turn = (turns.round_number + number(self.life)) % config.partner_every == 0;
    // A node that is asked by all its neighbours, and hears none of them, still speaks every round.
    const bool is_silent = counters.messages_sent == neighbourhood.sent_until_pulse;
    return is_its_turn || is_silent || !is_calm();
}

void Detector::Core::choose_partner() {
    const Record* present = neighbourhood.partner ? table.find(*neighbourhood.partner) : nullptr;
    // A neighbour brings its rows with every pulse.
    const bool has_others = table.roster_size() > neighbourhood.lives.size() + 1;
    const bool is_usable = present != nullptr && present->is_in_roster() &&
                           !(has_others && neighbourhood.contains(*neighbourhood.partner));
    if (is_usable && turns.round_number < neighbourhood.partner_until) return;
    do {
        neighbourhood.partner = table.pick(random);
    } while (has_others && neighbourhood.contains(*neighbourhood.partner));
    neighbourhood.partner_until = turns.round_number + config.partner_rounds;
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

// Strangers that were introduced, and not admitted, are not kept for long.
void Detector::Core::keep_proofs() {
    constexpr std::size_t strangers_max = 64;
    proofs->begin_round();
    const std::size_t listed =
        table.roster_size() + table.departed().size() + table.tombstones().size();
    if (proofs->size() > listed + strangers_max) {
        proofs->retain([this](LifeId life) {
            return table.find(life) != nullptr || table.tombstone(life) != nullptr;
        });
    }
    if (!proofs->must_renew(heartbeat)) return;
    proofs->renew(heartbeat);
    introduce_anew();
}

void Detector::Core::take_over_keys(Prover* prover, Instant now) {
    const bool has_keys = prover != nullptr;
    if (leaving || (!has_keys && !proofs)) return;
    turns.next_at = now;
    if (proofs.has_value() != has_keys) {
        proofs.reset();
        if (has_keys) proofs.emplace(config.cluster, *prover);
        return begin_new_life(now);
    }
    review_proofs(now);
    if (!proofs->is_own_key()) return begin_new_life(now);
    introduce_anew();
}

// What is new about a life travels as new tags do.
void Detector::Core::introduce_anew() {
    ++self.tags_version;
    table.update_self(self);
    broadcasts.introduces_self = true;
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

void Detector::Core::watch_loneliness(Instant now) {
    if (!is_alone()) {
        joining.note_company(config);
    } else if (joining.must_tell_loneliness(config, now)) {
        // Nobody bears witness to our name any more (R1).
        name_claim.lose();
        record_bare_event(EventKind::alone, self, Duration::zero(), now);
    }
}

Instant Detector::Core::deadline(Instant now) const {
    Instant due = leaving ? leaving->repeat_at : judgement_due(now);
    if (!leaving && health.hearing.isolated_at() > now)
        due = std::min(due, health.hearing.isolated_at());
    if (!broadcasts.is_empty()) due = std::min(due, broadcasts.due);
    if (leaving && leaving->give_up_at > now) due = std::min(due, leaving->give_up_at);
    if (leaving) return std::max(now, due);
    if (forgetting && !forgetting->confirmation(now).is_complete) {
        due = std::min(due, std::max(forgetting->give_up_at, now));
    }
    if (is_alone() && !config.seeds.empty()) due = std::min(due, joining.due());
    return std::max(now, std::min(due, turns.round_at));
}

}  // namespace hearsay

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {

/// So many at most of those without a link are told that this node goes, for it has to dial them.
constexpr std::size_t farewells_max = 256;

/// Whatever proves them.
bool is_same(const Forget& one, const Forget& other) {
    return one.life == other.life && one.heartbeat == other.heartbeat;
}

}  // namespace

Confirmation Detector::Core::Pending::confirmation(Instant now) const {
    const std::size_t all = asked.size() + seeds.size();
    // A quorum of those asked but one, which may be frozen (R17).
    const std::size_t enough = must_all_confirm || all == 0 ? all : quorum(all - 1);
    const bool is_heard = confirmed.size() >= enough;
    return {
        .asked = all, .confirmed = confirmed.size(), .is_complete = is_heard || now >= give_up_at};
}

void Detector::Core::leave(Instant now) {
    if (leaving) return;
    update_neighbours(now);
    Pending farewell{.more_at = now + config.round, .give_up_at = now + config.leave_timeout};
    for (const LifeId life : links(now))
        farewell.asked.insert(life);
    depart(std::move(farewell), now);
}

// A member that has admitted this life, and refused the bearer, would hold it for alive until its
// last resort: those who observe the name know the bearer, and not this life. This life does not
// know which of all that it has heard have admitted it.
void Detector::Core::give_way(const Identity& bearer, Instant now) {
    name_claim.give_way(bearer);
    Pending farewell{
        .must_all_confirm = true,
        .more_at = now + config.leave_timeout,
        .give_up_at = now + std::min(numbers::refute.of(config.round), config.leave_timeout)};
    farewell.asked = all_heard();
    depart(std::move(farewell), now);
}

/// Those in the roster that were heard, the latest first.
std::set<LifeId> Detector::Core::all_heard() const {
    std::vector<const Record*> heard;
    for (const Record& record : table) {
        if (record.is_in_roster() && record.contact.heard) heard.push_back(&record);
    }
    std::sort(heard.begin(), heard.end(), [](const Record* one, const Record* other) {
        return one->contact.heard->real > other->contact.heard->real;
    });
    heard.resize(std::min(heard.size(), farewells_max));
    std::set<LifeId> lives;
    for (const Record* record : heard)
        lives.insert(record->life());
    return lives;
}

void Detector::Core::depart(Pending farewell, Instant now) {
    farewell.what = {.life = self.life, .heartbeat = heartbeat_left};
    farewell.repeat_at = now;
    if (farewell.asked.empty()) {
        // A seed may have heard our introduction whose answer has not come yet. Where it answers at
        // all it does so within a round, and nobody waits longer for one that is not there.
        farewell.seeds = config.seeds;
        std::erase(farewell.seeds, self.endpoint);
        farewell.give_up_at = std::min(farewell.give_up_at, now + config.round);
    }
    leaving = std::move(farewell);
    broadcasts.clear();
    turns.next_at = now;
    say_goodbye(now);
}

void Detector::Core::say_goodbye(Instant now) {
    if (now < leaving->repeat_at) return;
    leaving->repeat_at = now + numbers::refute.of(config.round);
    // Nobody but the links was told yet, and they may be what does not work.
    if (now >= leaving->more_at) leaving->asked.merge(all_heard());
    for (const LifeId life : leaving->asked) {
        Record* peer = table.find(life);
        if (peer == nullptr || leaving->confirmed.contains(life)) continue;
        Message parts;
        parts.wants_answer = true;
        send(*peer, std::move(parts), now);
    }
    for (const std::string& seed : leaving->seeds) {
        Message parts;
        parts.wants_answer = true;
        send(nullptr, LinkId::none, seed, std::move(parts), now);
    }
}

void Detector::Core::note_goodbye_heard(LifeId by) {
    if (leaving->asked.contains(by) || !leaving->seeds.empty()) leaving->confirmed.insert(by);
}

void Detector::Core::mark_left(Record& record, LinkId source, Instant now) {
    if (record.verdict.state == MemberState::left) return;
    table.set_state(record, MemberState::left, now);
    record_event(EventKind::left, record, now);
    Broadcasts::add(broadcasts.rows, record.life(), source);
    // It leaves as we do, and may be gone before it confirms.
    if (leaving && !leaving->confirmed.contains(record.life())) {
        leaving->asked.erase(record.life());
    }
}

ForgetOutcome Detector::Core::forget(std::string_view name, bool force, Instant now) {
    if (name == self.name) return ForgetOutcome::is_self;
    Record* record = table.find_name(name);
    if (record == nullptr) return ForgetOutcome::unknown_member;
    if (record->is_in_roster() && !force) return ForgetOutcome::still_alive;
    if (proofs && !proofs->may_forget()) return ForgetOutcome::not_permitted;
    const Forget what{.life = record->life(),
                      .heartbeat = force ? heartbeat_left : record->heartbeat()};
    bury(*record, what.heartbeat, now);
    broadcasts.forgets.push_back(what);
    forgetting = Pending{.what = what, .repeat_at = now, .give_up_at = now + config.leave_timeout};
    update_neighbours(now);
    flush(now);
    turns.next_at = now;
    return ForgetOutcome::done;
}

void Detector::Core::receive_forget(const Forget& forget, Inbound& in) {
    if (forget.life == self.life) return;
    const bool is_confirmed = forgetting && is_same(forgetting->what, forget) &&
                              forgetting->asked.contains(in.message.from);
    if (is_confirmed) forgetting->confirmed.insert(in.message.from);
    if (in.message.wants_answer) in.reply.forgets.push_back(forget);
    Record* record = table.find(forget.life);
    if (record == nullptr) return;
    // A node that holds it for alive and knows better says so; one that gave it up already agrees.
    if (record->is_in_roster() && record->heartbeat() > forget.heartbeat) {
        in.reply.rows.push_back(row(*record, in.now));
        in.is_answer_due = true;
        return;
    }
    bury(*record, std::max(forget.heartbeat, record->heartbeat()), in.now);
    broadcasts.forgets.push_back(forget);
}

// What the others hold of its certificate they know themselves.
void Detector::Core::review_certificates(Instant now) {
    if (!proofs || !proofs->is_required()) return;
    bury_unless([this](const Record& record) { return proofs->is_certified(record.life()); }, now);
}

// Before keys were required things were believed that nothing proves.
void Detector::Core::review_proofs(Instant now) {
    if (!proofs->is_required()) return;
    bury_unless(
        [this](const Record& record) {
            return proofs->is_proven(record.identity, record.heartbeat());
        },
        now);
    table.lower_tombstones(
        [this](LifeId life, Heartbeat told) { return proofs->proven(life, told); });
}

void Detector::Core::bury_unless(const std::function<bool(const Record&)>& is_good, Instant now) {
    std::vector<LifeId> lives;
    for (const Record& record : table)
        if (!is_good(record)) lives.push_back(record.life());
    for (const LifeId life : lives) {
        Record& record = *table.find(life);
        // It may have a good certificate by now that only has not come here yet: then its next word
        // proves it. So it is not as dead as those that left.
        bury(record, proofs->proven(life, record.heartbeat()), now);
    }
    update_neighbours(now);
}

void Detector::Core::bury(Record& record, Heartbeat at, Instant now) {
    record_event(EventKind::forgotten, record, now);
    entomb(record.life(), at, now);
}

void Detector::Core::entomb(LifeId life, Heartbeat at, Instant now) {
    table.entomb(life, at, now + numbers::tombstone.of(config.forget_after));
    if (proofs) proofs->bury(life);
}

}  // namespace hearsay

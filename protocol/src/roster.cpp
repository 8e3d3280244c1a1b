#include <algorithm>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"
#include "suspicion.hpp"

namespace hearsay {
namespace {

/// Orders the bearers of one name; the life id decides between equal incarnations.
bool is_older(const Identity& one, const Identity& other) {
    return std::pair(one.incarnation, one.life) < std::pair(other.incarnation, other.life);
}

}  // namespace

void Detector::Core::receive_introduction(const Introduction& introduction, Inbound& in) {
    const Identity& identity = introduction.identity;
    if (identity.life == self.life) {
        const bool has_later_tags = identity.tags_version > self.tags_version;
        if (has_later_tags || introduction.heartbeat > heartbeat) begin_new_life(in.now);
        return;
    }
    if (!name_claim.is_timely(identity.incarnation, in.now)) {
        ++counters.refused_lives;
        return;
    }
    if (identity.name == self.name) {
        meet_namesake(introduction, in);
        return;
    }
    if (Record* record = table.find(identity.life)) {
        update(*record, introduction, in);
        return;
    }
    admit(introduction, in);
}

void Detector::Core::update(Record& record, const Introduction& introduction, const Inbound& in) {
    if (introduction.identity.tags_version > record.identity.tags_version) {
        const bool has_other_tags = introduction.identity.tags != record.identity.tags;
        table.update_identity(record, introduction.identity);
        if (has_other_tags) record_event(EventKind::updated, record, in.now);
        Broadcasts::add(broadcasts.introductions, record.life(), in.link);
    }
    merge_told(record, introduction.heartbeat, heard(in, introduction.age), in);
}

void Detector::Core::admit(const Introduction& introduction, Inbound& in) {
    const Identity& identity = introduction.identity;
    const bool is_too_old = introduction.age >= config.forget_after;
    if (is_too_old || introduction.heartbeat == heartbeat_left) return;
    const Tombstone* tombstone = table.tombstone(identity.life);
    if (tombstone != nullptr && tombstone->heartbeat >= introduction.heartbeat) {
        ++counters.refused_lives;
        // The life itself has its answer already.
        if (in.message.from == identity.life) return;
        bear_witness(
            {.life = identity.life, .heartbeat = introduction.heartbeat, .age = introduction.age},
            in);
        return;
    }
    if (Record* former = table.find_name(identity.name)) {
        succeed(*former, introduction, in);
        return;
    }
    if (table.is_full() && !make_room(in.now)) {
        ++counters.refused_lives;
        return;
    }
    const Evidence evidence(introduction.heartbeat, heard(in, introduction.age));
    Record& record = table.add(identity, evidence, in.now);
    record_event(EventKind::joined, record, in.now);
    Broadcasts::add(broadcasts.introductions, identity.life, in.link);
}

void Detector::Core::succeed(Record& former, const Introduction& introduction, const Inbound& in) {
    const Identity& identity = introduction.identity;
    const bool is_elsewhere = former.identity.endpoint != identity.endpoint;
    const bool is_name_in_use = is_elsewhere && former.is_in_roster();
    if (is_name_in_use || !is_older(former.identity, identity)) {
        ++counters.refused_lives;
        // The newcomer must hear of the bearer, to give way or to raise its incarnation (R1).
        if (is_name_in_use) look_after(former, in.now);
        if (!budget.refused.claim({identity.life, former.life()})) return;
        Message parts;
        parts.introductions.push_back(Core::introduction(former, in.now));
        send(nullptr, LinkId::none, identity.endpoint, std::move(parts), in.now);
        return;
    }
    const LifeId former_life = former.life();
    const bool is_rekeyed = proofs && !proofs->is_same_key(former_life, identity.life);
    // It may still run, and take its name back.
    entomb(former_life, former.heartbeat(), in.now);
    const Evidence evidence(introduction.heartbeat, heard(in, introduction.age));
    Record& record = table.add(identity, evidence, in.now);
    record_event(EventKind::restarted, record, in.now, former_life, is_rekeyed);
    Broadcasts::add(broadcasts.introductions, identity.life, in.link);
}

// All others may know the newcomer and not this life: then nobody observes it but us.
void Detector::Core::look_after(Record& bearer, Instant now) {
    if (!budget.looked_after.claim(bearer.life())) return;
    const std::optional<Duration> remaining = until_accused(bearer, now);
    if (remaining && *remaining <= Duration::zero()) {
        accuse(bearer, Cause::silence, now);
        return;
    }
    Contact& contact = bearer.contact;
    if (!contact.expected_since) contact.expected_since = health.clock.moment(now);
    ask(bearer, now);
}

// What others tell of another bearer proves nothing: it is asked where it says it is. A life
// that answers at our own endpoint is there, and we are not.
void Detector::Core::meet_namesake(const Introduction& other, const Inbound& in) {
    if (leaving) return;
    const Identity& identity = other.identity;
    const bool is_gone = other.heartbeat == heartbeat_left || other.age >= config.fail_after;
    const bool is_met = !is_gone && in.message.from == identity.life && is_dialled(in.link);
    const bool is_here = identity.endpoint == self.endpoint;
    if (is_met && (is_here || must_yield_to(other, in))) {
        give_way(identity, in.now);
        return;
    }
    if (is_gone || is_here) take_name_over(other);
    if (!is_gone) ask_namesake(identity.life, identity.endpoint, in.now);
}

void Detector::Core::take_name_over(const Introduction& predecessor) {
    if (self.incarnation > predecessor.identity.incarnation) return;
    self.incarnation = predecessor.identity.incarnation + 1;
    ++self.tags_version;
    table.update_self(self);
    broadcasts.introduces_self = true;
}

// The question is short, whatever our tags: so its answer comes over the link that we dialled for
// it, and not over one for long frames, which proves nothing (R1). The namesake asks back who we
// are.
void Detector::Core::ask_namesake(LifeId life, const std::string& endpoint, Instant now) {
    if (!budget.refused.claim({life, self.life})) return;
    Message question;
    question.wants_answer = true;
    send_bare(endpoint, std::move(question), now);
}

// The name belongs to the bearer that others confirm; then to the one that knows somebody; then to
// the older.
bool Detector::Core::must_yield_to(const Introduction& other, const Inbound& in) const {
    const bool knows_nobody = in.message.digest == MemberTable::digest_of_one(other.identity);
    const Claim theirs = in.message.is_confirmed ? Claim::confirmed
                         : knows_nobody          ? Claim::none
                                                 : Claim::own;
    const Claim ours = is_alone()                  ? Claim::none
                       : name_claim.is_confirmed() ? Claim::confirmed
                                                   : Claim::own;
    return theirs == ours ? is_older(other.identity, self) : theirs > ours;
}

// Those who are gone must not keep out those who come.
bool Detector::Core::make_room(Instant now) {
    Record* oldest = nullptr;
    for (const LifeId life : table.departed()) {
        Record* record = table.find(life);
        if (oldest == nullptr || record->verdict.since < oldest->verdict.since) oldest = record;
    }
    if (oldest == nullptr) return false;
    bury(*oldest, oldest->heartbeat(), now);
    return true;
}

void Detector::Core::compare_digests(Inbound& in) {
    Record* sender = table.find(in.message.from);
    if (sender == nullptr || leaving) return;
    // A member that was given up because it is degraded is on its own roster alone until it
    // returns. Then it asks for what it missed.
    if (in.message.is_degraded && !sender->is_in_roster()) return;
    Contact& contact = sender->contact;
    if (in.message.digest == table.digest()) {
        if (!is_alone()) name_claim.confirm(in.now);
        contact.differs_since.reset();
        contact.repair_pause = Duration::zero();
        return;
    }
    if (!contact.differs_since) contact.differs_since = in.now;
    if (in.now < contact.repair_at) return;
    const bool knows_nobody = in.message.digest == MemberTable::digest_of_one(sender->identity);
    // Broadcasts under way make rosters differ for a moment; only what lasts is worth a list.
    const bool has_lasted =
        !cases::lasting() || in.now - *contact.differs_since >= numbers::refute.of(config.round);
    if (!knows_nobody && !has_lasted) return;
    contact.repair_pause =
        std::clamp(contact.repair_pause * 2, numbers::repair_least(), numbers::repair_most());
    contact.repair_at = in.now + contact.repair_pause;
    in.is_answer_due = true;
    if (knows_nobody) {
        introduce_all(in);
    } else {
        in.reply.roster = table.roster();
    }
}

void Detector::Core::introduce_all(Inbound& in) {
    in.reply.introductions.push_back(own_introduction());
    for (const Record& record : table) {
        if (record.life() == in.message.from || !is_vouched_for(record, in.now)) continue;
        in.reply.introductions.push_back(introduction(record, in.now));
    }
}

void Detector::Core::receive_roster(Inbound& in) {
    if (in.message.roster.empty() || !budget.rosters_answered.claim(in.link)) return;
    const std::set<std::uint64_t> theirs(in.message.roster.begin(), in.message.roster.end());
    const std::vector<std::uint64_t> keys = table.roster();
    const std::set<std::uint64_t> ours(keys.begin(), keys.end());
    for (const std::uint64_t key : theirs) {
        if (ours.contains(key) || in.reply.wants.size() >= wants_page) continue;
        in.reply.wants.push_back(key);
    }
    for (Record& record : table) {
        const bool is_theirs =
            theirs.contains(roster_key(record.life(), record.identity.tags_version));
        if (is_theirs && !record.is_in_roster()) tell_evidence(record, in);
        if (is_theirs || !is_vouched_for(record, in.now)) continue;
        in.reply.introductions.push_back(introduction(record, in.now));
    }
    const std::uint64_t own_key = roster_key(self.life, self.tags_version);
    if (!theirs.contains(own_key)) in.reply.introductions.push_back(own_introduction());
    const bool has_something = !in.reply.wants.empty() || !in.reply.introductions.empty() ||
                               !in.reply.accusations.empty() || !in.reply.rows.empty();
    in.is_answer_due = in.is_answer_due || has_something;
}

void Detector::Core::tell_evidence(Record& record, Inbound& in) {
    if (record.verdict.state == MemberState::left) {
        in.reply.rows.push_back(row(record, in.now));
        return;
    }
    // The sender may know of more observers than accused it here, and waits for their word.
    const bool is_witness = silence(record, in.now) >= config.fail_after;
    if (cases::witness() && is_witness && !health.is_withdrawn)
        accuse(record, Cause::silence, in.now);
    for (const Cause cause : {Cause::silence, Cause::refused}) {
        if (record.evidence.accusers(cause).empty()) continue;
        in.reply.accusations.push_back(accusation(record, cause, in.now));
    }
}

void Detector::Core::receive_wants(Inbound& in) {
    if (in.message.wants.empty()) return;
    const std::vector<std::uint64_t>& all = in.message.wants;
    const auto count = static_cast<std::ptrdiff_t>(std::min(all.size(), wants_page));
    const std::set<std::uint64_t> keys(all.begin(), all.begin() + count);
    const bool is_self_wanted =
        keys.contains(number(self.life)) || keys.contains(roster_key(self.life, self.tags_version));
    if (is_self_wanted) in.reply.introductions.push_back(own_introduction());
    for (const Record* record : table.find_keys(keys)) {
        if (is_vouched_for(*record, in.now)) {
            in.reply.introductions.push_back(introduction(*record, in.now));
        } else if (record->is_in_roster()) {
            // A node that has buried it says so.
            in.reply.rows.push_back(row(*record, in.now));
        }
    }
    in.is_answer_due =
        in.is_answer_due || !in.reply.introductions.empty() || !in.reply.rows.empty();
}

// Nobody but itself raises its heartbeat: if others know of a greater one, this machine was put
// back to an earlier state, or runs twice, or somebody forges. A copy draws the same numbers, but
// hardly at the same instant. The one of the two that is not where it says it is finds the
// other one there (R1).
void Detector::Core::begin_new_life(Instant now) {
    if (leaving) return;
    draw_life(now);
    ++self.incarnation;
    self.tags_version = 0;
    heartbeat = 0;
    broadcasts.refuted_at = 0;
    // If its name was taken meanwhile, it has no claim to it any more (R1).
    name_claim.lose();
    table.update_self(self);
    broadcasts.introduces_self = true;
    record_bare_event(EventKind::renewed, self, Duration::zero(), now);
    ask_namesake(self.life, self.endpoint, now);
}

void Detector::Core::draw_life(Instant now) {
    if (proofs) {
        self.life = proofs->begin_life();
        return;
    }
    do {
        const auto instant = static_cast<std::uint64_t>(now.time_since_epoch().count());
        self.life = LifeId{mix(random.next() ^ instant)};
    } while (number(self.life) == 0);
}

}  // namespace hearsay

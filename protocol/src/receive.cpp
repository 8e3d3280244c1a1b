#include <algorithm>

#include "core.hpp"
#include "numbers.hpp"

namespace hearsay {
namespace {

bool introduces_sender(const Message& message) {
    return std::any_of(
        message.introductions.begin(), message.introductions.end(),
        [&](const Introduction& entry) { return entry.identity.life == message.from; });
}

}  // namespace

std::optional<Rejection> Detector::Core::handle_message(std::span<const std::byte> frame,
                                                        LinkId link, Instant now,
                                                        const Credential* speaker) {
    ++counters.messages_received;
    counters.bytes_received += frame.size();
    Result<Message, Rejection> decoded = decode(frame, config.cluster);
    if (!decoded) return reject(decoded.error());
    Message& message = decoded.value();
    if (message.from == self.life) {
        ++counters.echoes;
        return std::nullopt;
    }
    if (proofs && !proofs->admit(message, speaker)) {
        return reject({DecodeError::impostor, speaker == nullptr ? "nobody" : speaker->name});
    }
    Inbound in{.message = message, .link = link, .now = now, .delay = health.clock.overrun(now)};
    // What came over no link of its own counts as come over that of its sender (R10).
    const Record* const sender = table.find(in.message.from);
    if (link == LinkId::none && sender != nullptr) in.link = sender->contact.link;
    receive(in);
    return std::nullopt;
}

std::optional<Rejection> Detector::Core::reject(Rejection rejection) {
    ++counters.rejected.at(static_cast<std::size_t>(rejection.error));
    return rejection;
}

void Detector::Core::receive(Inbound& in) {
    in.is_answer_due = in.message.wants_answer;
    for (const Introduction& entry : in.message.introductions)
        receive_introduction(entry, in);
    receive_head(in);
    for (const Row& row : in.message.rows)
        receive_row(row, in);
    for (const Accusation& entry : in.message.accusations)
        receive_accusation(entry, in);
    for (const Forget& entry : in.message.forgets)
        receive_forget(entry, in);
    receive_wants(in);
    receive_roster(in);
    compare_digests(in);
    if (in.is_answer_due) answer(in);
}

void Detector::Core::receive_head(Inbound& in) {
    Record* sender = table.find(in.message.from);
    if (sender == nullptr) {
        receive_stranger(in);
        return;
    }
    name_claim.note_heard(config, in.now);
    note_heard(in.now);
    if (in.message.is_proven) ask_for_key(in.message.from, in);
    sender->contact.is_degraded = in.message.is_degraded;
    sender->contact.refused_at.reset();
    tell_what_is_known(*sender, in);
    merge_heartbeat(*sender, in.message.heartbeat, heard(in, Duration::zero()), in);
    note_contact(*sender, in);
    if (in.message.heartbeat == heartbeat_left) {
        in.reply.rows.push_back(row(*sender, in.now));
    }
}

// A life that was given up must pass what is held against it. One that says less than it said
// before has gone back in time, or is a copy, or somebody has made its heartbeat leap (R2).
void Detector::Core::tell_what_is_known(const Record& sender, Inbound& in) {
    const Heartbeat claimed = in.message.heartbeat;
    const bool tells_one = claimed != heartbeat_untold && claimed != heartbeat_left;
    const bool is_behind = tells_one && claimed < sender.heartbeat();
    if (!is_behind || (sender.is_in_roster() && claimed > sender.contact.said)) return;
    if (!budget.told_of.claim({in.message.from, in.message.from})) return;
    in.reply.rows.push_back(row(sender, in.now));
    in.is_answer_due = true;
}

void Detector::Core::receive_stranger(Inbound& in) {
    const Tombstone* tombstone = table.tombstone(in.message.from);
    if (tombstone != nullptr && tombstone->heartbeat >= in.message.heartbeat) {
        if (!budget.told_of.claim({in.message.from, in.message.from})) return;
        in.reply.rows.push_back({.life = in.message.from, .heartbeat = tombstone->heartbeat});
        in.is_answer_due = true;
        return;
    }
    if (in.message.heartbeat == heartbeat_left) {
        in.reply.rows.push_back({.life = in.message.from, .heartbeat = heartbeat_left});
        return;
    }
    // A sender that is a stranger after its introduction was refused: do not ask again.
    if (introduces_sender(in.message)) return;
    in.reply.wants.push_back(number(in.message.from));
    in.is_answer_due = true;
}

void Detector::Core::note_contact(Record& sender, const Inbound& in) {
    Contact& contact = sender.contact;
    const Moment now = heard(in, Duration::zero());
    if (contact.heard && contact.promise > Duration::zero()) {
        const Duration late = now.real - contact.heard->real - contact.promise;
        contact.lateness = std::max(numbers::kept.of(contact.lateness), late);
    }
    note_link(sender, in);
    contact.link = in.link;
    if (in.message.heartbeat != heartbeat_left) {
        contact.said = std::max(contact.said, in.message.heartbeat);
    }
    contact.heard = now;
    contact.promise = in.message.promise;
    contact.digest = in.message.digest;
    // A peer that asks without a promise does not take us for a neighbour, and will not ask again.
    if (in.message.wants_answer && contact.promise > Duration::zero()) contact.asked_us = in.now;
    if (contact.promise == Duration::zero()) contact.expected_since.reset();
    const bool is_expected = contact.neighbour_since && contact.promise > Duration::zero();
    if (is_expected && !contact.expected_since) contact.expected_since = now;
}

void Detector::Core::receive_row(const Row& row, Inbound& in) {
    if (row.life == self.life) {
        if (leaving && row.heartbeat == heartbeat_left) note_goodbye_heard(in.message.from);
        if (row.heartbeat > heartbeat) begin_new_life(in.now);
        return;
    }
    if (Record* record = table.find(row.life)) {
        if (row.mark != Mark{}) ask_for_key(row.life, in);
        merge_told(*record, row.heartbeat, heard(in, row.age), in);
        return;
    }
    if (is_buried(row)) {
        bear_witness(row, in);
        return;
    }
    const bool is_fresh = row.heartbeat != heartbeat_left && row.age < config.suspect_after;
    if (is_fresh) ask_for(row.life, in);
}

void Detector::Core::ask_for(LifeId life, Inbound& in) {
    if (in.reply.wants.size() >= wants_page || !budget.wanted.claim(life)) return;
    in.reply.wants.push_back(number(life));
    in.is_answer_due = true;
}

// While the cluster moves to keys a member may be known without its proofs.
void Detector::Core::ask_for_key(LifeId life, Inbound& in) {
    if (proofs && !proofs->has_key(life)) ask_for(life, in);
}

bool Detector::Core::is_buried(const Row& row) const {
    const Tombstone* tombstone = table.tombstone(row.life);
    return tombstone != nullptr && tombstone->heartbeat >= row.heartbeat;
}

void Detector::Core::receive_accusation(const Accusation& accusation, Inbound& in) {
    if (accusation.life == self.life) {
        refute(accusation, in);
        return;
    }
    Record* record = table.find(accusation.life);
    if (record == nullptr) {
        const Row row{
            .life = accusation.life, .heartbeat = accusation.heartbeat, .age = accusation.age};
        if (is_buried(row)) bear_witness(row, in);
        return;
    }
    if (accusation.heartbeat < record->heartbeat()) {
        in.reply.rows.push_back(row(*record, in.now));
        in.is_answer_due = true;
        return;
    }
    const Heartbeat heartbeat_before = record->heartbeat();
    const Instant heard_before = record->evidence.heard().listening;
    const std::size_t accusers_before = tally(*record).accusers;
    const MergeResult merged = record->evidence.merge_accusation(
        accusation, heard(in, accusation.age), health.clock.moment(in.now), is_believed());
    const bool has_advanced = record->heartbeat() != heartbeat_before;
    if (has_advanced) note_advance(*record, heard_before, in);
    if (merged != MergeResult::accused) return;
    note_accused(*record, in.now);
    if (has_advanced) {
        record->verdict.is_accusation_spread = false;
        record->verdict.appealed_at.reset();
        record->verdict.is_gone_at_once = false;
    }
    if (accusation.cause == Cause::refused && record->is_in_roster()) {
        note_refusals(*record, in.now);
        probe_as_well(*record, in.now);
    }
    // No quorum is greater, anywhere: more accusers are no news.
    const bool is_settled =
        cases::enough_accusers() && !has_advanced && accusers_before >= numbers::quorum();
    if (!is_settled && record->is_in_roster()) spread_accusation(*record, in.link, in.now);
}

void Detector::Core::refute(const Accusation& accusation, Inbound& in) {
    if (leaving || health.is_withdrawn) return;
    if (accusation.heartbeat > heartbeat) begin_new_life(in.now);
    // Any message of ours is a refutation. Where all links have heard us pass the accused heartbeat
    // already, the accuser alone needs to be told.
    in.is_answer_due = true;
    in.is_refuted = true;
    if (accusation.heartbeat < broadcasts.refuted_at) return;
    ++counters.refutations;
    broadcasts.refutes = true;
}

}  // namespace hearsay

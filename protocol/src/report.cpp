#include <algorithm>

#include "hearsay/text.hpp"

#include "core.hpp"

namespace hearsay {
namespace {

/// A peer counts as heard directly for this many rounds, or intervals that it promised.
constexpr int direct_rounds = 3;

bool is_heard_directly(const Contact& contact, Duration round, Instant now) {
    const Duration interval = std::max(round, contact.promise);
    return contact.heard && now - contact.heard->real <= direct_rounds * interval;
}

}  // namespace

Member Detector::Core::member(const Record& record, Instant now) const {
    const Verdict& verdict = record.verdict;
    const Contact& contact = record.contact;
    const bool is_listed_only = !record.is_in_roster();
    const bool is_untold = record.is_suspect() && !verdict.is_suspicion_told;
    const bool is_failed = verdict.state == MemberState::failed;
    const Instant forgotten_at = verdict.since + config.forget_after;
    const bool is_refused = !record.evidence.accusers(Cause::refused).empty();
    return {.identity = record.identity,
            .state = is_untold ? MemberState::alive : verdict.state,
            .is_self = false,
            .heartbeat = record.heartbeat(),
            .silence = record.age(now),
            .is_heard_directly = is_heard_directly(contact, config.round, now),
            .is_observed = record.is_in_roster() && contact.expected_since.has_value(),
            .in_state = now - verdict.told_since,
            .forgotten_in =
                is_listed_only ? std::max(forgotten_at - now, Duration::zero()) : Duration::zero(),
            .mistake_count = verdict.mistake_count,
            .cause = is_failed    ? verdict.cause
                     : is_refused ? Cause::refused
                                  : Cause::silence,
            .accusers = names(is_failed ? verdict.accusers : record.evidence.accusers())};
}

Member Detector::Core::own_member(Instant now) const {
    return {.identity = self,
            .state = leaving ? MemberState::left : MemberState::alive,
            .is_self = true,
            .heartbeat = heartbeat,
            .silence = Duration::zero(),
            .is_heard_directly = true,
            .is_observed = false,
            .in_state = now - turns.started_at,
            .forgotten_in = Duration::zero(),
            .mistake_count = 0,
            .cause = Cause::silence,
            .accusers = {}};
}

std::vector<Member> Detector::Core::members(Instant now) const {
    std::vector<Member> all{own_member(now)};
    for (const Record& record : table)
        all.push_back(member(record, now));
    std::sort(all.begin(), all.end(), [](const Member& one, const Member& other) {
        return one.identity.name < other.identity.name;
    });
    return all;
}

std::vector<Link> Detector::Core::neighbour_links(Instant now) const {
    std::vector<Link> links;
    for (const LifeId life : neighbourhood.lives) {
        const Record* peer = table.find(life);
        if (peer == nullptr) continue;
        const Contact& contact = peer->contact;
        Link link;
        link.name = peer->identity.name;
        link.endpoint = peer->identity.endpoint;
        link.state = member(*peer, now).state;
        link.is_observed = contact.expected_since.has_value();
        if (contact.heard) link.heard_ago = std::max(now - contact.heard->real, Duration::zero());
        link.suspect_after = suspect_after(config, contact.promise, contact.lateness);
        link.lateness = contact.lateness;
        link.round_trip = contact.round_trip;
        link.is_lost = contact.is_link_lost;
        links.push_back(std::move(link));
    }
    std::sort(links.begin(), links.end(),
              [](const Link& one, const Link& other) { return one.name < other.name; });
    return links;
}

std::optional<Explanation> Detector::Core::explain(std::string_view name, Instant now) const {
    Explanation explanation;
    explanation.history = outputs.history.history(name);
    explanation.suspect_after = config.suspect_after;
    explanation.fail_after = config.fail_after;
    const Record* record = table.find_name(name);
    if (name == self.name) {
        explanation.member = own_member(now);
        explanation.observers = names(table.observers(self.life));
    } else if (record != nullptr) {
        explanation.member = member(*record, now);
        explanation.findings = findings(*record);
        explanation.accuser_count = explanation.member->accusers.size();
        explanation.suspect_after =
            hearsay::suspect_after(config, record->contact.promise, record->contact.lateness);
        explanation.observers = names(table.observers(record->life()));
        explanation.quorum = quorum_of(*record);
    } else if (explanation.history.empty()) {
        return std::nullopt;
    }
    return explanation;
}

Status Detector::Core::status(Instant now) const {
    Status status{.self = self,
                  .heartbeat = heartbeat,
                  .digest = table.digest(),
                  .roster_size = table.roster_size(),
                  .peers_heard = 0,
                  .peers_agreeing = 0,
                  .tombstone_count = table.tombstones().size(),
                  .is_alone = is_alone(),
                  .is_leaving = leaving.has_value(),
                  .is_withdrawn = health.is_withdrawn,
                  .pace = health.pace.factor(),
                  .counters = counters};
    if (proofs) status.counters.unproven = proofs->dropped();
    for (const Record& record : table) {
        if (!record.is_in_roster()) continue;
        if (proofs && !proofs->has_key(record.life())) ++status.keyless_count;
        if (!is_heard_directly(record.contact, config.round, now)) continue;
        ++status.peers_heard;
        if (record.contact.digest == table.digest()) ++status.peers_agreeing;
    }
    return status;
}

}  // namespace hearsay

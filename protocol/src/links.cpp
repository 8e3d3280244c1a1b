#include <algorithm>

#include "core.hpp"

namespace hearsay {

// A member that others hear is alive, so a cut between two neighbours convicts nobody (R3). It is
// told for people alone: no rule asks for it.
void Detector::Core::tell_lost_links(Instant now) {
    for (const LifeId life : neighbourhood.lives) {
        Record& peer = *table.find(life);
        if (peer.contact.is_link_lost || !is_cut_off_from(peer, now)) continue;
        peer.contact.is_link_lost = true;
        record_bare_event(EventKind::link_lost, peer.identity, unheard(peer, now), now);
    }
}

Duration Detector::Core::unheard(const Record& peer, Instant now) const {
    const Contact& contact = peer.contact;
    const bool was_heard = contact.heard && contact.heard->real > contact.expected_since->real;
    const Moment& since = was_heard ? *contact.heard : *contact.expected_since;
    return health.clock.silence(now, since.listening);
}

bool Detector::Core::is_cut_off_from(const Record& peer, Instant now) const {
    const Contact& contact = peer.contact;
    if (!contact.expected_since || peer.verdict.state != MemberState::alive) return false;
    const Duration allowed = suspect_after(config, contact.promise, contact.lateness);
    return unheard(peer, now) >= allowed && silence(peer, now) < allowed;
}

void Detector::Core::note_link(Record& sender, const Inbound& in) {
    Contact& contact = sender.contact;
    if (contact.asked_at && !in.message.wants_answer) {
        contact.round_trip = in.now - *contact.asked_at;
        contact.asked_at.reset();
    }
    if (!contact.is_link_lost) return;
    contact.is_link_lost = false;
    record_bare_event(EventKind::link_back, sender.identity, unheard(sender, in.now), in.now);
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

}  // namespace hearsay

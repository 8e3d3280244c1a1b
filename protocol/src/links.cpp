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

}  // namespace hearsay

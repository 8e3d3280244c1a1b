#include "claims.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "hearsay/random.hpp"
#include "hearsay/text.hpp"

#include "event_handler.hpp"

namespace hearsay {
namespace {

bool is_start(EventKind kind) {
    return kind == EventKind::joined || kind == EventKind::restarted;
}

/// When that began which the event tells, as incarnations are counted: in milliseconds of the time
/// of day. A node that started later may not know of it.
std::uint64_t beginning(const Occurrence& occurrence) {
    const Event& event = occurrence.event;
    if (is_start(event.kind)) return event.subject.incarnation;
    const auto last_word = occurrence.at.time_since_epoch() - event.silence;
    const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(last_word).count();
    return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

/// The life that is over with this event without having said so, if one is.
std::optional<LifeId> life_lost(const Event& event) {
    if (event.kind == EventKind::failed) return event.subject.life;
    if (event.kind == EventKind::restarted) return event.former_life;
    return std::nullopt;
}

/// True if `event` takes back what `earlier` told.
bool takes_back(const Event& event, const Event& earlier) {
    const bool is_back = event.kind == EventKind::recovered && earlier.kind == EventKind::failed;
    const bool is_clear = event.kind == EventKind::cleared && earlier.kind == EventKind::suspected;
    return (is_back || is_clear) && event.subject.life == earlier.subject.life;
}

std::string told(const Event& event) {
    return std::string(text(event.kind)) + ' ' + event.subject.name;
}

}  // namespace

std::uint64_t claim_rank(LifeId subject, EventKind kind, LifeId member) {
    // The word and not the number of a kind: it never changes.
    return mix(mix(number(subject) ^ hash(text(kind))) ^ number(member));
}

void Claims::set_commands(const std::vector<std::string>& commands) {
    kinds_.clear();
    for (const std::string& command : commands) {
        const auto handler = parse_event_handler(command);
        if (!handler || !handler.value().is_once) continue;
        const std::vector<EventKind>& kinds = handler.value().kinds;
        kinds_.insert(kinds_.end(), kinds.begin(), kinds.end());
    }
}

bool Claims::is_told_once(EventKind kind) const {
    return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
}

void Claims::note(Occurrence& occurrence, const Identity& self) {
    note_living(occurrence.event);
    forget_claims(occurrence.event);
    succeed(occurrence.event, self);
    if (is_told_once(occurrence.event.kind)) choose(occurrence, self);
}

void Claims::note_living(const Event& event) {
    const Identity& subject = event.subject;
    switch (event.kind) {
        case EventKind::joined:
        case EventKind::restarted:
        case EventKind::recovered:
            living_[subject.life] = {.name = subject.name, .incarnation = subject.incarnation};
            return;
        case EventKind::left:
        case EventKind::forgotten:
            living_.erase(subject.life);
            return;
        default:
            // A lost one stays until its claims have passed to others, by name.
            return;
    }
}

void Claims::forget_claims(const Event& event) {
    while (!claims_.empty() && event.at - claims_.front().occurrence.event.at > memory_)
        claims_.pop_front();
    std::erase_if(claims_,
                  [&](const Claim& claim) { return takes_back(event, claim.occurrence.event); });
}

void Claims::choose(Occurrence& occurrence, const Identity& self) {
    const LifeId bearer = first(occurrence, self);
    if (bearer == self.life) {
        occurrence.share = HandlerShare::all;
        log_.debug("\"{}\" is told once, by this node", told(occurrence.event));
        return;
    }
    if (bearer == LifeId{}) return;
    log_.debug("\"{}\" is told once, by {}", told(occurrence.event), name_of(bearer));
    if (claims_.size() == claims_max) claims_.pop_front();
    claims_.push_back({.occurrence = occurrence, .bearer = bearer});
}

// What a lost bearer had told already is told again: better twice than never.
void Claims::succeed(const Event& event, const Identity& self) {
    const auto lost = life_lost(event);
    if (!lost) return;
    const std::string name = name_of(*lost);
    living_.erase(*lost);
    for (Claim& claim : claims_) {
        if (claim.bearer != *lost) continue;
        claim.bearer = first(claim.occurrence, self);
        if (claim.bearer != self.life) continue;
        claim.occurrence.share = HandlerShare::taken_over;
        log_.info("tells \"{}\" in the place of {}, which is gone", told(claim.occurrence.event),
                  name);
        taken_over_.push_back(std::make_shared<const Occurrence>(std::move(claim.occurrence)));
    }
    std::erase_if(claims_, [&](const Claim& claim) { return claim.bearer == self.life; });
}

/// Of those that are alive and were so when it began. Where nobody is, of all that are alive, but
/// not for a start: the first member of a cluster is nobody's news. No life if there is nobody.
LifeId Claims::first(const Occurrence& occurrence, const Identity& self) const {
    const Event& event = occurrence.event;
    const std::uint64_t began = beginning(occurrence);
    using Place = std::pair<bool, std::uint64_t>;
    Place best{false, 0};
    LifeId found{};
    const auto consider = [&](LifeId life, std::uint64_t incarnation) {
        const bool is_earlier = incarnation <= began;
        if (life == event.subject.life || (!is_earlier && is_start(event.kind))) return;
        const Place place{is_earlier, claim_rank(event.subject.life, event.kind, life)};
        if (found != LifeId{} && place < best) return;
        best = place;
        found = life;
    };
    consider(self.life, self.incarnation);
    for (const auto& [life, claimant] : living_)
        consider(life, claimant.incarnation);
    return found;
}

std::string Claims::name_of(LifeId life) const {
    const auto found = living_.find(life);
    return found == living_.end() ? text(life) : found->second.name;
}

std::vector<SharedOccurrence> Claims::take_over() {
    return std::exchange(taken_over_, {});
}

}  // namespace hearsay

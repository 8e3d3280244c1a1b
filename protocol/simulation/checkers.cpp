#include "checkers.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/text.hpp"

namespace hearsay::simulation {
namespace {

/// More relays that are slow do not come one after the other.
constexpr int slow_relays_max = 8;

/// Of greater tables a share is looked at, so that a step's cost does not grow with the cluster.
constexpr std::size_t whole_table_max = 64;

/// True if one of these events takes the life off the list.
bool is_gone_in(const std::vector<Event>& events, LifeId life) {
    return std::any_of(events.begin(), events.end(), [life](const Event& event) {
        if (event.kind == EventKind::restarted) return event.former_life == life;
        return event.kind == EventKind::forgotten && event.subject.life == life;
    });
}

}  // namespace

Checkers::Checkers(const Config& config, Accuracy accuracy, Instant start, CanReach can_reach,
                   Words words)
    : fail_after_(config.fail_after),
      mean_gap_of_one_(config.round /
                       static_cast<Duration::rep>(2 * config.ring_count * config.rows_per_delta)),
      accuracy_(accuracy),
      words_(words),
      start_(start),
      can_reach_(std::move(can_reach)) {}

void Checkers::note_began(LifeId life, Instant now) {
    Life& truth = lives_[life];
    truth.undisturbed_since = now;
}

void Checkers::note_ended(LifeId life, Instant now) {
    Life& truth = lives_.at(life);
    if (--truth.bearers > 0) return;
    truth.ended = now;
    views_.erase(life);
}

void Checkers::note_copied(LifeId life, Instant now) {
    Life& truth = lives_.at(life);
    ++truth.bearers;
    truth.is_copied = true;
    truth.is_view_lost = true;
    truth.undisturbed_since = now;
    truth.ended.reset();
}

void Checkers::note_reborn(LifeId former, LifeId present, Instant now) {
    View view = std::move(views_[former]);
    note_ended(former, now);
    // What it said in its last turn was not looked at.
    lives_.at(former).sent = heartbeat_left;
    // Copies draw the same chance, and so the same new life.
    if (lives_.contains(present)) return note_copied(present, now);
    note_began(present, now);
    lives_[present].is_withdrawn = lives_.at(former).is_withdrawn;
    lives_[present].is_view_lost = lives_.at(former).is_view_lost;
    views_[present] = std::move(view);
}

void Checkers::note_paused(LifeId life) {
    lives_.at(life).is_paused = true;
}

void Checkers::note_disturbed(LifeId life, Instant now) {
    Life& truth = lives_.at(life);
    truth.is_paused = false;
    truth.undisturbed_since = now;
}

void Checkers::check_heartbeat(LifeId life, Heartbeat heartbeat, Instant now) {
    Life& truth = lives_.at(life);
    expect(heartbeat >= truth.sent || truth.is_copied, "I4: its heartbeat falls", life, now);
    truth.sent = std::max(truth.sent, heartbeat);
}

void Checkers::check_deadline(LifeId life, Instant deadline, Instant now) {
    if (deadline > now) return;
    Life& truth = lives_.at(life);
    const std::optional<Instant> last = std::exchange(truth.urgent_at, now);
    truth.urgent_turns = last == now ? truth.urgent_turns + 1 : 1;
    // Once is a second look at what this turn itself changed.
    expect(truth.urgent_turns <= truth.bearers, "asks for turn after turn at once", life, now);
}

std::vector<LifeId> Checkers::check_events(const Detector& observer,
                                           const std::vector<Event>& events, Instant local,
                                           Instant now) {
    mistaken_.clear();
    const LifeId life = observer.self().life;
    if (lives_.at(life).is_view_lost) {
        take_over_view(observer, local);
        return {};
    }
    View& view = views_[life];
    for (const Event& event : events) {
        const auto member = observer.member(event.subject.name, local);
        const bool is_present = member && member->identity.life == event.subject.life;
        Held& held = view[event.subject.life];
        if (is_present) held.heartbeat = member->heartbeat;
        // Listed and gone within one turn: with which heartbeat cannot be seen.
        if (is_gone_in(events, event.subject.life)) held.fell_with.reset();
        apply(life, view, event, now);
    }
    for (const Event& event : events)
        check_named(observer, view, event, local, now);
    Life& truth = lives_.at(life);
    if (++truth.turns_unchecked * whole_table_max >= view.size()) {
        truth.turns_unchecked = 0;
        check_table(observer, local, now);
    }
    return mistaken_;
}

/// While there are other bearers nobody can tell whose events are whose.
void Checkers::take_over_view(const Detector& observer, Instant local) {
    const LifeId life = observer.self().life;
    Life& truth = lives_.at(life);
    View& view = views_[life];
    view.clear();
    if (truth.bearers > 1) return;
    truth.is_view_lost = false;
    truth.is_withdrawn = observer.status(local).is_withdrawn;
    for (const Member& member : observer.members(local)) {
        if (member.is_self) continue;
        Held& held = view[member.identity.life];
        held.listed = member.state;
        held.heartbeat = member.heartbeat;
        // Of those that are down: with which heartbeat they fell was not seen.
        held.fell_with = Heartbeat{0};
        note_state(held);
    }
}

void Checkers::apply(LifeId observer, View& view, const Event& event, Instant now) {
    const LifeId subject = event.subject.life;
    std::optional<MemberState>& listed = view[subject].listed;
    switch (event.kind) {
        case EventKind::restarted:
            view[event.former_life].listed.reset();
            note_state(view[event.former_life]);
            [[fallthrough]];
        case EventKind::joined:
        case EventKind::recovered:
            check_rise(view, subject, now);
            [[fallthrough]];
        case EventKind::cleared:
            listed = MemberState::alive;
            break;
        case EventKind::suspected:
            listed = MemberState::suspect;
            break;
        case EventKind::failed:
            check_verdict(observer, subject, now);
            listed = MemberState::failed;
            break;
        case EventKind::left:
            listed = MemberState::left;
            break;
        case EventKind::forgotten:
            listed.reset();
            break;
        case EventKind::withdrew:
            lives_.at(observer).is_withdrawn = true;
            break;
        case EventKind::returned:
            lives_.at(observer).is_withdrawn = false;
            lives_.at(observer).undisturbed_since = now;
            break;
        case EventKind::updated:
        case EventKind::renewed:
        case EventKind::alone:
        case EventKind::stalled:
        case EventKind::isolated:
        case EventKind::link_lost:
        case EventKind::link_back:
            break;
    }
}

/// I2. The observer's own pauses excuse nothing: they are not the subject's silence.
void Checkers::check_verdict(LifeId observer, LifeId subject, Instant now) {
    const auto found = lives_.find(subject);
    if (found == lives_.end() && words_ == Words::damaged) return;
    expect(found != lives_.end(), "is failed but was never started", subject, now);
    const Life& truth = found->second;
    const bool is_well = !truth.ended && !truth.is_copied && !truth.is_paused &&
                         !truth.is_withdrawn && can_reach_(observer, subject) &&
                         now - truth.undisturbed_since > fail_after_;
    if (!is_well) return;
    ++false_verdicts_;
    mistaken_.push_back(subject);
    if (accuracy_ == Accuracy::counted || is_broken_) return;
    fail("I2: runs and can be reached, but is failed by " + text(observer), subject, now);
}

/// After so much silence even those are missed whose observers are dead: as R8 says it, if nobody
/// is heard of more seldom than is to be expected.
Duration Checkers::last_resort() const {
    const auto count = static_cast<Duration::rep>(lives_.size());
    return std::max(3 * fail_after_, fail_after_ + 20 * count * mean_gap_of_one_);
}

/// I3. News of a life is passed on while it is younger than `fail_after`, and gains on the truth
/// by what each relay spends under way; eight slow ones in a row are as good as never. A newcomer
/// may hear of the dead from somebody who has not missed them yet: where their observers died with
/// them, that takes until the last resort (R8, R13).
void Checkers::check_rise(const View& view, LifeId subject, Instant now) const {
    const Held& held = view.at(subject);
    expect(held.listed != MemberState::left, "I3: rises though it left", subject, now);
    if (held.fell_with) {
        expect(held.heartbeat > *held.fell_with, "I3: rises without a new heartbeat", subject, now);
    }
    if (words_ == Words::damaged) return;
    const auto truth = lives_.find(subject);
    expect(truth != lives_.end(), "is alive but was never started", subject, now);
    const std::optional<Instant> ended = truth->second.ended;
    const bool is_new = !held.listed && !held.fell_with;
    const Duration bound = (is_new ? last_resort() : fail_after_) + slow_relays_max * slowest_;
    expect(!ended || now - *ended <= bound, "I3: rises from the dead", subject, now);
}

void Checkers::check_named(const Detector& observer, View& view, const Event& event, Instant local,
                           Instant now) {
    const auto member = observer.member(event.subject.name, local);
    if (member && member->is_self) return;
    Held& held = view[event.subject.life];
    const bool is_listed = member && member->identity.life == event.subject.life;
    if (is_listed) {
        check_member(held, *member, now);
    } else {
        expect(!held.listed, "is listed by events alone", event.subject.life, now);
    }
    note_state(held);
}

void Checkers::check_table(const Detector& observer, Instant local, Instant now) {
    View& view = views_[observer.self().life];
    std::set<std::string> names;
    std::set<LifeId> listed;
    for (const Member& member : observer.members(local)) {
        const LifeId life = member.identity.life;
        expect(names.insert(member.identity.name).second, "is a second row of its name", life, now);
        listed.insert(life);
        if (!member.is_self) check_member(view[life], member, now);
    }
    for (auto& [life, held] : view) {
        expect(!held.listed || listed.count(life) == 1, "is listed by events alone", life, now);
        note_state(held);
    }
}

/// Keeps the heartbeat with which a life fell.
void Checkers::note_state(Held& held) {
    const bool is_up = held.listed == MemberState::alive || held.listed == MemberState::suspect;
    if (is_up) held.fell_with.reset();
    if (!is_up && !held.fell_with) held.fell_with = held.heartbeat;
}

void Checkers::check_member(Held& held, const Member& member, Instant now) const {
    const LifeId life = member.identity.life;
    expect(held.listed == member.state, "is not in the table what the events say", life, now);
    if (words_ == Words::damaged) return;
    const auto truth = lives_.find(life);
    expect(truth != lives_.end(), "is listed but was never started", life, now);
    const bool is_sent = truth->second.is_copied || member.heartbeat <= truth->second.sent;
    expect(is_sent, "has a heartbeat it never sent", life, now);
}

void Checkers::expect(bool holds, std::string_view what, LifeId whom, Instant now) const {
    if (!holds && !is_broken_) fail(what, whom, now);
}

void Checkers::fail(std::string_view what, LifeId whom, Instant now) const {
    is_broken_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    throw BrokenInvariant(std::to_string(seconds) + "s: " + text(whom) + " " + std::string{what});
}

}  // namespace hearsay::simulation

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// Thrown at the first broken invariant: which, where, when.
class BrokenInvariant : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// Whether a false verdict breaks an invariant (I2), or is only counted, because the run leaves
/// the bounds within which none is promised.
enum class Accuracy : std::uint8_t { promised, counted };

/// Whether every word arrives as it was said, or some are damaged on their way. A damaged word may
/// tell of lives and heartbeats that never were, and there is nothing to compare it with.
enum class Words : std::uint8_t { intact, damaged };

/// Compares what nodes say and send with what really is, which only a simulation knows.
///
/// After every turn: I4, a life's heartbeat rises with each message; and the next deadline lies
/// ahead, or the driver would spin. After every turn that had events, for all whom they name, and
/// for the whole table once in as many such turns as the roster is large beyond 64:
///
/// - I2: nobody is failed who runs, can be reached over some path, and was neither paused nor cut
///   off within the last `fail_after`.
/// - I3: nobody rises from failed, left or forgotten but by a heartbeat greater than the one it
///   fell with; and the dead rise no more once every message that could still vouch for them has
///   arrived, which takes longer for a newcomer.
/// - Nobody holds a life that nobody started, a heartbeat that was never sent, or two members of
///   one name; and a client that follows the events holds the same table as the node.
///
/// Where words are damaged only what nodes say of themselves, and that events and table are one.
///
/// A life that was copied may be borne by several processes, and its heartbeats fall where one of
/// them goes back. From then on nothing is promised of it but I3, by the end of the last of them,
/// nor of what its bearers hold and say while there are several. Of all others everything is, and
/// of what a bearer becomes that begins another life (R14, R19).
class Checkers {
  public:
    /// `can_reach` says if frames can pass between two running lives, directly or through others.
    using CanReach = std::function<bool(LifeId, LifeId)>;
    Checkers(const Config& config, Accuracy accuracy, Instant start, CanReach can_reach,
             Words words = Words::intact);

    /// What really happens. A disturbance is a pause's or a cut's end.
    void note_began(LifeId life, Instant now);
    void note_ended(LifeId life, Instant now);
    /// A copy of a process begins, be it beside the original or in its place.
    void note_copied(LifeId life, Instant now);
    /// One process goes on as another life (R14).
    void note_reborn(LifeId former, LifeId present, Instant now);
    void note_paused(LifeId life);
    void note_disturbed(LifeId life, Instant now);
    void note_handed_in(Duration transit) { slowest_ = std::max(slowest_, transit); }

    /// `life` ended a turn with this heartbeat.
    void check_heartbeat(LifeId life, Heartbeat heartbeat, Instant now);
    void check_deadline(LifeId life, Instant deadline, Instant now);
    /// `events` happened at `observer`, whose clock shows `local`: whom they name is looked at.
    /// Returns whom it failed by mistake: lives that ran undisturbed and could be reached.
    std::vector<LifeId> check_events(const Detector& observer, const std::vector<Event>& events,
                                     Instant local, Instant now);
    /// The whole table of `observer` is what its events made of it.
    void check_table(const Detector& observer, Instant local, Instant now);

    /// Verdicts on lives that ran undisturbed and could be reached.
    [[nodiscard]] std::size_t false_verdict_count() const { return false_verdicts_; }

    /// So many lives there were.
    [[nodiscard]] std::size_t life_count() const { return lives_.size(); }

  private:
    struct Life {
        bool is_paused = false;
        /// It asks to be held for failed (R12).
        bool is_withdrawn = false;
        Instant undisturbed_since;
        std::optional<Instant> ended;
        /// Processes that run as this life.
        std::size_t bearers = 1;
        bool is_copied = false;
        /// Its events were not followed: what it holds is to be taken over from its table.
        bool is_view_lost = false;
        Heartbeat sent = 0;
        /// Turns with events since its whole table was looked at.
        std::size_t turns_unchecked = 0;
        /// When it last asked for another turn at once, and how often it did then.
        std::optional<Instant> urgent_at;
        std::size_t urgent_turns = 0;
    };
    /// What one observer holds of one life, told by its events alone.
    struct Held {
        std::optional<MemberState> listed;
        /// Greatest heartbeat when it fell, if it did.
        std::optional<Heartbeat> fell_with;
        Heartbeat heartbeat = 0;
    };
    using View = std::map<LifeId, Held>;

    void take_over_view(const Detector& observer, Instant local);
    void apply(LifeId observer, View& view, const Event& event, Instant now);
    void check_named(const Detector& observer, View& view, const Event& event, Instant local,
                     Instant now);
    void check_verdict(LifeId observer, LifeId subject, Instant now);
    [[nodiscard]] Duration last_resort() const;
    void check_rise(const View& view, LifeId subject, Instant now) const;
    static void note_state(Held& held);
    void check_member(Held& held, const Member& member, Instant now) const;
    void expect(bool holds, std::string_view what, LifeId whom, Instant now) const;
    [[noreturn]] void fail(std::string_view what, LifeId whom, Instant now) const;

    /// The first broken invariant is the one to look at; the rest follows from it.
    mutable bool is_broken_ = false;
    Duration fail_after_;
    /// Between two heartbeats that reach a node through others, for each member of the cluster.
    Duration mean_gap_of_one_;
    Accuracy accuracy_;
    Words words_;
    Instant start_;
    CanReach can_reach_;
    /// The longest a frame was under way or lay unread: as much older may its news be.
    Duration slowest_{};
    std::size_t false_verdicts_ = 0;
    /// Those of the present turn.
    std::vector<LifeId> mistaken_;
    std::map<LifeId, Life> lives_;
    std::map<LifeId, View> views_;
};

}  // namespace hearsay::simulation

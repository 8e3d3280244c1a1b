#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// What changed in this node's view.
enum class EventKind : std::uint8_t {
    joined,
    suspected,
    /// A suspect was heard again before it was failed.
    cleared,
    failed,
    /// A failed member was heard again: the verdict was a mistake.
    recovered,
    /// A later life took a member's place.
    restarted,
    left,
    /// A failed or left member is listed no more, by time or by hand.
    forgotten,
    /// This node knows no live peer.
    alone,
    /// This node itself did not run for a while; `silence` says for how long (R12).
    stalled,
    /// This node heard nobody for a while, though it knew several peers, and so convicted nobody;
    /// told at the first word after that, with `silence` (R12).
    isolated,
    /// This node is degraded (R12). It raises its heartbeat no more, so that all
    /// hold it for failed, and accuses nobody (R12).
    withdrew,
    /// It hears well again, and raises its heartbeat.
    returned,
    /// A member has changed its tags.
    updated,
    /// This node began a new life: its key is new, or another speaks for the old one (R1, R19).
    renewed,
    /// A neighbour lives, but this node hears it through others alone; `silence` says for how long.
    link_lost,
    /// It hears that neighbour itself again.
    link_back,
};

/// What was found out about a member that was accused.
enum class FindingKind : std::uint8_t {
    accused,
    /// Newer word of it came, from itself or from another, and voided the accusation.
    objection,
};

/// One step on the way to a verdict, as it arrived at this node. A copy, safe to keep.
struct Finding {
    Instant at{};
    FindingKind kind{};
    /// The accuser, or who brought the newer word; the subject's own name if that was itself.
    std::string by;
    /// For `accused`.
    Cause cause = Cause::silence;
};

/// One change, with the evidence it rests on. A copy, safe to keep.
struct Event {
    /// Counts the events of this detector, from 1 on.
    std::uint64_t number = 0;
    EventKind kind{};
    Instant at{};
    /// Whom it is about; this node itself for `alone` and those that follow it.
    Identity subject;
    /// For `suspected`, `cleared`, `failed`: what it was accused of.
    Cause cause = Cause::silence;
    /// How long the subject had been silent.
    Duration silence{};
    /// Names of the accusers, sorted.
    std::vector<std::string> accusers;
    /// For `restarted`: the life whose place was taken.
    LifeId former_life{};
    /// For `restarted`: its member has another key now, or one for the first time, or none any more
    /// (R21). Told by nodes with keys alone.
    bool is_rekeyed = false;
};

}  // namespace hearsay

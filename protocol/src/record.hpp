#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/message.hpp"

#include "evidence.hpp"
#include "notes.hpp"

namespace hearsay {

/// How we and a peer talk directly.
struct Contact {
    /// The link it was last heard over.
    LinkId link = LinkId::none;
    /// When it was last heard directly, if ever.
    std::optional<Moment> heard;
    /// When it last asked us for an answer as its neighbour, if ever.
    std::optional<Instant> asked_us;
    /// Within which time its last message promised the next; zero for no promise (R6).
    Duration promise{};
    /// The greatest heartbeat that it has told us itself.
    Heartbeat said = 0;
    /// By how much it has been late against its promises, fading (R8).
    Duration lateness{};
    /// Since when it is a ring neighbour of ours, if it is.
    std::optional<Instant> neighbour_since;
    /// Since when a sign of life is due from it: from its first promise as a neighbour, or our
    /// first question (R6).
    std::optional<Moment> expected_since;
    /// When we asked it, if no answer came since, and how long its last answer took.
    std::optional<Instant> asked_at;
    std::optional<Duration> round_trip;
    /// True once it was told that this neighbour lives and is heard through others alone (R8).
    bool is_link_lost = false;
    /// When it was last found to be late in a round (R12).
    Instant late_at{};
    /// The accused heartbeat for which we probed because others were refused, if any (R9).
    std::optional<Heartbeat> probed_for;
    /// When a dial to it was refused, if no word of it came over a link since.
    std::optional<Instant> refused_at;
    /// True while it goes by our promise.
    bool has_our_promise = false;
    /// It said so with its last message (R12).
    bool is_degraded = false;
    /// Of the roster it held when it was last heard.
    std::uint64_t digest = 0;
    /// Since when that was not ours, if it was not (R16).
    std::optional<Instant> differs_since;
    /// Before then no roster is sent to it again, and by how much that will be put off next.
    Instant repair_at{};
    Duration repair_pause{};
};

/// A heartbeat, and when its life said it.
struct Word {
    Heartbeat heartbeat = 0;
    Instant said{};
};

/// What was heard of a failed life since the verdict (R11).
struct SignsOfLife {
    /// Its first word, heard by this node or told by another.
    std::optional<Word> first;
    /// Since when this node has heard it without a gap, and when last.
    std::optional<Instant> steady_since;
    Instant last{};
    /// A later word that others told of in this turn.
    std::optional<Word> told;
};

/// What this node makes of the evidence.
struct Verdict {
    MemberState state = MemberState::alive;
    Instant since{};
    /// Since when it is what the last event told: a suspicion may begin and end untold.
    Instant told_since{};
    /// True once the present suspicion was told as an event (R11).
    bool is_suspicion_told = false;
    /// True once the accusation that stands went to all links (R10).
    bool is_accusation_spread = false;
    /// When, in listening time, others were asked to object before it is convicted (R11).
    std::optional<Instant> appealed_at;
    /// True if a quorum was refused at about the same time (R9).
    bool is_gone_at_once = false;
    /// When the life was first ripe for conviction, if it is (R11).
    std::optional<Instant> ripe_at;
    /// What convicted it.
    Cause cause = Cause::silence;
    std::vector<LifeId> accusers;
    /// How often it was failed and heard again.
    std::uint32_t mistake_count = 0;
    /// The same, fading with time: decides the hold-down.
    std::uint32_t returns = 0;
    std::optional<Instant> returned_at;
    SignsOfLife signs;
};

/// What the accusers of a life amount to (R11). It follows from the evidence and the table, and is
/// looked at several times in every turn, for thousands where half of the members die at once.
struct Tally {
    /// Of the evidence and the table for which this was counted; nothing if it never was.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> counted_at;
    /// Observers that are not suspect themselves.
    std::size_t observers = 0;
    /// Those of both causes that are believed.
    std::size_t accusers = 0;
};

/// Where a record stands in table gossip; kept by Rotation.
struct Turn {
    /// How often its present heartbeat was passed on.
    std::uint32_t sends = 0;
    std::uint32_t place = 0;
};

/// Everything known of one life.
struct Record {
    Identity identity;
    Evidence evidence;
    Verdict verdict;
    Contact contact;
    Turn turn;
    Notes notes;
    mutable Tally tally;
    /// Between two advances of the heartbeat as we hear of them, fading mean.
    Duration mean_gap{};

    [[nodiscard]] LifeId life() const { return identity.life; }
    [[nodiscard]] Heartbeat heartbeat() const { return evidence.heartbeat(); }
    [[nodiscard]] bool is_suspect() const { return verdict.state == MemberState::suspect; }
    /// Held for alive or suspect.
    [[nodiscard]] bool is_in_roster() const {
        return verdict.state == MemberState::alive || is_suspect();
    }
    /// How long ago the heartbeat advanced, in real time, suspended time included (R13).
    [[nodiscard]] Duration age(Instant now) const {
        const Duration age = now - evidence.heard().real;
        return age > Duration::zero() ? age : Duration::zero();
    }
};

}  // namespace hearsay

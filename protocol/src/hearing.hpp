#pragma once

#include <algorithm>
#include <cstddef>

#include "hearsay/config.hpp"
#include "hearsay/time.hpp"

#include "numbers.hpp"

namespace hearsay {

/// A node that hears nobody blames itself (R12).
///
/// A node has several links, and something comes over each of them every round. When nothing
/// comes over any of them, the node itself is at fault far more often than all its peers at once:
/// it is blocked, cut off, or its packets are dropped on their way in. So it is isolated, and while
/// it is, the silence of others does not count. Lifeguard (section IV-A) draws the same conclusion
/// from missed acknowledgements, and also ends it: there at nine times the usual patience, here at
/// ten. A few peers may well die together, so nobody blames itself for their sake.
class Hearing {
  public:
    Hearing(const Config& config, Instant start);

    /// Goes by these times from now on (R20).
    void set_times(const Config& config);

    /// Something came from a peer. If this node was isolated, returns how long nothing had come,
    /// else zero.
    Duration note_heard(Instant now);

    /// What was not heard until now, or came late, says nothing about this node's health: a
    /// question came through, and its answer.
    void excuse(Instant now);

    /// Silence before now isolates nobody. An isolated node remains so until a word comes.
    void begin_window(Instant now);

    /// The most frequent speaker speaks once in so long, or once a round where that is longer.
    void expect_words_every(Duration interval) { interval_ = interval; }

    /// Looks whether this node is isolated. True if it has just become so.
    [[nodiscard]] bool becomes_isolated(std::size_t peer_count, Instant now);

    /// True while others' silence does not count.
    [[nodiscard]] bool is_isolated(Instant now) const;
    /// When it would become isolated, if nothing is heard until then.
    [[nodiscard]] Instant isolated_at() const;

    /// The links from which something was due in a round.
    struct Links {
        std::size_t all = 0;
        /// Those over which nothing came in time.
        std::size_t late = 0;
        /// Those over which nothing has come late for long. One of them proves that this node is
        /// well: what is wrong with the others is the links, or the peers.
        std::size_t proven = 0;
        /// Members over whose links nothing is due, and of those that were asked in the last round
        /// for a proof: how many there were, and how many have answered in it.
        std::size_t others = 0;
        std::size_t asked = 0;
        std::size_t answered = 0;
    };
    void note_round(const Links& links);

    /// True while others do better without this node: it is isolated for so long that they have
    /// given it up, or much of what is due to it comes late.
    [[nodiscard]] bool is_degraded(Instant now) const;

    /// True while it may yet become degraded.
    [[nodiscard]] bool is_half_degraded() const { return late_share_ >= numbers::late_links() / 2; }

    /// True while others should be asked whether it is this node or the links: a few neighbours may
    /// all be ill at once.
    [[nodiscard]] bool wants_proof() const { return is_unproven_; }

  private:
    /// True if it has been isolated for so long, and no excuse came, that others have given it up.
    [[nodiscard]] bool is_given_up(Instant now) const;

    /// True if those asked by chance leave no other reason than this node, or none can be asked.
    [[nodiscard]] bool is_unanswered(const Links& links);

    Duration round_{};
    Duration interval_{};
    Duration isolation_max_{};
    Duration fail_after_{};
    Instant heard_at_;
    bool is_isolated_ = false;
    /// Isolation before this does not count towards being given up.
    Instant excused_at_;
    /// Of what was due in a round; a fading mean.
    double late_share_ = 0;
    bool is_late_ = false;
    bool is_unproven_ = false;
    /// Of those asked by chance; a quickly fading mean.
    double unanswered_share_ = 0;
};

}  // namespace hearsay

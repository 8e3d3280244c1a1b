#pragma once

#include <algorithm>
#include <cstddef>

#include "hearsay/config.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// "Whoever hears nobody doubts itself" (R12).
///
/// A node has several links, and something comes over each of them every round. When nothing
/// comes over any of them, its own ears are at fault far more often than all its peers at once: it
/// is blocked, cut off, or its packets are dropped on their way in. So it is deaf, and while it is,
/// the silence of others does not count. Lifeguard (section IV-A) draws the same conclusion from
/// missed acknowledgements, and also ends it: there at nine times the usual patience, here at ten.
/// A few peers may well die together, so nobody doubts itself for their sake.
class Hearing {
  public:
    Hearing(const Config& config, Instant start);

    /// Something came from a peer. If this node was deaf, returns how long nothing had come, else
    /// zero.
    Duration note_heard(Instant now);

    /// This node did not listen until now: nobody's silence before counts.
    void begin_window(Instant now) { heard_at_ = std::max(heard_at_, now); }

    /// Looks whether this node is deaf. True if it has just become so.
    [[nodiscard]] bool falls_deaf(std::size_t peer_count, Instant now);

    /// True while others' silence does not count.
    [[nodiscard]] bool is_deaf(Instant now) const;
    /// When it would become deaf, if nothing is heard until then.
    [[nodiscard]] Instant deaf_at() const { return heard_at_ + deaf_after_; }

  private:
    Duration deaf_after_;
    Duration doubt_max_;
    Instant heard_at_;
    bool is_deaf_ = false;
};

}  // namespace hearsay

#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "hearsay/message.hpp"

namespace hearsay {

/// What must run ahead of the rounds (R10), gathered until the next flush: which lives there is
/// something new about, and from whom we have it, so that it is not sent back there.
struct Broadcasts {
    using Sources = std::map<LifeId, LinkId>;

    /// What comes from several sides, or from ourselves as well, is news to all of them.
    static void add(Sources& sources, LifeId life, LinkId source) {
        const auto [known, is_new] = sources.try_emplace(life, source);
        if (!is_new && known->second != source) known->second = LinkId::none;
    }

    /// Heartbeats that void an accusation or a verdict, and the last heartbeats of the leaving.
    Sources rows;
    Sources accusations;
    /// Accused lives whose accusation goes to themselves and their observers alone, links or not
    /// (R9, R10).
    std::set<LifeId> doubts;
    Sources introductions;
    std::vector<Forget> forgets;
    /// Our own heartbeat, because we are accused (R2).
    bool refutes = false;
    /// Our own introduction, because it changed.
    bool introduces_self = false;

    /// When it is to be sent, if there is any.
    Instant due{};
    /// Our heartbeat when we last refuted to all links.
    Heartbeat refuted_at = 0;

    /// All was sent.
    void clear() {
        Broadcasts later;
        later.due = due;
        later.refuted_at = refuted_at;
        *this = std::move(later);
    }

    [[nodiscard]] bool is_empty() const {
        return rows.empty() && accusations.empty() && doubts.empty() && introductions.empty() &&
               forgets.empty() && !refutes && !introduces_self;
    }
};

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "hearsay/codec.hpp"
#include "hearsay/message.hpp"

#include "numbers.hpp"

namespace hearsay {

/// What is said once in a round to each, however often it is asked for: two nodes that answer one
/// another would go on for ever.
///
/// To as many as there may be members, if not fewer: strangers with forged lives cannot fill the
/// memory (R19).
template <typename Key, std::size_t keys_max = limits::members_max>
class OnceARound {
  public:
    /// True for the first time in this round. Beyond `keys_max` nothing more is said in it.
    [[nodiscard]] bool claim(const Key& key) {
        return said_.size() < keys_max && said_.insert(key).second;
    }

  private:
    std::set<Key> said_;
};

/// What this node may still say in the present round, and to whom (R7, R9, R19). A round begins
/// with a new one.
class RoundBudget {
  public:
    /// A member and a life that it is told of.
    using Told = std::pair<LifeId, LifeId>;

    /// Lives asked for: ten rows about a stranger are one question.
    OnceARound<LifeId> wanted;
    /// Which peer was told of which life that it is dead.
    OnceARound<Told> told_of;
    /// Which peer was told, at an endpoint that it has given itself, which life bears its name:
    /// forged ones cost us links.
    OnceARound<Told, 64> refused;
    /// Whose names others claimed.
    OnceARound<LifeId> looked_after;
    /// Who was answered with a heartbeat of its own (R21).
    OnceARound<LifeId> answered;
    /// Over which links a roster was answered: a short list asks for much.
    OnceARound<LinkId> rosters_answered;

    /// True as often as answers to members that are no neighbours may bring rows (R7).
    [[nodiscard]] bool may_bring_rows() {
        return rows_brought_ < numbers::answers_with_rows() && ++rows_brought_ > 0;
    }

    /// True as often as broadcasts about this refused life need not gather: a forger of heartbeats
    /// of the dead could cause one with each (R10).
    [[nodiscard]] bool may_hurry(LifeId life) {
        std::size_t& times = hurried_[life];
        return times < numbers::hurries() && ++times > 0;
    }

  private:
    std::size_t rows_brought_ = 0;
    std::map<LifeId, std::size_t> hurried_;
};

}  // namespace hearsay

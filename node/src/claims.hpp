#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "log.hpp"
#include "occurrence.hpp"

namespace hearsay {

/// The rank of a member among those that could run a handler for an event of this subject: a hash
/// that is the same on all machines, so that all nodes find the same order (rendezvous hashing,
/// Thaler and Ravishankar 1998). The greatest is the first.
[[nodiscard]] std::uint64_t claim_rank(LifeId subject, EventKind kind, LifeId member);

/// Chooses the one node of the cluster that runs the handlers of an event that are to be run once.
///
/// Every node chooses for itself and asks nobody, from the members that it holds for alive. Where
/// they hold the same ones for alive they choose the same one. If the chosen one fails soon after,
/// the next one of those that are alive takes over, so nothing is lost with it. Where views differ
/// it may be two nodes, and in a split one on each side.
///
/// A member that started after what is told began may not know of it, so nobody counts on it.
///
/// Driven by the node's loop; not thread-safe.
class Claims {
  public:
    /// Others' claims that are remembered; of more, the oldest are forgotten.
    static constexpr std::size_t claims_max = 1000;
    /// Another's claim is remembered for so many times `fail_after`: by then all that died together
    /// are failed (I1).
    static constexpr int memory = 12;

    Claims(Duration fail_after, Log& log) : memory_(memory * fail_after), log_(log) {}

    /// Sets what is told once; nothing at first. For other kinds nobody is chosen.
    void set_commands(const std::vector<std::string>& commands);

    /// Takes note of an event, and sets its share: of all events, in their order. `self` is this
    /// node.
    void note(Occurrence& occurrence, const Identity& self);

    /// What this node is to tell now in the place of those that failed. Empties it.
    [[nodiscard]] std::vector<SharedOccurrence> take_over();

  private:
    struct Claimant {
        std::string name;
        std::uint64_t incarnation = 0;
    };
    /// Of another node.
    struct Claim {
        Occurrence occurrence;
        LifeId bearer{};
    };
    /// By life.
    using Living = std::map<LifeId, Claimant>;

    [[nodiscard]] bool is_told_once(EventKind kind) const;
    void note_living(const Event& event);
    void forget_claims(const Event& event);
    void choose(Occurrence& occurrence, const Identity& self);
    void succeed(const Event& event, const Identity& self);
    [[nodiscard]] LifeId first(const Occurrence& occurrence, const Identity& self) const;
    [[nodiscard]] std::string name_of(LifeId life) const;

    Duration memory_;
    Log& log_;
    std::vector<EventKind> kinds_;
    /// The others.
    Living living_;
    std::deque<Claim> claims_;
    std::vector<SharedOccurrence> taken_over_;
};

}  // namespace hearsay

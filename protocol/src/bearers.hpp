#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "hearsay/member.hpp"
#include "hearsay/message.hpp"
#include "hearsay/proof.hpp"

namespace hearsay {

/// A life and what it has proven, as far as this node has checked that.
struct Bearer {
    PublicKey key{};
    bool may_forget = false;
    /// The one of its latest tags. Its certificate goes when the life is buried.
    Voucher voucher;
    std::uint64_t tags_version = 0;
    /// The greatest heartbeat that was proven, but for the last of all, and its mark.
    Heartbeat proven = 0;
    Mark mark{};
    /// The mark of its last heartbeat, once it has left.
    std::optional<Mark> left{};
};

/// What one speaker may cost in a round to check (R21): signatures, and steps of hash chains.
class CheckBudget {
  public:
    /// True if this much is left for the speaker; then it is spent.
    [[nodiscard]] bool claim_steps(const PublicKey& speaker, std::uint64_t steps);
    [[nodiscard]] bool claim_signature(const PublicKey& speaker);
    void begin_round() { spent_.clear(); }

  private:
    std::map<PublicKey, std::uint64_t> spent_;
};

/// Whose key each life is, and up to where its heartbeats are proven. This node's own life is one
/// of them. A life is known once its voucher was checked; it is forgotten when nothing is kept of
/// it any more.
class Bearers {
  public:
    /// `prover` must outlive it.
    Bearers(std::string cluster, const Prover& prover)
        : cluster_(std::move(cluster)), prover_(&prover) {}

    [[nodiscard]] const Bearer* find(LifeId life) const;
    [[nodiscard]] std::size_t size() const { return bearers_.size(); }

    /// The id of the life of a key and a salt.
    [[nodiscard]] static LifeId life_of(const Prover& prover, const PublicKey& key,
                                        const Mark& salt);

    /// Takes a life as known. Its heartbeats count from the voucher's base.
    void add(LifeId life, Bearer bearer);
    /// A life that is introduced to nobody any more: what it has proven stays, which is little.
    void bury(LifeId life);
    /// Takes note of what this node itself proves.
    void note_own(LifeId life, Heartbeat heartbeat, const Mark& mark);

    /// True if the introduction is the word of its life, by a key that may bear its name. Then that
    /// life is known.
    [[nodiscard]] bool check(const Introduction& introduction, const PublicKey& speaker,
                             CheckBudget& budget);
    /// True if nothing but what the life has said tells of this heartbeat. REQUIRES: it is known.
    [[nodiscard]] bool check(LifeId life, Heartbeat heartbeat, const Mark& mark,
                             const PublicKey& speaker, CheckBudget& budget);

    /// What proves this heartbeat to others; nothing if that is not known.
    [[nodiscard]] std::optional<Mark> mark(LifeId life, Heartbeat heartbeat) const;

    /// Forgets the lives of which `is_kept` is false.
    template <typename Predicate>
    void retain(const Predicate& is_kept) {
        std::erase_if(bearers_, [&](const auto& entry) { return !is_kept(entry.first); });
    }

  private:
    std::string cluster_;
    const Prover* prover_;
    std::map<LifeId, Bearer> bearers_;
};

}  // namespace hearsay

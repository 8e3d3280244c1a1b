#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/message.hpp"
#include "hearsay/proof.hpp"

#include "bearers.hpp"
#include "heartbeat_chain.hpp"

namespace hearsay {

/// The signatures of accusations that stand, so that they can be passed on. Of each cause there are
/// as many as evidence keeps accusers, and of the same: those with the smallest ids (R3). A member
/// may draw many lives, and one of them is believed: so all lives of a key take one place.
class Accusers {
  public:
    /// Nothing if it is not known, or of another heartbeat.
    [[nodiscard]] const Signature* find(const Accusation& accusation, LifeId accuser) const;
    /// A greater heartbeat voids all that was held against a smaller one.
    void hold(const Accusation& accusation, LifeId accuser, const PublicKey& key,
              const Signature& signature);
    void forget(LifeId accused) { held_.erase(accused); }

    template <typename Predicate>
    void retain(const Predicate& is_kept) {
        std::erase_if(held_, [&](const auto& entry) { return !is_kept(entry.first); });
    }

  private:
    struct Signed {
        PublicKey key{};
        Signature signature{};
    };
    struct Held {
        Heartbeat heartbeat = 0;
        /// By the cause, and by the accuser.
        std::array<std::map<LifeId, Signed>, 2> signatures;
    };
    /// By the life that is accused.
    std::map<LifeId, Held> held_;
};

/// Stands between the bytes and the rules in a cluster with keys (R21). What a message does not
/// prove is taken out before a rule sees it, and the proofs of what this node says are added. So no
/// rule needs to ask whether something is true.
class Proofs {
  public:
    /// `prover` must outlive it.
    Proofs(std::string cluster, Prover& prover);

    /// A new life of this member, which its id belongs to. Its heartbeats begin at zero.
    [[nodiscard]] LifeId begin_life();
    /// True if the marks come to an end.
    [[nodiscard]] bool must_renew(Heartbeat heartbeat) const;
    /// Goes on with new marks. REQUIRES: this node raises the version of its tags afterwards.
    void renew(Heartbeat heartbeat);
    /// True while the neighbours may not know the present marks: then messages introduce this node.
    [[nodiscard]] bool is_fresh(Heartbeat heartbeat) const;
    /// True unless this node's certificate is for another key than its present life was begun with.
    [[nodiscard]] bool is_own_key() const;
    /// True if this node's own certificate lets it remove members.
    [[nodiscard]] bool may_forget() const;

    /// Takes out what is not proven, if that is required. False if the sender is not the bearer of
    /// the key that spoke; then nothing of the message counts.
    [[nodiscard]] bool admit(Message& message, const Credential* speaker);
    /// True if that key bears that life.
    [[nodiscard]] bool is_bearer(const Credential& speaker, LifeId life) const;
    [[nodiscard]] bool is_same_key(LifeId one, LifeId other) const;
    [[nodiscard]] bool has_key(LifeId life) const { return bearers_.find(life) != nullptr; }
    /// True if the certificate of that life is good, now.
    [[nodiscard]] bool is_certified(LifeId life) const;
    /// True if all that is held of this life was proven, as well.
    [[nodiscard]] bool is_proven(const Identity& identity, Heartbeat heartbeat) const;
    /// The greatest heartbeat of that life that was proven, up to the one that is told. Without
    /// keys, or after a removal, nothing else was.
    [[nodiscard]] Heartbeat proven(LifeId life, Heartbeat told) const;
    [[nodiscard]] bool is_required() const { return prover_.is_required(); }
    /// Adds the proofs, and takes out what cannot be proven, if that is required.
    void attach(Message& message);

    void begin_round() { budget_.begin_round(); }
    /// Lives that are known; this node's own is one.
    [[nodiscard]] std::size_t size() const { return bearers_.size(); }
    /// A life that is a tombstone from now on.
    void bury(LifeId life) {
        bearers_.bury(life);
        accusers_.forget(life);
    }
    /// Forgets other lives of which `is_kept` is false.
    template <typename Predicate>
    void retain(const Predicate& is_kept) {
        const auto stays = [&](LifeId life) { return life == own_life_ || is_kept(life); };
        bearers_.retain(stays);
        accusers_.retain(stays);
        std::erase_if(removals_, [&](const auto& entry) { return !stays(entry.first); });
    }
    /// Parts of messages that were taken out.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  private:
    /// Of this node's present life.
    struct Own {
        Mark salt{};
        /// The mark of its last heartbeat.
        Mark goodbye{};
        std::optional<HeartbeatChain> chain{};
        /// What was signed last, and the signature.
        std::vector<std::byte> statement{};
        Signature signature{};
    };

    void learn(Message message, const PublicKey& speaker);
    void keep_introductions(Message& message, const PublicKey& speaker);
    void keep_proven(Message& message, const PublicKey& speaker);
    void check_head(Message& message, const PublicKey& speaker);
    [[nodiscard]] bool is_proven(const Row& row, const PublicKey& speaker);
    [[nodiscard]] bool keep_accusers(Accusation& accusation, const PublicKey& speaker);
    [[nodiscard]] bool is_signed(const Accusation& accusation, std::size_t index,
                                 const PublicKey& speaker);
    [[nodiscard]] bool is_signed(const Forget& forget, const PublicKey& speaker);
    void tell_own_removal(Message& message) const;
    void prove_rows(Message& message) const;
    [[nodiscard]] bool prove(Introduction& introduction);
    [[nodiscard]] bool prove(Accusation& accusation);
    [[nodiscard]] std::optional<Signature> signature(const Accusation& accusation, LifeId accuser);
    void sign(Forget& forget);
    [[nodiscard]] Voucher own_voucher(const Identity& self);
    [[nodiscard]] Mark own_mark(Heartbeat heartbeat);

    template <typename Entry, typename Predicate>
    void keep(std::vector<Entry>& entries, const Predicate& is_kept) {
        dropped_ += std::erase_if(entries, [&](Entry& entry) { return !is_kept(entry); });
    }

    std::string cluster_;
    Prover& prover_;
    LifeId own_life_{};
    Own own_;
    Bearers bearers_;
    Accusers accusers_;
    /// Removals of lives, as they were signed.
    std::map<LifeId, Forget> removals_;
    CheckBudget budget_;
    std::uint64_t dropped_ = 0;
};

}  // namespace hearsay

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hearsay {

/// What proves who said something. An Ed25519 key where a node uses it; the core takes it as bytes.
using PublicKey = std::array<std::byte, 32>;
/// Of a statement, by the bearer of a key.
using Signature = std::array<std::byte, 64>;
/// What only a member itself can show: it proves one of its heartbeats.
using Mark = std::array<std::byte, 16>;

/// The word of a life about itself: with it an introduction is believed, from anybody.
struct Voucher {
    /// The life id is a hash of this and of its bearer's key, so no key can claim another's life.
    Mark salt{};
    /// Heartbeats above this one are proven by marks that lead to `anchor`.
    std::uint64_t base = 0;
    Mark anchor{};
    /// What the mark of its last heartbeat leads to: only the life itself can say that it left.
    Mark farewell{};
    std::vector<std::byte> certificate;
    /// Of all that is said here and of the identity.
    Signature signature{};

    bool operator==(const Voucher&) const = default;
};

/// What a certificate says of its bearer, once it was found good.
struct Credential {
    /// The member's name: nobody else may bear it.
    std::string name;
    PublicKey key{};
    /// True if its bearer may remove members for all (R14).
    bool may_forget = false;
    /// Endpoints that its bearer may be reached at; none is any.
    std::vector<std::string> endpoints;

    bool operator==(const Credential&) const = default;
};

/// Makes the proofs of one member and checks those of all others: what the core cannot compute by
/// itself without knowing any cryptography. Not thread-safe; called by one detector alone.
class Prover {
  public:
    Prover() = default;
    Prover(const Prover&) = delete;
    Prover& operator=(const Prover&) = delete;
    virtual ~Prover() = default;

    /// This member's certificate, as it travels.
    [[nodiscard]] virtual const std::vector<std::byte>& certificate() const = 0;
    /// What a certificate says; nothing if it is not to be believed: not signed by a key of the
    /// cluster, expired, revoked.
    [[nodiscard]] virtual std::optional<Credential> read(
        std::span<const std::byte> certificate) const = 0;
    /// Signs with this member's key.
    [[nodiscard]] virtual Signature sign(std::span<const std::byte> statement) const = 0;
    [[nodiscard]] virtual bool verify(const PublicKey& key, std::span<const std::byte> statement,
                                      const Signature& signature) const = 0;
    /// A mark that nobody can guess.
    [[nodiscard]] virtual Mark draw() = 0;
    /// Leads from a mark to the one before it. Nobody can find the way back.
    [[nodiscard]] virtual Mark before(const Mark& mark) const = 0;
    /// False while a cluster moves to keys or away from them: then this member proves what it says,
    /// and believes others without proofs (R21).
    [[nodiscard]] virtual bool is_required() const { return true; }
};

}  // namespace hearsay

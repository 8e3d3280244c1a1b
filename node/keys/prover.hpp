#pragma once

#include <optional>
#include <span>
#include <vector>

#include "hearsay/proof.hpp"

#include "keyring.hpp"

namespace hearsay {

/// Proves with the keys of a keyring. A mark is a step of a hash chain: SipHash-2-4 with 128 bits,
/// of a fixed text, keyed by the mark behind it. Not thread-safe.
class KeyringProver : public Prover {
  public:
    /// The keyring must outlive it.
    explicit KeyringProver(const Keyring& keyring) : keyring_(keyring) {}

    [[nodiscard]] const std::vector<std::byte>& certificate() const override;
    [[nodiscard]] std::optional<Credential> read(
        std::span<const std::byte> certificate) const override;
    [[nodiscard]] Signature sign(std::span<const std::byte> statement) const override;
    [[nodiscard]] bool verify(const PublicKey& key, std::span<const std::byte> statement,
                              const Signature& signature) const override;
    [[nodiscard]] Mark draw() override;
    [[nodiscard]] Mark before(const Mark& mark) const override;
    [[nodiscard]] bool is_required() const override { return is_required_; }
    void require(bool is_required) { is_required_ = is_required; }

  private:
    const Keyring& keyring_;
    bool is_required_ = true;
};

}  // namespace hearsay

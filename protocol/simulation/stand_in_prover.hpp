#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hearsay/proof.hpp"
#include "hearsay/random.hpp"
#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// What the key of a member says of it in a simulated cluster.
[[nodiscard]] Credential stand_in_credential(const std::string& name);

/// Proofs that cost next to nothing and hold against nobody who computes them: those who cheat in a
/// simulation simply do not. A certificate is the name of its bearer, and as long as one may be. A
/// signature is a hash of the key and the statement.
class StandInProver final : public Prover {
  public:
    /// All marks that it draws follow from `seed` and from when it draws them: a copy of a process
    /// draws others than the original.
    StandInProver(const std::string& name, std::uint64_t seed);
    void tell_time(Instant now) { now_ = now; }

    [[nodiscard]] const std::vector<std::byte>& certificate() const override {
        return certificate_;
    }
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
    std::vector<std::byte> certificate_;
    PublicKey key_;
    Random random_;
    Instant now_{};
    bool is_required_ = true;
};

}  // namespace hearsay::simulation

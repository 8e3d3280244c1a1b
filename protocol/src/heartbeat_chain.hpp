#pragma once

#include <cstddef>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/proof.hpp"

namespace hearsay {

/// The mark that so many steps lead to.
[[nodiscard]] Mark walk_back(const Prover& prover, Mark mark, std::uint64_t steps);

/// The marks that prove a life's own heartbeats: each leads to the one before it by a function that
/// nobody can turn around (Lamport 1981). So everybody who knows an earlier mark can check a later
/// one, and only this life can show it.
///
/// Every `stride`th is kept, and those between two of them are computed anew when they are needed.
class HeartbeatChain {
  public:
    /// For the heartbeats above `base`, `length` of them. `prover` must outlive it.
    /// REQUIRES: `length` is a positive multiple of `stride`.
    HeartbeatChain(Prover& prover, Heartbeat base, std::size_t length);

    static constexpr std::size_t stride = 512;

    [[nodiscard]] Heartbeat base() const { return base_; }
    /// The last heartbeat that it proves.
    [[nodiscard]] Heartbeat end() const { return base_ + length_; }
    [[nodiscard]] bool covers(Heartbeat heartbeat) const {
        return heartbeat >= base_ && heartbeat <= end();
    }
    /// What everybody must know to check the first: the mark of `base`.
    [[nodiscard]] const Mark& anchor() const { return milestones_.front(); }
    /// REQUIRES: covers(heartbeat).
    [[nodiscard]] Mark mark(Heartbeat heartbeat);

  private:
    void enter(std::size_t section);

    const Prover* prover_;
    Heartbeat base_;
    std::size_t length_;
    /// Of `base`, of `base + stride`, and so on.
    std::vector<Mark> milestones_;
    /// From one milestone to before the next.
    std::vector<Mark> marks_;
    std::size_t section_;
};

}  // namespace hearsay

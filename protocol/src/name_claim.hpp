#pragma once

#include <cstdint>
#include <optional>

#include "hearsay/config.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// How well this node's claim to its name is founded (R1), and whose incarnations it takes for
/// possible (R19).
class NameClaim {
  public:
    NameClaim(std::uint64_t incarnation, Instant now)
        : started_at_(now), heard_at_(now), confirmed_from_(now), first_incarnation_(incarnation) {}

    /// A member was heard. A node that heard nobody for longer than others wait may have been
    /// replaced meanwhile, whatever kept it away: then what comes in the first round confirms
    /// nothing, for it may have been said before.
    void note_heard(const Config& config, Instant now);

    /// A peer that this node knows holds the same roster, with this node on it.
    void confirm(Instant now) { is_confirmed_ = is_confirmed_ || now >= confirmed_from_; }
    /// Nobody bears witness to the name any more.
    void lose() { is_confirmed_ = false; }
    [[nodiscard]] bool is_confirmed() const { return is_confirmed_; }

    /// False for an incarnation that nobody later could pass.
    [[nodiscard]] bool is_timely(std::uint64_t incarnation, Instant now) const;

    void give_way(const Identity& bearer) { bearer_ = bearer; }
    /// To whom this node gives way, if to anybody.
    [[nodiscard]] const std::optional<Identity>& bearer() const { return bearer_; }

  private:
    Instant started_at_;
    Instant heard_at_;
    Instant confirmed_from_;
    /// Which was the time on the wall.
    std::uint64_t first_incarnation_;
    bool is_confirmed_ = false;
    std::optional<Identity> bearer_;
};

}  // namespace hearsay

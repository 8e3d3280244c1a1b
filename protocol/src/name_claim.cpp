#include "name_claim.hpp"

#include <chrono>
#include <utility>

#include "hearsay/message.hpp"

#include "numbers.hpp"

namespace hearsay {
namespace {

/// An incarnation that lies so far ahead of our own clock is no wrong clock any more (R19). The
/// bound moves with the time, so that a member that was put ahead of itself can soon pass that.
constexpr Duration incarnation_ahead_max = std::chrono::hours(24 * 366 * 100);

}  // namespace

void NameClaim::note_heard(const Config& config, Instant now) {
    const bool was_away = now - std::exchange(heard_at_, now) >= config.fail_after;
    if (!was_away || !cases::absence()) return;
    is_confirmed_ = false;
    confirmed_from_ = now + config.round;
}

bool NameClaim::is_timely(std::uint64_t incarnation, Instant now) const {
    const Duration ahead = now - started_at_ + incarnation_ahead_max;
    const auto most = std::chrono::duration_cast<Milliseconds>(ahead).count();
    return incarnation <= first_incarnation_ + static_cast<std::uint64_t>(most);
}

}  // namespace hearsay

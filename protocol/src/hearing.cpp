#include "hearing.hpp"

#include <utility>

namespace hearsay {
namespace {

/// Rounds without a word from anybody. Every link speaks once a round; and a neighbour must not be
/// accused before this node knows that it is deaf, which R8 allows after two and a half.
constexpr int deaf_after_half_rounds = 3;

/// From so many peers on, all of them silent at once are doubted.
constexpr std::size_t peers_min = 4;

constexpr int doubt_in_fail_after = 10;

}  // namespace

Hearing::Hearing(const Config& config, Instant start)
    : deaf_after_(config.round * deaf_after_half_rounds / 2),
      doubt_max_(config.fail_after * doubt_in_fail_after),
      heard_at_(start) {}

Duration Hearing::note_heard(Instant now) {
    const Duration silence = now - std::exchange(heard_at_, now);
    return std::exchange(is_deaf_, false) ? silence : Duration::zero();
}

bool Hearing::falls_deaf(std::size_t peer_count, Instant now) {
    if (is_deaf_ || peer_count < peers_min || now < deaf_at()) return false;
    is_deaf_ = true;
    return true;
}

bool Hearing::is_deaf(Instant now) const {
    return is_deaf_ && now - heard_at_ < doubt_max_;
}

}  // namespace hearsay

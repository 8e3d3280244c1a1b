#include "hearing.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay {
namespace {

/// Rounds without a word from anybody. Every link speaks once a round; and a neighbour must not be
/// accused before this node knows that it is deaf, which R8 allows after two and a half.
constexpr int deaf_after_half_rounds = 3;

/// From so many peers on, all of them silent at once are doubted.
constexpr std::size_t peers_min = 4;

/// The mean of lateness fades over so many rounds.
constexpr std::uint64_t fading_rounds = 16;

/// That of those asked by chance: it must be known before the other is great enough.
constexpr std::uint64_t proof_rounds = 4;

/// So many rounds in a row in which all was well show that it was no more than a moment. Over links
/// that lose four of five segments two may be well by chance.
constexpr int well_rounds_min = 4;

}  // namespace

Hearing::Hearing(const Config& config, Instant start)
    : heard_at_(start), excused_at_(start), hears_since_(start), bad_until_(start) {
    set_times(config);
}

void Hearing::set_times(const Config& config) {
    round_ = config.round;
    doubt_max_ = config.fail_after * doubt_in_fail_after;
    fail_after_ = config.fail_after;
}

Duration Hearing::note_heard(Instant now) {
    const bool was_given_up = is_given_up(now);
    const Duration silence = now - std::exchange(heard_at_, now);
    if (!std::exchange(is_deaf_, false)) return Duration::zero();
    hears_since_ = now;
    // Whoever believed the silence has called the others dead, and begins anew.
    if (was_given_up) bad_until_ = now + std::min(silence, 3 * fail_after_) + 2 * fail_after_;
    return silence;
}

void Hearing::excuse(Instant now) {
    excused_at_ = now;
    bad_until_ = std::min(bad_until_, now);
    late_share_ = 0;
    is_late_ = false;
}

void Hearing::note_late_round(Duration late, Instant now) {
    excuse(now);
    begin_window(now);
    // More, and who is late now and then would never believe the silence.
    if (is_deaf_) heard_at_ = std::min(now, heard_at_ + late);
}

void Hearing::begin_window(Instant now) {
    if (!is_deaf_) heard_at_ = std::max(heard_at_, now);
}

void Hearing::note_round(const Links& links, Instant now) {
    HEARSAY_CHECK(links.late <= links.all && links.proven <= links.all);
    const std::uint64_t share = links.all < peers_min ? 0 : links.late * whole / links.all;
    late_share_ = (late_share_ * (fading_rounds - 1) + share) / fading_rounds;
    is_unproven_ = links.proven == 0 && late_share_ >= good_share;
    const bool is_unanswered = this->is_unanswered(links);
    is_late_ = is_unproven_ && is_unanswered && (is_late_ || late_share_ >= bad_share);
    // What others have disproved does not count once they cannot be asked.
    if (!is_unanswered) late_share_ = std::min(late_share_, bad_share - 1);
    const bool is_well =
        links.all >= peers_min && links.late == 0 && 2 * links.counting_on_us > links.all;
    well_rounds_ = is_well ? std::min(well_rounds_ + 1, well_rounds_min) : 0;
    if (well_rounds_ >= well_rounds_min) excuse(now);
}

bool Hearing::is_unanswered(const Links& links) {
    HEARSAY_CHECK(links.answered <= links.asked);
    if (!is_unproven_) unanswered_share_ = 0;
    if (links.others < peers_min) return true;
    if (links.asked == 0) return is_late_;
    const std::uint64_t share = (links.asked - links.answered) * whole / links.asked;
    // To be bad takes a few rounds, to be good again as many as for the neighbours' links.
    const std::uint64_t rounds = is_late_ ? fading_rounds : proof_rounds;
    unanswered_share_ = (unanswered_share_ * (rounds - 1) + share) / rounds;
    return unanswered_share_ >= (is_late_ ? good_unanswered : bad_unanswered);
}

bool Hearing::is_bad(Instant now) const {
    if (is_deaf_ && !is_deaf(now)) return false;
    return is_given_up(now) || is_late_ || now < bad_until_;
}

bool Hearing::is_given_up(Instant now) const {
    return is_deaf(now) && now - std::max(heard_at_, excused_at_) >= fail_after_;
}

bool Hearing::falls_deaf(std::size_t peer_count, Instant now) {
    if (is_deaf_ || peer_count < peers_min || now < deaf_at()) return false;
    is_deaf_ = true;
    return true;
}

Instant Hearing::deaf_at() const {
    return heard_at_ + std::max(round_, interval_) * deaf_after_half_rounds / 2;
}

bool Hearing::is_deaf(Instant now) const {
    return is_deaf_ && now - heard_at_ < doubt_max_;
}

}  // namespace hearsay

#include "hearing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay {
namespace {

double part(std::size_t some, std::size_t all) {
    return static_cast<double>(some) / static_cast<double>(all);
}

/// A mean over about so many rounds.
double fading_mean(double mean, double sample, std::size_t rounds) {
    return mean + (sample - mean) / static_cast<double>(rounds);
}

}  // namespace

Hearing::Hearing(const Config& config, Instant start) : heard_at_(start), excused_at_(start) {
    set_times(config);
}

void Hearing::set_times(const Config& config) {
    round_ = config.round;
    isolation_max_ = numbers::disbelief.of(config.fail_after);
    fail_after_ = config.fail_after;
}

Duration Hearing::note_heard(Instant now) {
    const Duration silence = now - std::exchange(heard_at_, now);
    return std::exchange(is_isolated_, false) ? silence : Duration::zero();
}

void Hearing::excuse(Instant now) {
    excused_at_ = now;
    late_share_ = 0;
    is_late_ = false;
}

void Hearing::begin_window(Instant now) {
    if (!is_isolated_) heard_at_ = std::max(heard_at_, now);
}

void Hearing::note_round(const Links& links) {
    HEARSAY_CHECK(links.late <= links.all && links.proven <= links.all);
    const double share = links.all < numbers::peers_few() ? 0 : part(links.late, links.all);
    late_share_ = fading_mean(late_share_, share, numbers::late_rounds_mean());
    is_unproven_ = links.proven == 0 && is_half_degraded();
    const bool is_unanswered = this->is_unanswered(links);
    const bool is_great = late_share_ >= numbers::late_links();
    is_late_ =
        cases::late_links_degrade() && is_unproven_ && is_unanswered && (is_late_ || is_great);
    // What others have disproved does not count once they cannot be asked.
    if (!is_unanswered)
        late_share_ = std::min(late_share_, std::nextafter(numbers::late_links(), 0));
}

bool Hearing::is_unanswered(const Links& links) {
    HEARSAY_CHECK(links.answered <= links.asked);
    if (!is_unproven_) unanswered_share_ = 0;
    if (links.others < numbers::peers_few()) return true;
    if (links.asked == 0) return is_late_;
    // To be bad takes a few rounds, to be good again as many as for the neighbours' links.
    const Count& rounds = is_late_ ? numbers::late_rounds_mean : numbers::proof_rounds;
    const double share = part(links.asked - links.answered, links.asked);
    unanswered_share_ = fading_mean(unanswered_share_, share, rounds());
    return unanswered_share_ >= (is_late_ ? numbers::late_links() / 2 : numbers::late_links());
}

bool Hearing::is_degraded(Instant now) const {
    if (is_isolated_ && !is_isolated(now)) return false;
    return is_given_up(now) || is_late_;
}

bool Hearing::is_given_up(Instant now) const {
    return is_isolated(now) && now - std::max(heard_at_, excused_at_) >= fail_after_;
}

bool Hearing::becomes_isolated(std::size_t peer_count, Instant now) {
    if (is_isolated_ || peer_count < numbers::peers_few() || now < isolated_at()) return false;
    if (!cases::isolation()) return false;
    is_isolated_ = true;
    return true;
}

Instant Hearing::isolated_at() const {
    return heard_at_ + numbers::due.of(std::max(round_, interval_));
}

bool Hearing::is_isolated(Instant now) const {
    return is_isolated_ && now - heard_at_ < isolation_max_;
}

}  // namespace hearsay

#include "pace.hpp"

#include <algorithm>

#include "hearsay/check.hpp"

namespace hearsay {
namespace {

constexpr int slowest = 4;

/// One late round is a pause, two are a machine that is busy for a moment.
constexpr int late_rounds = 3;

}  // namespace

Pace::Pace(const Config& chosen)
    : round_(chosen.round), suspect_after_(chosen.suspect_after), fail_after_(chosen.fail_after) {}

bool Pace::note_round(Duration late) {
    const bool is_late = this->is_late(late);
    late_ = is_late ? std::min(late_ + 1, late_rounds) : 0;
    punctual_ = is_late ? 0 : std::min(punctual_ + 1, punctual_rounds);
    const int before = factor_;
    if (late_ >= late_rounds && factor_ < slowest) factor_ *= 2;
    if (punctual_ >= punctual_rounds && factor_ > 1) factor_ /= 2;
    if (factor_ == before) return false;
    late_ = punctual_ = 0;
    return true;
}

void Pace::note_neighbours(std::size_t slow, std::size_t all) {
    HEARSAY_CHECK(slow <= all);
    is_among_slow_ = slow > 0 && 2 * slow >= all;
}

void Pace::set_times(Config& config) const {
    config.round = round_ * factor_;
    config.suspect_after = suspect_after_ * factor_;
    config.fail_after = fail_after_ * factor_;
}

}  // namespace hearsay

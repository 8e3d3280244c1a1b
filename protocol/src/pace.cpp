#include "pace.hpp"

#include <algorithm>

#include "hearsay/check.hpp"

namespace hearsay {

Pace::Pace(const Config& chosen)
    : round_(chosen.round), suspect_after_(chosen.suspect_after), fail_after_(chosen.fail_after) {}

bool Pace::note_round(Duration late) {
    const bool is_late = this->is_late(late);
    late_ = is_late ? std::min(late_ + 1, numbers::in_a_row()) : 0;
    punctual_ = is_late ? 0 : std::min(punctual_ + 1, numbers::in_a_row());
    const int before = factor_;
    const bool can_be_slower = factor_ < static_cast<int>(numbers::slowest());
    if (late_ >= numbers::in_a_row() && can_be_slower) factor_ *= 2;
    if (punctual_ >= numbers::in_a_row() && factor_ > 1) factor_ /= 2;
    if (factor_ == before) return false;
    late_ = punctual_ = 0;
    return true;
}

void Pace::set_times(Config& config) const {
    config.round = round_ * factor_;
    config.suspect_after = suspect_after_ * factor_;
    config.fail_after = fail_after_ * factor_;
}

}  // namespace hearsay

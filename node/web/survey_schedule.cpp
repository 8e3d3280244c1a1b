#include "survey_schedule.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace hearsay {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// After an event, so that the others have heard of it too.
constexpr Duration event_pause = seconds(1);
/// Between two surveys, whatever happens: of 64 members one is 13 kB of gossip.
constexpr Duration pause_min = seconds(10);
/// What no event tells, such as a link between two others that is cut, is then seen as well.
constexpr Duration pause_max = minutes(5);

/// After these, members may hold different views, or other links be cut.
constexpr std::array<std::string_view, 9> telling_kinds{"failed",    "recovered", "left",
                                                        "joined",    "restarted", "link_lost",
                                                        "link_back", "isolated",  "returned"};

}  // namespace

void SurveySchedule::set_listened(bool is_listened, Instant now) {
    if (is_listened && !is_listened_) want(now);
    is_listened_ = is_listened;
}

void SurveySchedule::note_event(std::string_view kind, Instant now) {
    const bool is_telling =
        std::find(telling_kinds.begin(), telling_kinds.end(), kind) != telling_kinds.end();
    if (is_telling) want(now + event_pause);
}

void SurveySchedule::want(Instant at) {
    wanted_at_ = wanted_at_ ? std::min(*wanted_at_, at) : at;
}

void SurveySchedule::note_begin(Instant now) {
    is_running_ = true;
    wanted_at_.reset();
    last_ = now;
}

std::optional<Instant> SurveySchedule::due() const {
    if (!is_listened_ || is_running_) return std::nullopt;
    if (!last_) return wanted_at_;
    const Instant regular = *last_ + pause_max;
    return wanted_at_ ? std::clamp(*wanted_at_, *last_ + pause_min, regular) : regular;
}

}  // namespace hearsay

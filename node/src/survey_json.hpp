#pragma once

#include <nlohmann/json_fwd.hpp>

#include "hearsay/survey.hpp"

namespace hearsay {

/// What came of a survey: who holds whom for what, who hears whom, and what each says of itself.
/// Views that differ only in which dead members they still list are one view.
[[nodiscard]] nlohmann::ordered_json to_json(const SurveyReport& report);

[[nodiscard]] nlohmann::ordered_json to_json(const SurveyCounters& counters);

}  // namespace hearsay

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hearsay/survey.hpp"

namespace hearsay {

/// Members that hold the same view, and what they hold.
struct SharedView {
    /// By name.
    std::vector<std::string> members;
    /// True if the asker is one of them.
    bool has_asker = false;
    /// The members that are not simply alive, by name, and the word for what they are instead;
    /// "unknown" is one that is alive to others and not listed here.
    std::vector<std::pair<std::string, std::string>> holds;
};

/// The views that a survey found, the one that most hold first. Whom nobody holds for alive is no
/// difference, listed or not. Beyond a few dozen views, which only forgers hold, the rest is one
/// with nobody in `holds`.
[[nodiscard]] std::vector<SharedView> shared_views(const SurveyReport& report);

}  // namespace hearsay

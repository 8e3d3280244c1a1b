#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "options.hpp"
#include "screen.hpp"
#include "simulation/plan.hpp"

namespace hearsay {

/// What is going to be simulated: the cluster, its network, the faults, the seed.
[[nodiscard]] std::string plan_view(const SimulateCommand& command);

/// What came out, in tables with a sentence on each line. REQUIRES: something was measured.
[[nodiscard]] std::string outcome_view(const simulation::Plan& plan,
                                       const simulation::Outcome& outcome, Screen screen);

/// Both as one object. REQUIRES: something was measured.
[[nodiscard]] nlohmann::ordered_json outcome_json(const SimulateCommand& command,
                                                  const simulation::Outcome& outcome);

/// "trial 2 of 10: quiet, 34s of 1m".
[[nodiscard]] std::string progress_text(const simulation::Plan& plan,
                                        const simulation::Progress& progress);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/time.hpp"

#include "measurement.hpp"
#include "meter.hpp"
#include "network.hpp"

namespace hearsay::simulation {

/// What is to be found out about a cluster. Each trial is a cluster of its own: it comes together,
/// has quiet time, and then the faults, kind after kind; those of one kind strike at once.
struct Plan {
    std::size_t member_count = 32;
    Config config = Config::lan();
    /// Between any two members.
    Path path{};
    Duration quiet_time = std::chrono::minutes{1};
    std::size_t crash_count = 1;
    std::size_t power_off_count = 0;
    std::size_t freeze_count = 0;
    Duration freeze_time{};
    std::size_t trial_count = 1;
    std::uint64_t seed = 1;
};

/// What happens in a trial, in order.
enum class Phase : std::uint8_t { settling, quiet, crash, power_off, freeze };

/// The word for it.
[[nodiscard]] std::string_view text(Phase phase);

/// How far a plan is carried out.
struct Progress {
    /// Counts from 1.
    std::size_t trial = 1;
    Phase phase = Phase::settling;
    /// Virtual time since the beginning of the phase.
    Duration elapsed{};
};

/// Those that are told of a plan while it is carried out; both may be empty.
struct Audience {
    /// Asked every twentieth of a round.
    std::function<Onward(const Progress&)> watch;
    /// Told at the end of each phase, and where an invariant broke, all that happened in it: whole
    /// lines.
    std::function<void(const std::string&)> log;
};

/// What was found out, and by how many whole trials; fewer than planned after a stop.
struct Outcome {
    Measurement measurement;
    std::size_t trial_count = 0;
};

/// Carries out a plan. Everything follows from it, the seed included. A broken invariant is thrown
/// as `BrokenInvariant`.
/// REQUIRES: `validate(plan.config)` finds no fault; at least one member outlives the faults, and
/// there is a member to each; the spread of the path is no more than its delay.
[[nodiscard]] Outcome carry_out(const Plan& plan, const Audience& audience);

}  // namespace hearsay::simulation

#pragma once

#include <cstdint>

#include "hearsay/config.hpp"

#include "cluster.hpp"
#include "script.hpp"

/// Within which bounds a script keeps, and so what is promised of its run.
namespace hearsay::simulation {

/// True if I2 is promised on such a path: a round trip takes half a round at most, which is the
/// time to refute, and what is lost comes through by its retransmissions within `fail_after`. Few
/// frames come twice or late, and none damaged; and no length and no number of them is too great.
[[nodiscard]] bool keeps_bounds(const Path& path, const Config& config);
/// What is promised by a script in which some nodes have their own configuration is promised by
/// the slowest times of all, and on paths that are good enough for the quickest.
[[nodiscard]] Config slowest_of(const Script& script);
[[nodiscard]] Config quickest_of(const Script& script);
/// True if I2 is promised where a clock is as wrong: ten times as much as a cheap quartz.
[[nodiscard]] bool keeps_bounds(std::int64_t drift_per_million);
/// True if I2 is promised after this step to all that it does not pause or cut off.
[[nodiscard]] bool keeps_bounds(const Step& step, const Config& config);

/// The cluster that a script asks for. False verdicts are only counted if a step of it, or its
/// default path, leaves the bounds, or a partition leaves a few ways open, or not all nodes have
/// the same times.
[[nodiscard]] Options options_of(const Script& script);

}  // namespace hearsay::simulation

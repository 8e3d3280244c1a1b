#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "settings.hpp"
#include "trial.hpp"

/// What the two experiments of Lifeguard (2017, section V) share.
namespace hearsay::papers::lifeguard {

inline constexpr std::size_t members = 128;
inline constexpr std::size_t usual_repeats = 10;
inline constexpr Duration quiesce = std::chrono::seconds{15};
inline constexpr Duration run_max = std::chrono::seconds{120};

/// The anomaly of a cell: `concurrency` members are blocked for `duration` at a time, and go on
/// for `interval` in between.
struct Anomaly {
    std::size_t concurrency = 0;
    Duration duration{};
    Duration interval{};

    /// "C=4", "D=2048", "I=64": of the times, milliseconds.
    [[nodiscard]] std::string concurrency_label() const;
    [[nodiscard]] std::string duration_label() const;
    [[nodiscard]] std::string interval_label() const;
};

/// C from 1 to 32 with D from 128 ms to 32.8 s; without an interval.
[[nodiscard]] std::vector<Anomaly> threshold_grid();
/// Each of them with I from 1 ms to 16.4 s.
[[nodiscard]] std::vector<Anomaly> interval_grid();

/// A cluster that has quiesced, and the members that the anomaly is to befall.
struct Victims {
    Trial& trial;
    std::vector<std::string> hosts;

    /// Blocks all of them, and lets go of them after `duration`.
    void block_for(Duration duration) const;
};

/// Starts the cluster, lets it quiesce, chooses the victims and begins to measure.
[[nodiscard]] Victims prepare(Trial& trial, const Anomaly& anomaly);

}  // namespace hearsay::papers::lifeguard

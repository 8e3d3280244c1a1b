#pragma once

#include <cstddef>

/// What the makers of other failure detectors promise, in their own formulas.
namespace hearsay::papers {

/// Lifeguard (2017, section 3.1): how long a member is suspected before it is failed.
struct LifeguardSuspicion {
    std::size_t members = 128;
    double alpha = 5;
    double beta = 6;
    /// K, the confirmations that shorten it to the least.
    std::size_t confirmations_wanted = 3;
    double probe_interval_seconds = 1;
};

/// After so many members confirmed the suspicion.
[[nodiscard]] double suspicion_seconds(const LifeguardSuspicion& suspicion,
                                       std::size_t confirmations);

/// NFD-S of Chen, Toueg and Aguilera (2002): a heartbeat every eta, and at i * eta + delta trust
/// for as long as the i-th or a later one has come. Delays are exponentially distributed.
struct Nfds {
    double eta_seconds = 1;
    /// T_D^U: a crash is noticed within it, always. delta is what eta leaves of it.
    double detection_bound_seconds = 2;
    double loss = 0.01;
    double mean_delay_seconds = 0.02;
};

/// The quality of a failure detector while nothing fails.
struct Quality {
    /// E(T_MR), from one mistake to the next.
    double recurrence_seconds = 0;
    /// E(T_M), how long a mistake lasts.
    double duration_seconds = 0;
    /// P_A, the probability that it is right when it is asked.
    [[nodiscard]] double accuracy() const { return 1 - duration_seconds / recurrence_seconds; }
};

/// REQUIRES: eta <= the detection bound.
[[nodiscard]] Quality quality_of(const Nfds& detector);

}  // namespace hearsay::papers

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "statistics.hpp"

namespace hearsay::simulation {

/// What befalls a member.
enum class Fault : std::uint8_t {
    /// Its process is killed.
    crash,
    /// Its machine is gone.
    power_off,
    /// Its process gets no turn for a while.
    freeze,
};

/// How a fault was noticed. Survivors are the members it did not befall; times count from it.
struct Detection {
    Fault fault = Fault::crash;
    std::string host;
    std::size_t survivor_count = 0;
    /// Survivors that have held it for failed.
    std::size_t holder_count = 0;
    /// When the first survivor held it for failed; nothing if none did.
    std::optional<Duration> first{};
    /// When the last survivor did; nothing if one of them never did.
    std::optional<Duration> last{};
    /// For a freeze that was noticed: from its end until nobody held it for failed any more.
    std::optional<Duration> back{};
};

/// A verdict on a member that ran and could be reached, and how long it stood: until the observer
/// heard the member again, or until one of the two ended, or the measuring.
struct Mistake {
    std::string observer;
    std::string subject;
    Instant at;
    Duration duration{};
};

/// How well a cluster detected, and what that cost. Measurements of several clusters add up.
struct Measurement {
    std::vector<Detection> detections;
    std::vector<Mistake> mistakes;
    /// How often a member was failed by mistake, by however many observers at a time.
    std::size_t episode_count = 0;
    /// Verdicts that members told themselves while a fault befell them, or right after it, about
    /// members that none did: the own view of the faulty.
    std::size_t own_view_mistakes = 0;
    /// Summed over the members that ran and were not frozen.
    double node_seconds = 0;
    /// Summed over the pairs of such members, in which each observes the other.
    double pair_seconds = 0;
    /// What was sent in quiet times, in application bytes, and how many node-seconds those had.
    std::uint64_t quiet_messages = 0;
    std::uint64_t quiet_bytes = 0;
    double quiet_node_seconds = 0;
    /// The most that one node sent in one second, be it quiet or not.
    std::uint64_t bytes_per_second_max = 0;
    /// Time that went by, settling included.
    Duration virtual_time{};

    void add(Measurement other);

    /// Of the faults of one kind that were noticed so: their times, sorted.
    [[nodiscard]] std::vector<Duration> times(Fault fault,
                                              std::optional<Duration> Detection::*time) const;
    [[nodiscard]] std::size_t count(Fault fault) const;
    [[nodiscard]] double node_hours() const { return node_seconds / 3600; }
    /// Verdicts by mistake per node-hour. REQUIRES, as the others: time was measured.
    [[nodiscard]] double mistake_rate() const;
    /// Episodes per node-hour. Unlike the mistakes of one episode, where an observer convinces
    /// the next, episodes are independent, and so have an interval.
    [[nodiscard]] double episode_rate() const;
    [[nodiscard]] Interval episode_rate_interval() const;
    /// Nothing without a mistake.
    [[nodiscard]] std::optional<Duration> mean_mistake_duration() const;
    /// P_A: the share of its time that a pair spends without a mistake.
    [[nodiscard]] double query_accuracy() const;
    /// In quiet times. REQUIRES: there was quiet time.
    [[nodiscard]] double bytes_per_node_second() const;
    [[nodiscard]] double messages_per_node_second() const;
};

/// How many episodes these mistakes of one cluster are: those about one member that overlap or
/// touch are one.
[[nodiscard]] std::size_t count_episodes(std::vector<Mistake> mistakes);

}  // namespace hearsay::simulation

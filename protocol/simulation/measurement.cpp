#include "measurement.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay::simulation {
namespace {

template <typename Value>
void append(std::vector<Value>& values, std::vector<Value> more) {
    values.insert(values.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

double per(double amount, double exposure) {
    HEARSAY_CHECK(exposure > 0);
    return amount / exposure;
}

std::vector<Duration> durations(const std::vector<Mistake>& mistakes) {
    std::vector<Duration> durations;
    durations.reserve(mistakes.size());
    for (const Mistake& mistake : mistakes)
        durations.push_back(mistake.duration);
    return durations;
}

}  // namespace

void Measurement::add(Measurement other) {
    append(detections, std::move(other.detections));
    append(mistakes, std::move(other.mistakes));
    episode_count += other.episode_count;
    own_view_mistakes += other.own_view_mistakes;
    node_seconds += other.node_seconds;
    pair_seconds += other.pair_seconds;
    quiet_messages += other.quiet_messages;
    quiet_bytes += other.quiet_bytes;
    quiet_node_seconds += other.quiet_node_seconds;
    bytes_per_second_max = std::max(bytes_per_second_max, other.bytes_per_second_max);
    virtual_time += other.virtual_time;
}

std::vector<Duration> Measurement::times(Fault fault,
                                         std::optional<Duration> Detection::*time) const {
    std::vector<Duration> times;
    for (const Detection& detection : detections) {
        if (detection.fault == fault && detection.*time) times.push_back(*(detection.*time));
    }
    std::sort(times.begin(), times.end());
    return times;
}

std::size_t Measurement::count(Fault fault) const {
    const auto is_one = [&](const Detection& detection) { return detection.fault == fault; };
    return static_cast<std::size_t>(std::count_if(detections.begin(), detections.end(), is_one));
}

double Measurement::mistake_rate() const {
    return per(static_cast<double>(mistakes.size()), node_hours());
}

double Measurement::episode_rate() const {
    return per(static_cast<double>(episode_count), node_hours());
}

Interval Measurement::episode_rate_interval() const {
    return rate_interval(episode_count, node_hours());
}

std::optional<Duration> Measurement::mean_mistake_duration() const {
    if (mistakes.empty()) return std::nullopt;
    return mean(durations(mistakes));
}

double Measurement::query_accuracy() const {
    double mistaken_seconds = 0;
    for (const Duration duration : durations(mistakes))
        mistaken_seconds += std::chrono::duration<double>(duration).count();
    return 1 - per(mistaken_seconds, pair_seconds);
}

double Measurement::bytes_per_node_second() const {
    return per(static_cast<double>(quiet_bytes), quiet_node_seconds);
}

double Measurement::messages_per_node_second() const {
    return per(static_cast<double>(quiet_messages), quiet_node_seconds);
}

std::size_t count_episodes(std::vector<Mistake> mistakes) {
    std::sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) {
        return std::tie(a.subject, a.at) < std::tie(b.subject, b.at);
    });
    std::size_t count = 0;
    const std::string* subject = nullptr;
    Instant end;
    for (const Mistake& mistake : mistakes) {
        const bool is_same = subject != nullptr && *subject == mistake.subject && mistake.at <= end;
        if (!is_same) ++count;
        const Instant own_end = mistake.at + mistake.duration;
        end = is_same ? std::max(end, own_end) : own_end;
        subject = &mistake.subject;
    }
    return count;
}

}  // namespace hearsay::simulation

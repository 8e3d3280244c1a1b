#include "lifeguard.hpp"

#include <array>

namespace hearsay::papers::lifeguard {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::size_t, 9> concurrencies{1, 4, 8, 12, 16, 20, 24, 28, 32};
constexpr std::array<milliseconds, 6> durations{milliseconds{128},    milliseconds{512},
                                                milliseconds{2048},   milliseconds{8192},
                                                milliseconds{16'384}, milliseconds{32'768}};
constexpr std::array<milliseconds, 8> intervals{
    milliseconds{1},   milliseconds{4},    milliseconds{16},   milliseconds{64},
    milliseconds{256}, milliseconds{1024}, milliseconds{4096}, milliseconds{16'384}};

std::string label(const std::string& name, Duration duration) {
    return name + "=" + std::to_string(std::chrono::duration_cast<milliseconds>(duration).count());
}

}  // namespace

std::string Anomaly::concurrency_label() const {
    return "C=" + std::to_string(concurrency);
}

std::string Anomaly::duration_label() const {
    return label("D", duration);
}

std::string Anomaly::interval_label() const {
    return label("I", interval);
}

std::vector<Anomaly> threshold_grid() {
    std::vector<Anomaly> grid;
    for (const std::size_t concurrency : concurrencies) {
        for (const milliseconds duration : durations)
            grid.push_back({.concurrency = concurrency, .duration = duration, .interval = {}});
    }
    return grid;
}

std::vector<Anomaly> interval_grid() {
    std::vector<Anomaly> grid;
    for (const Anomaly& anomaly : threshold_grid()) {
        for (const milliseconds interval : intervals) {
            grid.push_back(anomaly);
            grid.back().interval = interval;
        }
    }
    return grid;
}

void Victims::block_for(Duration duration) const {
    for (const std::string& host : hosts)
        trial.cluster().block(host);
    trial.run_for(duration);
    for (const std::string& host : hosts)
        trial.cluster().unblock(host);
}

Victims prepare(Trial& trial, const Anomaly& anomaly) {
    trial.cluster().start(members);
    trial.run_for(quiesce);
    const auto hosts = trial.any_hosts(anomaly.concurrency, members);
    trial.begin({.hosts = hosts, .fate = Fate::hampered});
    return {.trial = trial, .hosts = {hosts.begin(), hosts.end()}};
}

}  // namespace hearsay::papers::lifeguard

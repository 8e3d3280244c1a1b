#include "play.hpp"

#include <algorithm>

namespace hearsay::simulation {
namespace {

constexpr Duration::rep looks_per_round = 4;

bool runs(const Cluster& cluster, const std::string& host) {
    return cluster.has_host(host) && cluster.process(host).is_running();
}

bool makes_sense(const Cluster& cluster, Verb verb, const std::string& host) {
    switch (verb) {
        case Verb::start:
            return !runs(cluster, host);
        case Verb::restart:
            return cluster.has_host(host) && !runs(cluster, host);
        case Verb::crash:
        case Verb::power_off:
            return runs(cluster, host);
        case Verb::thaw:
            return runs(cluster, host) && cluster.process(host).is_frozen();
        case Verb::freeze:
        case Verb::leave:
        case Verb::forget:
        case Verb::tag:
            return runs(cluster, host) && !cluster.process(host).is_frozen();
        case Verb::part:
        case Verb::path:
        case Verb::heal:
            return true;
    }
    return false;
}

Newcomer newcomer(const Script& script, const Step& step, const std::string& host) {
    return {.host = host,
            .name = step.name,
            .seeds = step.seeds.empty() ? script.seeds : step.seeds,
            .cluster = step.cluster,
            .clock_error = step.clock_error};
}

void set_paths(const Step& step, const std::string& host, Cluster& cluster) {
    for (const std::string& other : step.others) {
        if (other == host) continue;
        cluster.set_path_one_way(host, other, step.path);
        if (step.direction == Direction::both_ways) {
            cluster.set_path_one_way(other, host, step.path);
        }
    }
}

void befall(const Script& script, const Step& step, const std::string& host, Cluster& cluster) {
    switch (step.verb) {
        case Verb::start:
            return cluster.start(newcomer(script, step, host));
        case Verb::crash:
            return cluster.crash(host);
        case Verb::power_off:
            return cluster.power_off(host);
        case Verb::restart:
            return cluster.restart(host, step.clock_error);
        case Verb::freeze:
            return cluster.freeze(host);
        case Verb::thaw:
            return cluster.thaw(host);
        case Verb::leave:
            return cluster.leave(host);
        case Verb::forget:
            static_cast<void>(cluster.forget(host, step.name));
            return;
        case Verb::tag:
            return cluster.set_tags(host, step.tags);
        case Verb::path:
            return set_paths(step, host, cluster);
        case Verb::part:
        case Verb::heal:
            return;
    }
}

void perform(const Script& script, const Step& step, Cluster& cluster) {
    if (step.verb == Verb::part) return cluster.part(step.hosts, step.others);
    if (step.verb == Verb::heal) return cluster.heal();
    for (const std::string& host : step.hosts) {
        if (makes_sense(cluster, step.verb, host)) befall(script, step, host, cluster);
    }
}

void pass_time(Cluster& cluster, Instant end, std::span<Spectator* const> spectators) {
    const Duration pause = cluster.config().round / looks_per_round;
    while (cluster.now() < end) {
        cluster.run_for(std::min(pause, end - cluster.now()));
        for (Spectator* const spectator : spectators)
            spectator->look();
    }
}

}  // namespace

Options options_of(const Script& script) {
    return {.seed = script.seed, .config = script.config, .path = script.default_path};
}

void play(const Script& script, Cluster& cluster, std::span<Spectator* const> spectators) {
    const Instant start = cluster.now();
    for (const std::string& host : Cluster::hosts(1, script.nodes))
        cluster.start({.host = host, .seeds = script.seeds});
    for (const Step& step : script.steps) {
        if (step.at > script.until) break;
        pass_time(cluster, start + step.at, spectators);
        for (Spectator* const spectator : spectators)
            spectator->see(step);
        perform(script, step, cluster);
    }
    pass_time(cluster, start + script.until, spectators);
}

std::unique_ptr<Cluster> run(const Script& script) {
    auto cluster = std::make_unique<Cluster>(options_of(script));
    play(script, *cluster);
    return cluster;
}

}  // namespace hearsay::simulation

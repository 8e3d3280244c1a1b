#include "play.hpp"

#include <algorithm>

#include "filler.hpp"

namespace hearsay::simulation {
namespace {

constexpr Duration::rep looks_per_round = 4;

bool runs(const Cluster& cluster, const std::string& host) {
    return cluster.has_host(host) && cluster.process(host).is_running();
}

bool is_frozen(const Cluster& cluster, const std::string& host) {
    return runs(cluster, host) && cluster.process(host).is_frozen();
}

bool is_awake(const Cluster& cluster, const std::string& host) {
    return runs(cluster, host) && !cluster.process(host).is_frozen();
}

bool makes_sense(const Cluster& cluster, const Step& step, const std::string& host) {
    switch (step.verb) {
        case Verb::start:
            return !runs(cluster, host);
        case Verb::restart:
            return cluster.has_host(host) && !runs(cluster, host);
        case Verb::crash:
        case Verb::power_off:
            return runs(cluster, host);
        case Verb::thaw:
            return is_frozen(cluster, host) && !cluster.process(host).is_suspended();
        case Verb::wake:
            return is_frozen(cluster, host) && cluster.process(host).is_suspended();
        case Verb::unblock:
            return runs(cluster, host) && cluster.process(host).is_blocked();
        case Verb::freeze:
        case Verb::suspend:
        case Verb::block:
            return is_awake(cluster, host) && !cluster.process(host).is_blocked();
        case Verb::starve:
        case Verb::clock:
        case Verb::snapshot:
            return runs(cluster, host);
        case Verb::clone:
            return !runs(cluster, host) && cluster.can_clone(step.name);
        case Verb::restore:
            return cluster.has_snapshot(host);
        case Verb::leave:
        case Verb::forget:
        case Verb::tag:
            return is_awake(cluster, host);
        case Verb::part:
        case Verb::half_cut:
        case Verb::path:
        case Verb::ingress:
        case Verb::egress:
        case Verb::default_path:
        case Verb::heal:
            return true;
    }
    return false;
}

std::optional<Config> own_config(const Script& script, const std::string& host) {
    std::optional<Config> own;
    for (const NodeConfig& node : script.node_configs) {
        const bool is_named =
            std::find(node.hosts.begin(), node.hosts.end(), host) != node.hosts.end();
        if (is_named) own = node.config;
    }
    return own;
}

Newcomer newcomer(const Script& script, const Step& step, const std::string& host) {
    return {.host = host,
            .name = step.name,
            .seeds = step.seeds.empty() ? script.seeds : step.seeds,
            .cluster = step.cluster,
            .clock_error = step.clock_error,
            .config = own_config(script, host)};
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

void part(const Step& step, Cluster& cluster) {
    if (step.direction == Direction::one_way) {
        cluster.part_one_way(step.hosts, step.others);
    } else {
        cluster.part(step.hosts, step.others);
    }
}

Tags tags_of(const Step& step) {
    if (step.tag_bytes == 0) return step.tags;
    return filled(step.tags, step.tag_bytes).value_or(step.tags);
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
        case Verb::suspend:
            return cluster.suspend(host);
        case Verb::wake:
            return cluster.wake(host);
        case Verb::block:
            return cluster.block(host);
        case Verb::unblock:
            return cluster.unblock(host);
        case Verb::starve:
            return cluster.starve(host, step.lateness);
        case Verb::leave:
            return cluster.leave(host);
        case Verb::forget:
            static_cast<void>(
                cluster.forget(host, step.name, step.is_forced ? Force::used : Force::none));
            return;
        case Verb::clock:
            return cluster.drift(host, step.drift_per_million);
        case Verb::snapshot:
            return cluster.snapshot(host);
        case Verb::clone:
            return cluster.clone(host, step.name);
        case Verb::restore:
            return cluster.restore(host);
        case Verb::tag:
            return cluster.set_tags(host, tags_of(step));
        case Verb::path:
            return set_paths(step, host, cluster);
        case Verb::ingress:
            return cluster.set_ingress(host, step.path);
        case Verb::egress:
            return cluster.set_egress(host, step.path);
        case Verb::part:
        case Verb::half_cut:
        case Verb::default_path:
        case Verb::heal:
            return;
    }
}

void perform(const Script& script, const Step& step, Cluster& cluster) {
    if (step.verb == Verb::part) return part(step, cluster);
    if (step.verb == Verb::half_cut) return cluster.half_cut(step.hosts, step.others);
    if (step.verb == Verb::default_path) return cluster.set_default_path(step.path);
    if (step.verb == Verb::heal) return cluster.heal();
    for (const std::string& host : step.hosts) {
        if (makes_sense(cluster, step, host)) befall(script, step, host, cluster);
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

void play(const Script& script, Cluster& cluster, std::span<Spectator* const> spectators) {
    const Instant start = cluster.now();
    for (const std::string& host : Cluster::hosts(1, script.nodes))
        cluster.start(newcomer(script, {}, host));
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

#include "play.hpp"

#include <algorithm>
#include <cstdlib>

#include "filler.hpp"
#include "script_words.hpp"

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
            return runs(cluster, host);
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

/// True if some members are left that reach others over a few ways alone, past a partition: who
/// is reached like that is heard of only when those in between happen to talk with each other.
bool has_bridge(const Script& script) {
    std::size_t host_count = script.nodes;
    bool is_parted = false;
    bool has_own_ways = false;
    for (const Step& step : script.steps) {
        const bool is_side = step.verb == Verb::ingress || step.verb == Verb::egress;
        const bool is_way = step.verb == Verb::path || is_side;
        const bool is_cut_in_two = step.verb == Verb::part || step.verb == Verb::half_cut;
        const std::size_t named = step.hosts.size() + step.others.size();
        if (step.verb == Verb::start) host_count += step.hosts.size();
        // A newcomer is on no side.
        if (is_cut_in_two && named < host_count) return true;
        if (is_way && is_parted && !step.path.is_cut) return true;
        if (step.verb == Verb::path && step.path.is_cut && named > 2) return true;
        // The path between two outlasts what befalls either of them.
        if (is_side && has_own_ways && step.path.is_cut) return true;
        if (step.verb == Verb::path && !step.path.is_cut) has_own_ways = true;
        if (is_cut_in_two) is_parted = true;
        if (step.verb == Verb::heal) is_parted = has_own_ways = false;
    }
    return false;
}

bool have_all_same_times(const Script& script) {
    return std::all_of(script.node_configs.begin(), script.node_configs.end(),
                       [&](const NodeConfig& node) {
                           return node.config.round == script.config.round &&
                                  node.config.suspect_after == script.config.suspect_after &&
                                  node.config.fail_after == script.config.fail_after;
                       });
}

}  // namespace

Config slowest_of(const Script& script) {
    Config slowest = script.config;
    for (const NodeConfig& node : script.node_configs) {
        for (const SpanWord& entry : span_words)
            slowest.*entry.span = std::max(slowest.*entry.span, node.config.*entry.span);
        for (const CountWord& entry : count_words)
            slowest.*entry.count = std::min(slowest.*entry.count, node.config.*entry.count);
    }
    return slowest;
}

Config quickest_of(const Script& script) {
    Config quickest = script.config;
    for (const NodeConfig& node : script.node_configs) {
        for (const SpanWord& entry : span_words)
            quickest.*entry.span = std::min(quickest.*entry.span, node.config.*entry.span);
    }
    return quickest;
}

bool keeps_bounds(const Path& path, const Config& config) {
    // TCP tries again after 200 ms, then 400, 800, ...: three times in one second, five in four.
    const std::uint64_t loss_max = config.fail_after < std::chrono::seconds{4} ? 10 : 50;
    const bool is_whole =
        path.hole_bytes == 0 && path.bytes_per_second == 0 && path.corrupt_per_mille == 0;
    return !path.is_cut && is_whole && path.loss_per_mille <= loss_max &&
           path.duplicate_per_mille <= loss_max && path.reorder_per_mille <= loss_max &&
           path.delay + path.spread <= config.round / 4;
}

bool keeps_bounds(std::int64_t drift_per_million) {
    return std::abs(drift_per_million) <= 1000;
}

/// What is cut off or paused is told to the checkers; what is late or lossy is not.
bool keeps_bounds(const Step& step, const Config& config) {
    switch (step.verb) {
        case Verb::path:
        case Verb::ingress:
        case Verb::egress:
        case Verb::default_path:
            return step.path.is_cut || keeps_bounds(step.path, config);
        case Verb::starve:
            return step.lateness <= config.round / 4;
        case Verb::clock:
            return keeps_bounds(step.drift_per_million);
        default:
            return true;
    }
}

Options options_of(const Script& script) {
    const auto keeps = [&](const Step& step) { return keeps_bounds(step, script.config); };
    const bool is_promised = keeps_bounds(script.default_path, script.config) &&
                             std::all_of(script.steps.begin(), script.steps.end(), keeps) &&
                             !has_bridge(script) && have_all_same_times(script);
    const auto damages = [](const Step& step) { return step.path.corrupt_per_mille > 0; };
    const bool is_damaged = script.default_path.corrupt_per_mille > 0 ||
                            std::any_of(script.steps.begin(), script.steps.end(), damages);
    return {.seed = script.seed,
            .config = script.config,
            .slowest = slowest_of(script),
            .path = script.default_path,
            .accuracy = is_promised ? Accuracy::promised : Accuracy::counted,
            .words = is_damaged ? Words::damaged : Words::intact};
}

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

#include "bounds.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "script_words.hpp"

namespace hearsay::simulation {
namespace {

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
        const bool is_newcomer = step.verb == Verb::start || step.verb == Verb::clone;
        if (is_newcomer) host_count += step.hosts.size();
        // A copy has the links of both sides, a newcomer is on no side.
        if (is_parted && step.verb == Verb::clone) return true;
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

/// Hosts and names of which a step makes a copy.
std::set<std::string> copied_in(const Script& script) {
    std::set<std::string> copied;
    for (const Step& step : script.steps) {
        if (step.verb == Verb::snapshot) copied.insert(step.hosts.begin(), step.hosts.end());
        if (step.verb == Verb::clone) copied.insert(step.name);
    }
    return copied;
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
            .words = is_damaged ? Words::damaged : Words::intact,
            .copied = copied_in(script)};
}

}  // namespace hearsay::simulation

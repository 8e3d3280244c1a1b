#include <algorithm>
#include <utility>
#include <vector>

#include "hearsay/duration.hpp"

#include "script.hpp"
#include "script_words.hpp"

namespace hearsay::simulation {
namespace {

/// How many of the hosts from `first` on are numbered in a row.
std::size_t run_length(const Hosts& hosts, std::size_t first) {
    const auto begin = numbered(hosts[first]);
    std::size_t length = 1;
    while (begin && first + length < hosts.size()) {
        const auto next = numbered(hosts[first + length]);
        const bool follows =
            next && next->stem == begin->stem && next->number == begin->number + length;
        if (!follows) break;
        ++length;
    }
    return length;
}

std::string text(const Hosts& hosts) {
    std::string list;
    for (std::size_t first = 0; first < hosts.size();) {
        const std::size_t length = run_length(hosts, first);
        if (!list.empty()) list += ",";
        list += hosts[first];
        if (length > 1) list += (length > 2 ? ".." : ",") + hosts[first + length - 1];
        first += length;
    }
    return list;
}

/// What follows the word, if there is something to say.
std::string said(std::string_view word, const std::string& value) {
    return value.empty() ? "" : " " + std::string(word) + " " + value;
}

/// Thousandths as a percentage.
std::string share_text(std::uint64_t per_mille) {
    const std::uint64_t tenths = per_mille % 10;
    return std::to_string(per_mille / 10) + (tenths > 0 ? "." + std::to_string(tenths) : "") + "%";
}

/// In the greatest unit that tells it exactly.
std::string bytes_text(std::uint64_t bytes) {
    const auto* const entry =
        std::find_if(byte_units.begin(), byte_units.end(),
                     [&](const ByteUnit& each) { return bytes % each.bytes == 0; });
    return std::to_string(bytes / entry->bytes) + std::string(entry->unit);
}

std::string text(const Path& path) {
    const Path quiet = path_with_delay(path.delay);
    std::string words;
    if (path.delay != Path{}.delay) words += " delay " + exact_text(path.delay);
    if (path.spread != quiet.spread) words += " spread " + exact_text(path.spread);
    for (const ShareWord& entry : share_words) {
        const std::uint64_t share = path.*entry.per_mille;
        if (share > 0) words += said(entry.word, share_text(share));
    }
    for (const BoundWord& entry : bound_words) {
        const std::uint64_t bytes = path.*entry.bytes;
        if (bytes > 0) words += said(entry.word, bytes_text(bytes) + std::string(entry.per));
    }
    if (path.is_cut) words += " cut";
    return words;
}

std::string text(const Tags& tags) {
    std::string words;
    for (const auto& [key, value] : tags)
        words.append(" ").append(key).append("=").append(value);
    return words;
}

std::string clock_text(const Step& step) {
    const bool is_right = step.clock_error == Duration::zero();
    return is_right ? "" : " clock " + exact_text(step.clock_error);
}

std::string rest_text(const Step& step, Shape shape) {
    switch (shape) {
        case Shape::nothing:
        case Shape::hosts:
            return "";
        case Shape::restart:
            return clock_text(step);
        case Shape::start:
            return said("name", step.name) + said("cluster", step.cluster) +
                   said("seeds", text(step.seeds)) + clock_text(step);
        case Shape::starve:
            return " by " + exact_text(step.lateness);
        case Shape::clock:
            return " drift " + std::to_string(step.drift_per_million) + "ppm";
        case Shape::clone:
            return said("name", step.name);
        case Shape::forget:
            return said("name", step.name) + (step.is_forced ? " force" : "");
        case Shape::tag:
            return text(step.tags) +
                   (step.tag_bytes > 0 ? said("size", bytes_text(step.tag_bytes)) : "");
        case Shape::part:
            return (step.direction == Direction::one_way ? " > " : " | ") + text(step.others);
        case Shape::half_cut:
            return " | " + text(step.others);
        case Shape::path:
            return (step.direction == Direction::one_way ? " > " : " <> ") + text(step.others) +
                   text(step.path);
        case Shape::ways:
        case Shape::default_path:
            return text(step.path);
    }
    return "";
}

std::string heading(std::string_view key, const std::string& value) {
    return std::string(key) + " " + value + "\n";
}

std::string text(Profile profile) {
    const auto* const entry =
        std::find_if(profile_words.begin(), profile_words.end(),
                     [&](const ProfileWord& each) { return each.profile == profile; });
    return std::string(entry->word);
}

/// A setting and its value.
using Setting = std::pair<std::string_view, std::string>;

/// What differs from the usual.
std::vector<Setting> differences(const Config& config, const Config& usual) {
    std::vector<Setting> settings;
    for (const SpanWord& entry : span_words) {
        const Duration span = config.*entry.span;
        if (span != usual.*entry.span) settings.emplace_back(entry.word, exact_text(span));
    }
    for (const CountWord& entry : count_words) {
        const std::size_t count = config.*entry.count;
        if (count != usual.*entry.count) settings.emplace_back(entry.word, std::to_string(count));
    }
    return settings;
}

/// The profile, and what differs from it; then the nodes that differ from that.
std::string config_text(const Script& script) {
    std::string lines = heading("profile", text(script.profile));
    for (const auto& [word, value] : differences(script.config, config_of(script.profile)))
        lines += heading(word, value);
    for (const NodeConfig& node : script.node_configs) {
        std::string words = text(node.hosts);
        if (node.profile) words += said("profile", text(*node.profile));
        const Config usual = node.profile ? config_of(*node.profile) : script.config;
        for (const auto& [word, value] : differences(node.config, usual))
            words += said(word, value);
        lines += heading("node", words);
    }
    return lines;
}

}  // namespace

Config config_of(Profile profile) {
    switch (profile) {
        case Profile::local:
            return Config::local();
        case Profile::lan:
            return Config::lan();
        case Profile::wan:
            return Config::wan();
    }
    return {};
}

std::string print(const Step& step) {
    const auto* const entry =
        std::find_if(verb_words.begin(), verb_words.end(),
                     [&](const VerbWord& each) { return each.verb == step.verb; });
    std::string line = exact_text(step.at) + " " + std::string(entry->word);
    if (!step.hosts.empty()) line += " " + text(step.hosts);
    return line + rest_text(step, entry->shape);
}

std::string print(const Script& script) {
    std::string lines = heading("seed", std::to_string(script.seed));
    lines += heading("nodes", std::to_string(script.nodes));
    if (script.seeds != Script{}.seeds) lines += heading("seeds", text(script.seeds));
    lines += config_text(script);
    const std::string path = text(script.default_path);
    if (!path.empty()) lines += "default-path" + path + "\n";
    lines += heading("until", exact_text(script.until));
    if (!script.steps.empty()) lines += "\n";
    for (const Step& step : script.steps)
        lines += print(step) + "\n";
    return lines;
}

}  // namespace hearsay::simulation

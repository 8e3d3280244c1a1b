#include <algorithm>
#include <optional>
#include <utility>

#include "hearsay/codec.hpp"

#include "filler.hpp"
#include "script.hpp"
#include "script_line.hpp"
#include "script_words.hpp"
#include "stream.hpp"

namespace hearsay::simulation {
namespace {

/// True if `word` says a share or a bound of a path, which is taken.
bool take_number_of_path(Path& path, std::string_view word, Line& line) {
    for (const ShareWord& entry : share_words) {
        if (entry.word == word) path.*entry.per_mille = take_share(line);
        if (entry.word == word) return true;
    }
    for (const BoundWord& entry : bound_words) {
        if (entry.word == word) path.*entry.bytes = take_bytes(line, entry.per);
        if (entry.word == word) return true;
    }
    return false;
}

Path take_path(Line& line) {
    Path path;
    std::optional<Duration> spread;
    while (!line.is_empty()) {
        const std::string_view word = line.take("what the path is like");
        if (word == "delay") {
            path.delay = take_span(line);
        } else if (word == "spread") {
            spread = take_span(line);
        } else if (word == "cut") {
            path.is_cut = true;
        } else if (!take_number_of_path(path, word, line)) {
            line.refuse(in_quotes(word) +
                        " says nothing of a path; delay, spread, loss, corrupt, "
                        "duplicate, reorder, hole, rate and cut do");
        }
    }
    if (path.hole_bytes >= segment_bytes_max) {
        line.refuse("no segment has more than " + std::to_string(segment_bytes_max) +
                    " bytes: a hole swallows those longer than less, for example hole 500B");
    }
    path.spread = spread.value_or(path_with_delay(path.delay).spread);
    if (path.spread > path.delay) line.refuse("the spread is greater than the delay");
    return path;
}

/// After ">" one way, after the other sign both; and the hosts there.
void take_direction(Step& step, std::string_view both_ways, Line& line) {
    const std::string_view sign = line.take("\">\" or " + in_quotes(both_ways));
    if (sign != ">" && sign != both_ways) {
        line.refuse(in_quotes(sign) + " is neither \">\" nor " + in_quotes(both_ways));
    }
    step.direction = sign == ">" ? Direction::one_way : Direction::both_ways;
    step.others = take_hosts(line);
}

void take_tags(Step& step, Line& line) {
    while (!line.is_empty()) {
        const std::string_view word = line.take("a tag");
        if (word == "size") {
            step.tag_bytes = take_bytes(line);
            continue;
        }
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            return line.refuse(in_quotes(word) + " is not a tag; one looks like role=primary");
        }
        step.tags[std::string(word.substr(0, equals))] = word.substr(equals + 1);
    }
    if (!line.problem() && step.tag_bytes > 0 && !filled(step.tags, step.tag_bytes)) {
        line.refuse(
            "the tags that are named must be no longer than that, and all together can be 2560B "
            "long, which is 16 of 160B");
    }
    if (const auto fault = validate(
            Identity{.life = LifeId{1}, .name = "n", .endpoint = "tcp://n:1", .tags = step.tags})) {
        line.refuse(fault->field + " " + fault->problem);
    }
}

void take_newcomer(Step& step, Line& line) {
    while (!line.is_empty()) {
        const std::string_view word = line.take("what the process is like");
        if (word == "name" && step.verb == Verb::start) {
            step.name = line.take("a name");
        } else if (word == "cluster" && step.verb == Verb::start) {
            step.cluster = line.take("a cluster's name");
        } else if (word == "seeds" && step.verb == Verb::start) {
            step.seeds = take_hosts(line);
        } else if (word == "clock") {
            step.clock_error = take_shift(line);
        } else {
            line.refuse(in_quotes(word) + " says nothing of a process; name, cluster, seeds and " +
                        "clock do, and of one that starts again, clock alone");
        }
    }
}

void take_rest(Step& step, Shape shape, Line& line) {
    const bool has_hosts = shape != Shape::nothing && shape != Shape::default_path;
    if (has_hosts) step.hosts = take_hosts(line);
    switch (shape) {
        case Shape::nothing:
        case Shape::hosts:
            break;
        case Shape::restart:
        case Shape::start:
            take_newcomer(step, line);
            break;
        case Shape::starve:
            line.expect("by");
            step.lateness = take_span(line);
            break;
        case Shape::clock:
            line.expect("drift");
            step.drift_per_million = take_drift(line);
            break;
        case Shape::clone:
            line.expect("name");
            step.name = line.take("a name");
            break;
        case Shape::forget:
            line.expect("name");
            step.name = line.take("a name");
            if (line.next() == "force") {
                line.expect("force");
                step.is_forced = true;
            }
            break;
        case Shape::tag:
            take_tags(step, line);
            break;
        case Shape::part:
            take_direction(step, "|", line);
            break;
        case Shape::half_cut:
            line.expect("|");
            step.others = take_hosts(line);
            break;
        case Shape::path:
            take_direction(step, "<>", line);
            step.path = take_path(line);
            break;
        case Shape::ways:
        case Shape::default_path:
            step.path = take_path(line);
            break;
    }
}

Step take_step(Line& line) {
    Step step{.at = take_span(line)};
    const std::string_view word = line.take("a verb");
    const auto* const known =
        std::find_if(verb_words.begin(), verb_words.end(),
                     [&](const VerbWord& entry) { return entry.word == word; });
    if (known == verb_words.end()) {
        std::string words;
        for (const VerbWord& entry : verb_words)
            words += (words.empty() ? "" : ", ") + std::string(entry.word);
        line.refuse(in_quotes(word) + " is not a verb; one of these is: " + words);
        return step;
    }
    step.verb = known->verb;
    take_rest(step, known->shape, line);
    return step;
}

/// True if `key` is a setting, which is taken.
bool take_configured(Config& config, std::string_view key, Line& line) {
    for (const SpanWord& entry : span_words) {
        if (entry.word == key) config.*entry.span = take_span(line);
        if (entry.word == key) return true;
    }
    for (const CountWord& entry : count_words) {
        if (entry.word == key) config.*entry.count = take_number(line);
        if (entry.word == key) return true;
    }
    return false;
}

Profile take_profile(Line& line) {
    const std::string_view word = line.take("a profile");
    for (const ProfileWord& entry : profile_words) {
        if (entry.word == word) return entry.profile;
    }
    line.refuse(in_quotes(word) + " is not a profile; it is local, lan or wan");
    return {};
}

/// The first fault, in words.
std::optional<std::string> fault_of(Config config) {
    config.cluster = "simulated";
    const auto fault = validate(config);
    return fault ? std::optional{fault->field + " " + fault->problem} : std::nullopt;
}

NodeConfig take_node(const Script& script, Line& line) {
    NodeConfig node{.hosts = take_hosts(line), .profile = {}, .config = script.config};
    if (line.next() == "profile") {
        line.expect("profile");
        node.profile = take_profile(line);
        node.config = config_of(*node.profile);
    }
    while (!line.is_empty()) {
        const std::string_view word = line.take("a setting");
        if (!take_configured(node.config, word, line)) {
            line.refuse(in_quotes(word) + " is no setting; fail_after is one, and all others of " +
                        "the headings are, after the profile if there is another");
        }
    }
    if (const auto fault = fault_of(node.config)) line.refuse(*fault);
    return node;
}

/// A heading that the configuration of nodes builds on.
bool take_config_heading(Script& script, std::string_view key, Line& line) {
    if (key == "profile") {
        script.profile = take_profile(line);
        script.config = config_of(script.profile);
    } else if (!take_configured(script.config, key, line)) {
        return false;
    }
    if (!script.node_configs.empty()) {
        line.refuse(in_quotes(key) + " stands above the nodes that differ from it");
    }
    return true;
}

void take_heading(Script& script, Line& line) {
    const std::string_view key = line.take("a heading");
    if (key == "seed") {
        script.seed = take_number(line);
    } else if (key == "nodes") {
        script.nodes = take_number(line);
        if (script.nodes > limits::members_max) line.refuse("there can be at most 10000 nodes");
    } else if (key == "seeds") {
        script.seeds = take_hosts(line);
    } else if (key == "node") {
        script.node_configs.push_back(take_node(script, line));
    } else if (key == "default-path") {
        script.default_path = take_path(line);
    } else if (key == "until") {
        script.until = take_span(line);
    } else if (!take_config_heading(script, key, line)) {
        line.refuse(in_quotes(key) + " is neither a heading nor a time");
    }
}

void take_line(Script& script, Line& line) {
    if (line.is_empty()) return;
    const bool is_step = is_digit(line.next().front());
    if (is_step) {
        Step step = take_step(line);
        const bool is_late = script.steps.empty() || step.at >= script.steps.back().at;
        if (!is_late) line.refuse("is earlier than the step above it");
        script.steps.push_back(std::move(step));
    } else if (!script.steps.empty()) {
        line.refuse("headings stand above the first step");
    } else {
        take_heading(script, line);
    }
    if (!line.is_empty()) line.refuse(in_quotes(line.next()) + " is one word too many");
}

}  // namespace

Result<Script, ScriptError> parse(std::string_view text) {
    Script script;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::string_view row = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(row.size() + 1, text.size()));
        Line line(row);
        take_line(script, line);
        ++number;
        if (line.problem()) return ScriptError{.line = number, .problem = *line.problem()};
    }
    if (const auto fault = fault_of(script.config)) {
        return ScriptError{.line = number, .problem = *fault};
    }
    return script;
}

}  // namespace hearsay::simulation

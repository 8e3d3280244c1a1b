#include <algorithm>
#include <charconv>
#include <deque>
#include <optional>
#include <system_error>
#include <utility>

#include "hearsay/codec.hpp"
#include "hearsay/duration.hpp"

#include "script.hpp"
#include "script_words.hpp"

namespace hearsay::simulation {
namespace {

constexpr std::uint64_t per_mille_of_a_percent = 10;

std::string in_quotes(std::string_view word) {
    return "\"" + std::string(word) + "\"";
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// The words of one line, taken one after the other. The first problem is the one that is told;
/// what is taken after it is nothing.
class Line {
  public:
    explicit Line(std::string_view text) {
        text = text.substr(0, text.find('#'));
        while (!text.empty()) {
            const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
            const std::size_t end = std::min(text.find_first_of(" \t\r", begin), text.size());
            if (end > begin) words_.push_back(text.substr(begin, end - begin));
            text.remove_prefix(end);
        }
    }

    [[nodiscard]] bool is_empty() const { return words_.empty() || problem_; }
    [[nodiscard]] std::string_view next() const { return is_empty() ? "" : words_.front(); }
    [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

    void refuse(std::string problem) {
        if (!problem_) problem_ = std::move(problem);
    }

    /// The next word, which is to be `what`.
    std::string_view take(std::string_view what) {
        if (is_empty()) refuse("ends where " + std::string(what) + " should stand");
        if (problem_) return {};
        const std::string_view word = words_.front();
        words_.pop_front();
        return word;
    }

    void expect(std::string_view word) {
        const std::string_view found = take(in_quotes(word));
        if (found != word)
            refuse(in_quotes(found) + " stands where " + in_quotes(word) + " should");
    }

  private:
    std::deque<std::string_view> words_;
    std::optional<std::string> problem_;
};

std::uint64_t take_number(Line& line) {
    const std::string_view word = line.take("a whole number");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_whole = error == std::errc() && end == word.data() + word.size();
    if (!is_whole) line.refuse(in_quotes(word) + " is not a whole number, for example 5");
    return number;
}

Duration take_span(Line& line) {
    const std::string_view word = line.take("a duration");
    if (line.problem()) return {};
    auto span = parse_duration(word);
    if (span) return span.value();
    line.refuse(span.error());
    return {};
}

/// Forwards or, with a minus, backwards.
Duration take_shift(Line& line) {
    const std::string_view word = line.take("a duration");
    const bool is_back = word.substr(0, 1) == "-";
    Line rest(word.substr(is_back ? 1 : 0));
    const Duration span = take_span(rest);
    if (rest.problem()) line.refuse(*rest.problem());
    return is_back ? -span : span;
}

/// "2.5%" in thousandths.
std::uint64_t take_loss(Line& line) {
    const std::string_view word = line.take("a percentage");
    std::uint64_t whole = 0;
    std::uint64_t tenths = 0;
    const char* const last = word.data() + word.size();
    auto [end, error] = std::from_chars(word.data(), last, whole);
    if (error == std::errc() && last - end >= 2 && *end == '.' && is_digit(end[1])) {
        tenths = static_cast<std::uint64_t>(end[1] - '0');
        end += 2;
    }
    const bool is_percentage = error == std::errc() && last - end == 1 && *end == '%';
    const std::uint64_t loss = whole * per_mille_of_a_percent + tenths;
    if (!is_percentage || whole > 100 || loss > 1000) {
        line.refuse(in_quotes(word) + " is not a loss, which is 0% to 100%, for example 2.5%");
    }
    return loss;
}

bool is_host(std::string_view word) {
    const auto is_fit = [](char letter) {
        return is_digit(letter) || (letter >= 'a' && letter <= 'z') || letter == '-';
    };
    return !word.empty() && word.size() < limits::name_bytes_max && word.front() >= 'a' &&
           word.front() <= 'z' && std::all_of(word.begin(), word.end(), is_fit);
}

void add_range(Hosts& hosts, std::string_view first, std::string_view last, Line& line) {
    const auto from = numbered(first);
    const auto to = numbered(last);
    const bool is_range = from && to && from->stem == to->stem && from->number <= to->number &&
                          to->number - from->number < limits::members_max;
    if (!is_range) {
        return line.refuse(in_quotes(std::string(first) + ".." + std::string(last)) +
                           " is no range of hosts; one looks like n1..n8");
    }
    for (std::size_t number = from->number; number <= to->number; ++number)
        hosts.push_back(from->stem + std::to_string(number));
}

Hosts take_hosts(Line& line) {
    Hosts hosts;
    std::string_view rest = line.take("a host");
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        const std::size_t dots = item.find("..");
        if (dots != std::string_view::npos) {
            add_range(hosts, item.substr(0, dots), item.substr(dots + 2), line);
        } else if (is_host(item)) {
            hosts.emplace_back(item);
        } else {
            line.refuse(in_quotes(item) + " is not a host; hosts look like n1, n1..n8 or n1,n4");
        }
    }
    return hosts;
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
        } else if (word == "loss") {
            path.loss_per_mille = take_loss(line);
        } else if (word == "cut") {
            path.is_cut = true;
        } else {
            line.refuse(in_quotes(word) + " says nothing of a path; delay, spread, loss, cut do");
        }
    }
    path.spread = spread.value_or(path_with_delay(path.delay).spread);
    if (path.spread > path.delay) line.refuse("the spread is greater than the delay");
    return path;
}

void take_directed_path(Step& step, Line& line) {
    const std::string_view sign = line.take("\">\" or \"<>\"");
    if (sign != ">" && sign != "<>") line.refuse(in_quotes(sign) + " is neither \">\" nor \"<>\"");
    step.direction = sign == ">" ? Direction::one_way : Direction::both_ways;
    step.others = take_hosts(line);
    step.path = take_path(line);
}

void take_tags(Step& step, Line& line) {
    while (!line.is_empty()) {
        const std::string_view word = line.take("a tag");
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            return line.refuse(in_quotes(word) + " is not a tag; one looks like role=primary");
        }
        step.tags[std::string(word.substr(0, equals))] = word.substr(equals + 1);
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
        case Shape::forget:
            line.expect("name");
            step.name = line.take("a name");
            break;
        case Shape::tag:
            take_tags(step, line);
            break;
        case Shape::part:
            line.expect("|");
            step.others = take_hosts(line);
            break;
        case Shape::path:
            take_directed_path(step, line);
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

bool take_configured(Script& script, std::string_view key, Line& line) {
    for (const SpanWord& entry : span_words) {
        if (entry.word == key) script.config.*entry.span = take_span(line);
        if (entry.word == key) return true;
    }
    for (const CountWord& entry : count_words) {
        if (entry.word == key) script.config.*entry.count = take_number(line);
        if (entry.word == key) return true;
    }
    return false;
}

void take_profile(Script& script, Line& line) {
    const std::string_view word = line.take("a profile");
    for (const ProfileWord& entry : profile_words) {
        if (entry.word != word) continue;
        script.profile = entry.profile;
        script.config = config_of(entry.profile);
        return;
    }
    line.refuse(in_quotes(word) + " is not a profile; it is local, lan or wan");
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
    } else if (key == "profile") {
        take_profile(script, line);
    } else if (key == "default-path") {
        script.default_path = take_path(line);
    } else if (key == "until") {
        script.until = take_span(line);
    } else if (!take_configured(script, key, line)) {
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

std::optional<NumberedHost> numbered(std::string_view host) {
    const std::size_t digits = host.find_last_not_of("0123456789") + 1;
    if (digits == host.size() || host[digits] == '0') return std::nullopt;
    std::size_t number = 0;
    const char* const last = host.data() + host.size();
    const auto [end, error] = std::from_chars(host.data() + digits, last, number);
    if (error != std::errc() || end != last) return std::nullopt;
    return NumberedHost{.stem = std::string(host.substr(0, digits)), .number = number};
}

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
    Config config = script.config;
    config.cluster = "simulated";
    if (const auto fault = validate(config)) {
        return ScriptError{.line = number, .problem = fault->field + " " + fault->problem};
    }
    return script;
}

}  // namespace hearsay::simulation

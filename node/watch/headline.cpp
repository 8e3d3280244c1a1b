#include "headline.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "answer.hpp"
#include "phrase.hpp"
#include "screen.hpp"

namespace hearsay::watch {

namespace {

constexpr std::string_view separator = " · ";
/// More of them are counted instead of named.
constexpr std::size_t named_max = 3;

std::vector<std::string> names_in(const std::vector<Row>& rows, Condition condition) {
    std::vector<std::string> names;
    for (const Row& row : rows)
        if (row.condition == condition) names.push_back(row.name);
    return names;
}

/// "n3 failed", "12 failed".
void add_trouble(std::vector<std::string>& parts, const std::vector<std::string>& names,
                 const std::string& what) {
    if (names.empty()) return;
    const bool is_short = names.size() <= named_max;
    parts.push_back((is_short ? listing(names) : std::to_string(names.size())) + " " + what);
}

std::string node_name(const Scene& scene) {
    const std::string name = word(scene.members.answer, "name");
    return name.empty() ? "the node" : name;
}

// Those that have failed may live on behind a cut, and see it otherwise.
std::string agreement_of(const Scene& scene, bool has_failed) {
    const Json& status = scene.status.answer;
    const std::uint64_t heard = count(status, "peers_heard");
    if (heard == 0) return "";
    if (all_agree(scene)) {
        if (!has_failed) return "all agree";
        return heard == 1 ? "the one heard agrees"
                          : "all " + std::to_string(heard) + " heard agree";
    }
    return std::to_string(count(status, "peers_agreeing")) + " of " + std::to_string(heard) +
           " agree";
}

std::string with_separators(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts)
        if (!part.empty()) text.append(text.empty() ? "" : separator).append(part);
    return text;
}

std::string census(const std::vector<Row>& rows) {
    std::map<Condition, std::size_t> counts;
    for (const Row& row : rows)
        ++counts[row.condition == Condition::cut ? Condition::alive : row.condition];
    std::vector<std::string> parts;
    for (const auto& [condition, state] :
         {std::pair(Condition::alive, "alive"), std::pair(Condition::suspect, "suspect"),
          std::pair(Condition::failed, "failed"), std::pair(Condition::left, "left")})
        if (counts[condition] > 0) parts.push_back(std::to_string(counts[condition]) + " " + state);
    return joined(parts);
}

std::string peers_text(const Json& status) {
    const std::uint64_t heard = count(status, "peers_heard");
    if (heard == 0) return "no peer is heard";
    return std::to_string(count(status, "peers_agreeing")) + " of " + count_text(heard, "peer") +
           " agree";
}

}  // namespace

Verdict verdict_of(const Scene& scene, const std::vector<Row>& rows, Instant now) {
    if (!scene.is_found) {
        const std::string age = age_text(milliseconds_since(scene.found_or_lost_at, now));
        return {.text = node_name(scene) + " does not answer, for " + age,
                .agreement = "",
                .paint = Paint::red};
    }
    if (rows.empty()) return {.text = "asking the node", .agreement = "", .paint = Paint::yellow};
    std::vector<std::string> parts;
    add_trouble(parts, names_in(rows, Condition::failed), "failed");
    const bool has_failed = !parts.empty();
    add_trouble(parts, names_in(rows, Condition::suspect), "suspect");
    add_trouble(parts, names_in(rows, Condition::cut), "cut off");
    for (std::string& trouble : own_troubles(scene))
        parts.push_back(std::move(trouble));
    const bool is_well = parts.empty() && all_agree(scene);
    if (parts.empty()) parts.emplace_back("all alive");
    return {.text = with_separators(parts),
            .agreement = agreement_of(scene, has_failed),
            .paint = has_failed ? Paint::red
                     : is_well  ? Paint::green
                                : Paint::yellow};
}

Line headline(const Scene& scene, const Verdict& verdict, std::optional<std::uint64_t> frozen_ms,
              std::size_t width) {
    const std::string sees = scene.is_found ? " sees it" : " saw it last";
    const std::string cluster = word(scene.members.answer, "cluster");
    const std::string frozen = frozen_ms ? "frozen " + age_text(*frozen_ms) + " ago" : "";
    const std::string verdicts = with_separators({frozen, verdict.text, verdict.agreement});
    const std::string view = cluster.empty() ? "" : cluster + " as " + node_name(scene) + sees;
    // What is less important gives way.
    const std::array<std::pair<std::string, std::string>, 4> choices{
        {{view, verdicts},
         {cluster, verdicts},
         {"", verdicts},
         {"", with_separators({verdict.text, frozen})}}};
    const auto fits = [width](const auto& choice) {
        const std::size_t between = choice.first.empty() ? 0 : 3;
        return column_count(choice.first) + between + column_count(choice.second) + 2 <= width;
    };
    const auto* const found = std::find_if(choices.begin(), choices.end(), fits);
    const auto& [left, right] = found == choices.end() ? choices.back() : *found;
    Line line;
    line.add(" ").add(left);
    if (!left.empty()) line.pad(width - column_count(right) - 1);
    line.add(right);
    line.cover({.paint = verdict.paint, .is_reversed = true});
    return line;
}

Line facts(const Scene& scene, const std::vector<Row>& rows, Instant now, std::size_t width) {
    const Json& status = scene.status.answer;
    const Json& config = part(status, "config");
    std::vector<std::string> parts{census(rows)};
    if (!status.is_null()) {
        const std::uint64_t passed_ms = milliseconds_since(scene.status.at, now);
        parts.push_back(peers_text(status));
        parts.push_back("suspect after " + span(config, "suspect_after_ms") + ", failed after " +
                        span(config, "fail_after_ms"));
        parts.push_back("up " + age_text(count(status, "uptime_ms") + passed_ms));
    }
    while (parts.size() > 1 && column_count(with_separators(parts)) + 1 > width)
        parts.pop_back();
    return Line().add(" ").add(with_separators(parts), Paint::dim);
}

Line heading(const std::string& title, const std::string& more, std::size_t width) {
    Line line;
    line.add(" ").add(title, Paint::bold).add(" ");
    const std::size_t taken = line.width() + (more.empty() ? 0 : column_count(more) + 1);
    std::string rule;
    for (std::size_t column = taken; column < width; ++column)
        rule += "─";
    line.add(rule, Paint::dim);
    if (!more.empty()) line.add(" ").add(more, Paint::dim);
    return line;
}

namespace {

/// A key, what it does, and how soon it gives way where there is no room: the highest first.
struct Hint {
    std::string_view key;
    std::string_view what;
    int dispensability = 0;
};

Line hints_line(std::vector<Hint> hints, std::size_t width) {
    const auto line_of = [](const std::vector<Hint>& shown) {
        Line line;
        for (const Hint& hint : shown) {
            line.add(line.width() == 0 ? " " : "  ").add(hint.key, Paint::bold);
            line.add(" ").add(hint.what, Paint::dim);
        }
        return line;
    };
    while (hints.size() > 1 && line_of(hints).width() > width) {
        hints.erase(
            std::max_element(hints.begin(), hints.end(), [](const Hint& one, const Hint& other) {
                return one.dispensability < other.dispensability;
            }));
    }
    return line_of(hints);
}

Line prompt(const Model& model, std::size_t listed, std::size_t all) {
    Line line;
    line.add(" /", Paint::bold).add(model.filter());
    if (model.is_typing()) line.add(" ", Style{.is_reversed = true});
    line.add("  " + std::to_string(listed) + " of " + std::to_string(all), Paint::dim);
    line.add(model.is_typing() ? "  enter keeps it, esc drops it" : "  esc drops it", Paint::dim);
    return line;
}

}  // namespace

Line footer(const Model& model, std::size_t listed, std::size_t all, std::size_t width) {
    if (model.is_typing() || (!model.filter().empty() && model.pane() == Pane::events))
        return prompt(model, listed, all);
    const bool is_events = model.pane() == Pane::events;
    const bool is_why = model.pane() == Pane::explanation;
    std::vector<Hint> hints;
    if (is_events || is_why) hints.push_back({"↑↓", "move", 6});
    if (is_events) hints.push_back({"enter", "why", 1});
    if (!is_events) hints.push_back({is_why ? "pgup pgdn" : "↑↓", "scroll", 7});
    if (!is_events) hints.push_back({"esc", "back", 1});
    hints.insert(hints.end(), {{"l", "links", 3}, {"v", "views", 4}, {"/", "filter", 2}});
    hints.push_back({"space", model.is_frozen() ? "go on" : "freeze", model.is_frozen() ? 1 : 5});
    hints.insert(hints.end(), {{"?", "keys", 0}, {"q", "quit", 0}});
    return hints_line(std::move(hints), width);
}

}  // namespace hearsay::watch

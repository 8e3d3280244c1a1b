#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"

#include "answer.hpp"
#include "lines.hpp"
#include "link_matrix.hpp"
#include "phrase.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

/// Lines about links or clocks; the rest stands in the JSON.
constexpr std::size_t lines_max = 16;
/// Clocks that differ by less differ by chance.
constexpr std::int64_t clock_ahead_min_ms = 100;

/// "1 member holds", "3 members hold".
std::string members_that(std::size_t count, std::string_view verb_of_one,
                         std::string_view verb_of_many) {
    return count_text(count, "member") + " " + std::string(count == 1 ? verb_of_one : verb_of_many);
}

// Views.

std::string held_text(const Json& view) {
    std::map<std::string, Names> by_state;
    for (const Json& held : part(view, "holds"))
        by_state[word(held, "state")].push_back(word(held, "name"));
    if (by_state.empty()) return "all for alive";
    std::vector<std::string> parts;
    parts.reserve(by_state.size());
    for (auto& [state, names] : by_state)
        parts.push_back(names_text(std::move(names)) + " for " + state);
    return joined(parts);
}

std::string view_text(const Json& view) {
    const Names members = words(part(view, "members"));
    return members_that(members.size(), "holds ", "hold ") + held_text(view) + ": " +
           names_text(members);
}

void add_views(Lines& lines, const Json& answer) {
    const Json& views = part(answer, "views");
    for (const Json& view : views) {
        const bool is_plain = views.size() == 1 && part(view, "holds").empty();
        if (!is_plain) lines.add("view", view_text(view));
    }
}

void add_silent(Lines& lines, const Json& answer) {
    std::map<std::string, Names> silent;
    Names unasked;
    for (const Json& member : part(answer, "members")) {
        if (flag(member, "answered") || flag(member, "self")) continue;
        Names& list = count(member, "asked") == 0 ? unasked : silent[word(member, "state")];
        list.push_back(word(member, "name"));
    }
    // The alive come first.
    for (const auto& [state, names] : silent)
        lines.add("silent", count_text(names.size(), "member") + " held for " + state +
                                " did not " + "answer: " + names_text(names));
    if (unasked.empty()) return;
    lines.add("silent",
              members_that(unasked.size(), "was", "were") + " not asked in the time given");
}

// Links.

std::string cut_text(const Json& cut) {
    const std::string listener = word(cut, "listener");
    const std::string speaker = word(cut, "speaker");
    const std::string other_way = word(cut, "other_way");
    const std::string heard = span(cut, "heard_ms");
    const std::string since = heard.empty() ? "" : ", for " + heard;
    if (other_way == "lost")
        return listener + " and " + speaker + " do not hear each other: cut" + since;
    const std::string lost = listener + " does not hear " + speaker;
    if (other_way == "heard")
        return lost + ", " + speaker + " hears " + listener + ": one-way" + since;
    return lost + since + "; the other way is not known";
}

/// Of a link that is cut both ways one half is enough.
bool is_told_by_other_half(const Json& cut) {
    return word(cut, "other_way") == "lost" && word(cut, "speaker") < word(cut, "listener");
}

void add_links(Lines& lines, const Json& answer) {
    const Json& links = part(answer, "links");
    const auto observed = static_cast<std::uint64_t>(std::count_if(
        links.begin(), links.end(), [](const Json& link) { return flag(link, "observed"); }));
    const Json& cuts = part(answer, "cuts");
    if (observed == 0 && cuts.empty()) return;
    if (cuts.empty()) {
        lines.add("links", "all " + count_text(observed, "observed link") + " are heard");
        return;
    }
    std::size_t told = 0;
    for (const Json& cut : cuts) {
        if (told == lines_max || is_told_by_other_half(cut)) continue;
        lines.add("link", cut_text(cut));
        ++told;
    }
    lines.add("links", std::to_string(cuts.size()) + " of " +
                           count_text(observed, "observed link") + " not heard");
}

// What members say of themselves.

/// Who says what, where not all say the same.
template <typename Say>
void add_differences(Lines& lines, std::string_view title, const Json& answer, Say say) {
    std::map<std::string, Names> by_text;
    for (const Json& member : part(answer, "members"))
        if (flag(member, "answered")) by_text[say(member)].push_back(word(member, "name"));
    if (by_text.size() < 2) return;
    for (const auto& [text, names] : by_text)
        lines.add(title, text + " on " + names_text(names));
}

std::string settings_text(const Json& member) {
    return "round " + span(member, "round_ms") + ", suspect after " +
           span(member, "suspect_after_ms") + ", fail after " + span(member, "fail_after_ms") +
           ", " + count_text(count(member, "rings"), "ring");
}

/// The members that say something unusual: those for whom `say` has words.
template <typename Say>
void add_unusual(Lines& lines, std::string_view title, const Json& answer, Say say) {
    std::map<std::string, Names> by_text;
    for (const Json& member : part(answer, "members")) {
        if (!flag(member, "answered")) continue;
        const std::string said = say(member);
        if (!said.empty()) by_text[said].push_back(word(member, "name"));
    }
    std::size_t told = 0;
    for (const auto& [text, names] : by_text)
        if (told++ < lines_max) lines.add(title, names_text(names) + ": " + text);
}

std::string clock_text(const Json& member) {
    const Json& ahead = part(member, "clock_ahead_ms");
    if (!ahead.is_number_integer()) return "";
    const auto difference = ahead.get<std::int64_t>();
    const std::int64_t size = difference < 0 ? -difference : difference;
    const auto uncertainty = static_cast<std::int64_t>(count(member, "round_trip_us") / 2000);
    if (size <= std::max(uncertainty, clock_ahead_min_ms)) return "";
    return span_text(static_cast<std::uint64_t>(size)) + (difference < 0 ? " behind" : " ahead");
}

std::string health_text(const Json& member) {
    std::vector<std::string> parts;
    if (flag(member, "withdrawn")) parts.emplace_back("withdrawn, because it is degraded");
    if (flag(member, "leaving")) parts.emplace_back("leaving");
    const std::uint64_t pace = count(member, "pace");
    if (pace > 1) parts.push_back("takes " + std::to_string(pace) + " rounds for one");
    return joined(parts);
}

std::string truncated_text(const Json& member) {
    const std::uint64_t truncated = count(member, "truncated");
    return truncated == 0 ? "" : count_text(truncated, "entry", "entries") + " found no room";
}

void add_members(Lines& lines, const Json& answer) {
    add_unusual(lines, "health", answer, health_text);
    add_differences(lines, "settings", answer, settings_text);
    add_differences(lines, "versions", answer,
                    [](const Json& member) { return word(member, "version"); });
    add_unusual(lines, "clocks", answer, clock_text);
    add_unusual(lines, "cut off", answer, truncated_text);
}

std::string headline(const Json& answer) {
    const std::uint64_t listed = count(answer, "listed");
    if (listed == 0) return word(answer, "name") + " knows no other member";
    const std::string views = flag(answer, "agree")
                                  ? "all hold the same view"
                                  : count_text(part(answer, "views").size(), "view") + " differ";
    return std::to_string(count(answer, "answered") + 1) + " of " +
           count_text(listed + 1, "member") + " answered within " + span(answer, "took_ms") + "; " +
           views;
}

}  // namespace

std::string survey_view(const Json& answer, Screen screen) {
    Lines lines(screen);
    add_views(lines, answer);
    add_silent(lines, answer);
    add_links(lines, answer);
    add_members(lines, answer);
    return folded(printable(headline(answer)), screen.width, 0) + "\n" + lines.text() +
           link_matrix(answer, screen);
}

}  // namespace hearsay

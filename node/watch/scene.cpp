#include "scene.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "answer.hpp"
#include "phrase.hpp"
#include "views.hpp"

namespace hearsay::watch {

namespace {

using Links = std::map<std::string, const Json*>;

Links links_by_name(const Scene& scene) {
    Links links;
    for (const Json& link : part(scene.links.answer, "links"))
        links.emplace(word(link, "name"), &link);
    return links;
}

Condition condition_of(const Json& member, const Json& link) {
    const std::string state = word(member, "state");
    if (state == "failed") return Condition::failed;
    if (state == "suspect") return Condition::suspect;
    if (state == "left") return Condition::left;
    // The node's own word for it takes into account for how long; and links are asked more often.
    const bool is_cut =
        flag(link, "observed") ? flag(link, "lost") : is_heard_by_others_alone(member);
    return is_cut ? Condition::cut : Condition::alive;
}

std::optional<Silence> silence_of(const Json& link) {
    const std::uint64_t allowed = count(link, "suspect_after_ms");
    const bool is_measured =
        flag(link, "observed") && part(link, "heard_ms").is_number() && allowed > 0;
    if (!is_measured) return std::nullopt;
    return Silence{.was = count(link, "heard_ms"), .allowed = allowed};
}

std::string cut_text(const std::optional<Silence>& silence) {
    const std::string others = "others hear it, this node ";
    return silence ? others + "last did " + age_text(silence->was) + " ago" : others + "does not";
}

std::string reason_of(const Row& row, const Json& member) {
    if (row.condition == Condition::cut) return cut_text(row.silence);
    if (!row.needs_attention()) return "";
    const std::string note = member_note(member);
    return note.empty() ? "nothing was heard of it" : note;
}

Row row_of(const Json& member, const Json& link, std::uint64_t passed_ms) {
    Row row;
    row.condition = condition_of(member, link);
    row.is_self = flag(member, "self");
    row.is_observed = flag(member, "observed");
    row.name = word(member, "name");
    row.state = row.condition == Condition::cut ? "cut" : word(member, "state");
    row.in_state_ms = count(member, "in_state_ms") + passed_ms;
    row.place = member_place(member);
    row.tags = tags_text(part(member, "tags"));
    row.silence = silence_of(link);
    row.reason = reason_of(row, member);
    return row;
}

/// Members that need attention come first, those that have left last. Of the others the node itself
/// comes first, then those that it observes.
std::tuple<Condition, bool, bool> rank(const Row& row) {
    const bool is_calm = row.condition == Condition::alive;
    return {row.condition, is_calm && !row.is_self, is_calm && !row.is_observed};
}

bool is_before(const Row& one, const Row& other) {
    if (rank(one) != rank(other)) return rank(one) < rank(other);
    return ::strverscmp(one.name.c_str(), other.name.c_str()) < 0;
}

std::string lower(std::string_view letters) {
    std::string text(letters);
    for (char& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

}  // namespace

void Scene::note_event(const Json& event, Instant now) {
    events.push_front({.event = event, .at = now});
    if (events.size() > events_max) events.pop_back();
}

std::vector<Row> rows_of(const Scene& scene, Instant now) {
    static const Json nothing = Json::object();
    const Links links = links_by_name(scene);
    const std::uint64_t passed_ms = milliseconds_since(scene.members.at, now);
    std::vector<Row> rows;
    for (const Json& member : part(scene.members.answer, "members")) {
        const auto link = links.find(word(member, "name"));
        rows.push_back(row_of(member, link == links.end() ? nothing : *link->second, passed_ms));
    }
    std::sort(rows.begin(), rows.end(), is_before);
    return rows;
}

bool has_words(std::string_view text, std::string_view filter) {
    const std::string searched = lower(text);
    const std::string wanted = lower(filter);
    for (std::size_t start = 0; start < wanted.size();) {
        const std::size_t end = std::min(wanted.find(' ', start), wanted.size());
        if (searched.find(wanted.substr(start, end - start)) == std::string::npos) return false;
        start = end + 1;
    }
    return true;
}

bool matches(const Row& row, std::string_view filter) {
    return has_words(joined({row.name, row.state, row.tags, row.place}), filter);
}

std::vector<std::string> own_troubles(const Scene& scene) {
    const Json& status = scene.status.answer;
    std::vector<std::string> troubles;
    if (flag(status, "alone")) troubles.emplace_back("alone");
    if (flag(status, "withdrawn")) troubles.emplace_back("withdrawn");
    if (flag(status, "leaving")) troubles.emplace_back("leaving");
    const std::uint64_t pace = count(status, "pace");
    if (pace > 1) troubles.push_back("takes " + std::to_string(pace) + " rounds for one");
    return troubles;
}

bool all_agree(const Scene& scene) {
    const Json& status = scene.status.answer;
    return count(status, "peers_agreeing") >= count(status, "peers_heard");
}

std::string_view glyph_of(const Row& row) {
    if (row.is_self && row.condition == Condition::alive) return "◉";
    constexpr std::array<std::string_view, 5> glyphs{"✗", "▲", "◐", "●", "○"};
    return glyphs[static_cast<std::size_t>(row.condition)];
}

Paint paint_of(const Row& row) {
    constexpr std::array<Paint, 5> paints{Paint::red, Paint::yellow, Paint::yellow, Paint::green,
                                          Paint::dim};
    return paints[static_cast<std::size_t>(row.condition)];
}

std::string age_text(std::uint64_t milliseconds) {
    constexpr std::uint64_t second = 1000;
    return span_text(milliseconds < second ? milliseconds : milliseconds / second * second);
}

std::uint64_t milliseconds_since(Instant then, Instant now) {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count();
    return span < 0 ? 0 : static_cast<std::uint64_t>(span);
}

}  // namespace hearsay::watch

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "phrase.hpp"
#include "table.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

bool is_link_before(const Json* one, const Json* other) {
    if (flag(*one, "lost") != flag(*other, "lost")) return flag(*one, "lost");
    return is_named_before(*one, *other);
}

Cell link_heard_cell(const Json& link) {
    const std::string heard = span(link, "heard_ms");
    const Paint paint = flag(link, "lost") ? Paint::yellow : Paint::none;
    return {.text = heard.empty() ? "never" : heard + " ago", .paint = paint};
}

/// "290us", "1.29ms".
std::string round_trip_text(const Json& link) {
    if (!part(link, "round_trip_us").is_number()) return "";
    const std::uint64_t time = count(link, "round_trip_us");
    if (time < 1000) return std::to_string(time) + "us";
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%.3gms", static_cast<double>(time) / 1000);
    return digits.data();
}

std::string note_text(const Json& link) {
    if (flag(link, "lost")) return "cut: others hear it, this node does not";
    return flag(link, "observed") ? "" : "not yet observed";
}

std::string headline(const Json& answer, const std::vector<const Json*>& links) {
    const auto lost = static_cast<std::uint64_t>(std::count_if(
        links.begin(), links.end(), [](const Json* link) { return flag(*link, "lost"); }));
    const std::string name = word(answer, "name");
    if (links.empty()) return name + " has no neighbours";
    return name + " and " + count_text(links.size(), "neighbour") + " observe each other; " +
           (lost == 0 ? "it hears all of them" : count_text(lost, "link") + " cut");
}

}  // namespace

std::string links_view(const Json& answer, Screen screen) {
    std::vector<const Json*> links;
    for (const Json& link : part(answer, "links"))
        links.push_back(&link);
    std::sort(links.begin(), links.end(), is_link_before);
    Table table({{"NEIGHBOUR", Fit::shortened},
                 {"STATE"},
                 {"HEARD"},
                 {"SUSPECT AFTER"},
                 {"ROUND TRIP"},
                 {"NOTE", Fit::shortened}});
    for (const Json* link : links) {
        const std::string state = word(*link, "state");
        table.add_row({{.text = word(*link, "name")},
                       {.text = state, .paint = state_paint(state)},
                       link_heard_cell(*link),
                       {.text = span(*link, "suspect_after_ms")},
                       {.text = round_trip_text(*link)},
                       {.text = note_text(*link), .paint = Paint::yellow}});
    }
    const std::string text = folded(printable(headline(answer, links)), screen.width, 0) + "\n";
    return links.empty() ? text : text + table.text(screen);
}

}  // namespace hearsay

#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

std::string updated_text(const Json& tags) {
    return tags.empty() ? "now without tags" : "now " + tags_text(tags);
}

}  // namespace

std::string event_details(const Json& event) {
    const std::string kind = word(event, "event");
    const std::string silence = span(event, "silence_ms");
    if (kind == "stalled") return "this node did not run for " + silence;
    if (kind == "isolated") return "this node heard nobody for " + silence;
    if (kind == "withdrew") return "this node hears too little";
    if (kind == "returned") return "this node hears well again";
    if (kind == "alone") return "no live peer is known";
    if (kind == "renewed") return "a new life: a new key, or another speaks for the old life";
    if (kind == "link_lost") return "not heard for " + silence + ", but others hear it";
    if (kind == "link_back") return "heard again by this node, after " + silence;
    if (kind == "updated") return updated_text(part(event, "tags"));
    if (kind == "joined" || kind == "recovered") return word(event, "endpoint");
    if (kind == "restarted") {
        const bool is_rekeyed = event.contains("rekeyed") && flag(event, "rekeyed");
        return (is_rekeyed ? "other keys, and a new life at " : "a new life at ") +
               word(event, "endpoint");
    }
    const std::string cause = word(event, "cause");
    if (cause.empty()) return "";
    const std::string text =
        cause == "refused" ? "refuses connections, silent for " : "silent for ";
    const std::string accusers = names_text(words(part(event, "accusers")));
    return text + silence + (accusers.empty() ? "" : ", said by " + accusers);
}

Paint event_paint(std::string_view kind) {
    if (kind == "failed") return Paint::red;
    const bool is_trouble = kind == "alone" || kind == "stalled" || kind == "isolated" ||
                            kind == "withdrew" || kind == "renewed" || kind == "link_lost";
    if (kind == "suspected" || is_trouble) return Paint::yellow;
    return kind == "left" || kind == "forgotten" ? Paint::dim : Paint::green;
}

std::string event_view(const Json& event, Screen screen) {
    const std::string kind = word(event, "event");
    std::string name = printable(word(event, "member"));
    std::string date = word(event, "at");
    std::string shown = kind;
    shown.resize(std::max<std::size_t>(shown.size(), 9), ' ');
    const std::string details = printable(event_details(event));
    const std::size_t taken = date.size() + shown.size() + 4;
    std::string rest = name + (details.empty() ? "" : "  " + details);
    if (screen.width > taken) rest = shortened(rest, screen.width - taken);
    return date + "  " + paint(shown, event_paint(kind), screen.color) + "  " + rest + "\n";
}

}  // namespace hearsay

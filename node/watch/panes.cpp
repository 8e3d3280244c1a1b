#include "panes.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "answer.hpp"
#include "phrase.hpp"
#include "screen.hpp"
#include "views.hpp"

namespace hearsay::watch {

namespace {

/// The views fold their lines to the screen; a blank stands before each.
std::vector<Line> indented(const std::string& painted) {
    std::vector<Line> lines;
    for (const Line& line : painted_lines(painted)) {
        lines.emplace_back().add(" ");
        for (const Span& span : line.spans())
            lines.back().add(span.text, span.style);
    }
    return lines;
}

Screen screen_of(std::size_t width) {
    return {.color = Color::on, .width = width > 2 ? width - 2 : 1};
}

std::string ago_text(Instant then, Instant now) {
    const std::uint64_t passed_ms = milliseconds_since(then, now);
    return passed_ms < 1000 ? "now" : age_text(passed_ms) + " ago";
}

// Events.

std::string details_of(const Json& event) {
    const std::string kind = word(event, "event");
    if (kind == "gone") return "this node does not answer";
    if (kind == "back") return "this node answers; what happened in between is not known";
    if (kind == "missed") return count_text(count(event, "count"), "event") + " came too fast";
    return event_details(event);
}

Paint paint_of_event(const std::string& kind) {
    if (kind == "gone") return Paint::red;
    return kind == "missed" ? Paint::yellow : event_paint(kind);
}

Line event_line(const SeenEvent& seen, std::size_t name_width, Instant now) {
    constexpr std::size_t age_width = 10;
    constexpr std::size_t kind_width = 9;
    const std::string kind = word(seen.event, "event");
    Line line;
    line.add(" ").add(ago_text(seen.at, now), Paint::dim).pad(age_width);
    line.add(" ").add(kind, paint_of_event(kind)).pad(age_width + 1 + kind_width);
    line.add("  ").add(shortened(printable(word(seen.event, "member")), name_width));
    line.pad(age_width + 1 + kind_width + 2 + name_width);
    return line.add("  ").add(details_of(seen.event));
}

PaneText events_pane(const Scene& scene, const std::string& filter, Instant now) {
    constexpr std::size_t name_max = 16;
    std::vector<const SeenEvent*> shown;
    std::size_t name_width = 0;
    for (const SeenEvent& seen : scene.events) {
        const std::string name = word(seen.event, "member");
        if (!has_words(joined({word(seen.event, "event"), name}), filter)) continue;
        shown.push_back(&seen);
        name_width = std::max(name_width, column_count(printable(name)));
    }
    PaneText pane{.title = "EVENTS", .more = std::to_string(shown.size()), .lines = {}};
    for (const SeenEvent* seen : shown)
        pane.lines.push_back(event_line(*seen, std::min(name_width, name_max), now));
    if (shown.empty()) pane.lines.emplace_back().add(" none yet", Paint::dim);
    return pane;
}

// What was asked.

PaneText inquiry_pane(PaneText pane, const Inquiry& inquiry, const std::string& view,
                      const std::string& waiting) {
    const Json& answer = inquiry.told.answer;
    if (answer.contains("error")) {
        pane.lines = indented(word(answer, "error"));
    } else if (!answer.is_null()) {
        pane.lines = indented(view);
    } else {
        const std::string text = inquiry.is_unanswered ? "No answer came." : waiting;
        pane.lines.emplace_back().add(" ").add(text, Paint::dim);
    }
    return pane;
}

PaneText explanation_pane(const Scene& scene, const std::string& chosen, Instant now,
                          std::size_t width) {
    Inquiry inquiry = scene.explanation;
    // The answer for the one chosen before is on the screen no more.
    if (inquiry.subject != chosen) inquiry = {};
    const Json& answer = inquiry.told.answer;
    PaneText pane{.title = "WHY " + chosen,
                  .more = answer.is_null() ? "" : ago_text(inquiry.told.at, now),
                  .lines = {}};
    const std::string view = answer.is_object() && !answer.contains("error")
                                 ? explain_view(answer, screen_of(width))
                                 : "";
    return inquiry_pane(std::move(pane), inquiry, view, "Asking for it.");
}

PaneText views_pane(const Scene& scene, Instant now, std::size_t width) {
    const Inquiry& inquiry = scene.survey;
    const Json& answer = inquiry.told.answer;
    const std::string asked =
        inquiry.is_waiting ? "asking all" : ago_text(inquiry.told.at, now) + ", v asks again";
    PaneText pane{.title = "VIEWS OF ALL", .more = answer.is_null() ? "" : asked, .lines = {}};
    const std::string view = answer.is_object() && !answer.contains("error")
                                 ? survey_view(answer, screen_of(width))
                                 : "";
    return inquiry_pane(std::move(pane), inquiry, view, "Asking all members what they hold.");
}

PaneText links_pane(const Scene& scene, Instant now, std::size_t width) {
    const Json& answer = scene.links.answer;
    if (answer.is_null()) return {.title = "LINKS", .more = "", .lines = {}};
    return {.title = "LINKS",
            .more = ago_text(scene.links.at, now),
            .lines = indented(links_view(answer, screen_of(width)))};
}

/// What the characters of members mean.
Line legend() {
    constexpr std::array<std::pair<Condition, std::string_view>, 5> conditions{
        {{Condition::alive, "alive"},
         {Condition::cut, "cut off"},
         {Condition::suspect, "suspect"},
         {Condition::failed, "failed"},
         {Condition::left, "left"}}};
    Row row;
    row.is_self = true;
    Line line;
    line.add(" ").add(glyph_of(row), paint_of(row)).add(" this node ");
    row.is_self = false;
    for (const auto& [condition, name] : conditions) {
        row.condition = condition;
        line.add(" ").add(glyph_of(row), paint_of(row)).add(" ").add(name).add(" ");
    }
    return line;
}

PaneText keys_pane() {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> keys{
        {{"↑ ↓  j k", "choose a member, or scroll the text"},
         {"pgup pgdn  g G", "a page, and the first or the last"},
         {"enter", "why the chosen member is held for what it is"},
         {"l", "links: how this node hears those that it observes"},
         {"v", "views: asks all members what they hold"},
         {"e  esc", "events, and one step back"},
         {"/", "filter by name, state, tag or address"},
         {"space", "freeze the picture, and let it go on"},
         {"ctrl-l", "draw the screen anew"},
         {"ctrl-z", "back to the shell for a while"},
         {"?", "these keys"},
         {"q  ctrl-c", "quit"}}};
    PaneText pane{.title = "KEYS", .more = "", .lines = {}};
    for (const auto& [key, what] : keys)
        pane.lines.emplace_back().add(" ").add(key, Paint::bold).pad(18).add(what);
    pane.lines.emplace_back();
    pane.lines.push_back(legend());
    return pane;
}

}  // namespace

PaneText pane_text(const Scene& scene, const Model& model, const std::string& chosen, Instant now,
                   std::size_t width) {
    switch (model.pane()) {
        case Pane::events:
            return events_pane(scene, model.filter(), now);
        case Pane::explanation:
            return explanation_pane(scene, chosen, now, width);
        case Pane::links:
            return links_pane(scene, now, width);
        case Pane::views:
            return views_pane(scene, now, width);
        case Pane::keys:
            return keys_pane();
    }
    return {};
}

}  // namespace hearsay::watch

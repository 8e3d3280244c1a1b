#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "lines.hpp"
#include "name_ranges.hpp"
#include "phrase.hpp"
#include "table.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

bool is_in_doubt(const Json& member) {
    const std::string state = word(member, "state");
    return state == "failed" || state == "suspect";
}

/// "3 of its 4 observers are enough to convict it".
std::string quorum_text(const Json& answer) {
    const std::uint64_t observers = part(answer, "observers").size();
    const std::uint64_t quorum = count(answer, "quorum");
    if (observers == 0 || quorum == 0) return "";
    return ". " + std::to_string(quorum) + " of its " + count_text(observers, "observer") +
           (quorum == 1 ? " is" : " are") + " enough to convict it";
}

/// "n1, n2 and n4 heard nothing of it for 1s".
std::string accusation_text(const Json& member) {
    std::vector<std::string> accusers = words(part(member, "accusers"));
    sort_for_people(accusers);
    const std::string silence = span(member, "silence_ms");
    if (word(member, "cause") == "refused") {
        const std::string what = "its endpoint refuses connections";
        const std::string verb = accusers.size() == 1 ? ", says " : ", say ";
        return accusers.empty() ? what : what + verb + listing(accusers);
    }
    if (accusers.empty()) return "nothing was heard of it for " + silence;
    return listing(accusers) + " heard nothing of it for " + silence;
}

std::string reason_text(const Json& answer, const Json& member) {
    const std::string state = word(member, "state");
    if (flag(member, "self")) return "it is this node";
    if (state == "left") return "it said so itself";
    // Of a failed member the observers are those of now, not those who convicted it.
    if (state == "failed") return accusation_text(member);
    if (state == "suspect") return accusation_text(member) + quorum_text(answer);
    return flag(member, "observed")
               ? "this node observes it, and heard it " + span(member, "silence_ms") + " ago"
               : "others observe it, and gossip tells that it lives";
}

std::string verdict_text(const Json& answer, const Json& member) {
    return word(member, "name") + " is " + word(member, "state") + ", for " +
           span(member, "in_state_ms") + ": " + reason_text(answer, member) + ".";
}

/// Something that happened, and how long ago.
struct Moment {
    std::uint64_t ago_ms = 0;
    Cell what;
    std::string details;
};

Moment finding_moment(const Json& finding, const std::string& subject) {
    const std::uint64_t ago = count(finding, "ago_ms");
    const std::string by = word(finding, "by");
    if (word(finding, "finding") == "accused") {
        const bool is_refused = word(finding, "cause") == "refused";
        return {.ago_ms = ago,
                .what = {.text = "accused", .paint = Paint::yellow},
                .details = by + (is_refused ? " says that it refuses connections"
                                            : " says that it is silent")};
    }
    return {.ago_ms = ago,
            .what = {.text = "objection", .paint = Paint::green},
            .details = by == subject ? "it speaks itself" : by + " has newer word of it"};
}

Moment last_word(const Json& member) {
    Moment moment;
    moment.ago_ms = count(member, "silence_ms");
    moment.what.text = "last word";
    moment.details = "heartbeat " + std::to_string(count(member, "heartbeat"));
    return moment;
}

Moment event_moment(const Json& event) {
    Moment moment;
    moment.ago_ms = count(event, "ago_ms");
    moment.what.text = word(event, "event");
    moment.what.paint = event_paint(moment.what.text);
    moment.details = event_details(event);
    return moment;
}

/// All that led to what is, oldest first; of one millisecond, what was said comes before what
/// followed from it.
std::vector<Moment> timeline(const Json& answer, const Json& member) {
    std::vector<Moment> moments;
    for (const Json& finding : part(answer, "findings"))
        moments.push_back(finding_moment(finding, word(member, "name")));
    if (member.is_object() && is_in_doubt(member)) moments.push_back(last_word(member));
    for (const Json& event : part(answer, "history"))
        moments.push_back(event_moment(event));
    std::stable_sort(moments.begin(), moments.end(), [](const Moment& one, const Moment& other) {
        return one.ago_ms > other.ago_ms;
    });
    return moments;
}

std::string timeline_text(const std::vector<Moment>& moments, Screen screen) {
    Table table({{"WHEN"}, {"WHAT"}, {"DETAILS", Fit::folded}});
    for (const Moment& moment : moments) {
        table.add_row(
            {{.text = span_text(moment.ago_ms) + " ago"}, moment.what, {.text = moment.details}});
    }
    return table.text(screen);
}

void add_facts(const Json& answer, const Json& member, Lines& lines) {
    lines.add("life", word(member, "life") + ", incarnation " +
                          std::to_string(count(member, "incarnation")) + ", at " +
                          word(member, "endpoint"));
    if (word(member, "state") != "left" && !flag(member, "self")) {
        const std::string observers = names_text(words(part(answer, "observers")));
        const bool is_failed = word(member, "state") == "failed";
        lines.add("observers", observers.empty() ? "none known"
                               : is_failed       ? observers + ", if it came back now"
                                                 : observers);
        lines.add("times", "accused after " + span(answer, "suspect_after_ms") +
                               " of silence, failed after " + span(answer, "fail_after_ms"));
    }
    const std::uint64_t mistakes = count(member, "mistakes");
    if (mistakes > 0) {
        lines.add("mistakes", "held for failed and heard again " + count_text(mistakes, "time"));
    }
    const std::string forgotten = span(member, "forgotten_in_ms");
    if (!forgotten.empty()) lines.add("forgotten", "in " + forgotten);
}

}  // namespace

std::string explain_view(const Json& answer, Screen screen) {
    const Json& member = part(answer, "member");
    const bool is_listed = member.is_object() && !member.empty();
    const std::string verdict = is_listed ? verdict_text(answer, member)
                                          : "It is listed no more; this is what is remembered.";
    std::string text = folded(printable(verdict), screen.width, 0) + "\n";
    const std::vector<Moment> moments = timeline(answer, member);
    if (!moments.empty()) text.append("\n").append(timeline_text(moments, screen));
    if (!is_listed) return text;
    Lines facts(screen);
    add_facts(answer, member, facts);
    return text.append("\n").append(facts.text());
}

}  // namespace hearsay

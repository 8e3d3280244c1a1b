#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <vector>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "phrase.hpp"
#include "table.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 4> states{"alive", "suspect", "failed", "left"};

/// Trouble comes first.
int rank(const Json& member) {
    const std::string state = word(member, "state");
    if (state == "failed") return 0;
    if (state == "suspect") return 1;
    if (state == "left") return 4;
    return is_heard_by_others_alone(member) ? 2 : 3;
}

bool is_member_before(const Json* one, const Json* other) {
    if (rank(*one) != rank(*other)) return rank(*one) < rank(*other);
    return is_named_before(*one, *other);
}

/// How this node comes by what it knows of the member. Table gossip brings news of those that it
/// does not observe, so for how long they were silent would say nothing about them.
Cell member_heard_cell(const Json& member) {
    const std::string state = word(member, "state");
    if (flag(member, "self")) return {.text = "this node"};
    if (state == "left") return {};
    if (state == "failed") return {.text = span(member, "silence_ms") + " ago"};
    if (is_heard_by_others_alone(member)) return {.text = "via others", .paint = Paint::yellow};
    if (!flag(member, "observed")) return {.text = "via gossip", .paint = Paint::dim};
    return {.text = span(member, "silence_ms") + " ago"};
}

std::string census(const Json& members) {
    std::map<std::string, std::uint64_t> counts;
    for (const Json& member : members)
        ++counts[word(member, "state")];
    std::vector<std::string> parts;
    for (const char* state : states) {
        if (counts[state] > 0) parts.push_back(std::to_string(counts[state]) + " " + state);
    }
    return joined(parts);
}

std::string rows_text(std::vector<const Json*> members, Screen screen) {
    std::sort(members.begin(), members.end(), is_member_before);
    Table table({{"NAME", Fit::shortened},
                 {"STATE"},
                 {"FOR"},
                 {"HEARD"},
                 {"ENDPOINT", Fit::left_out},
                 {"TAGS", Fit::shortened_first},
                 {"NOTE", Fit::shortened}});
    for (const Json* member : members) {
        const std::string state = word(*member, "state");
        table.add_row({{.text = word(*member, "name")},
                       {.text = state, .paint = state_paint(state)},
                       {.text = span(*member, "in_state_ms")},
                       member_heard_cell(*member),
                       {.text = member_place(*member)},
                       {.text = tags_text(part(*member, "tags"))},
                       {.text = member_note(*member)}});
    }
    return table.text(screen);
}

bool has_tag(const Json& member, const std::string& wanted) {
    const std::string key = wanted.substr(0, wanted.find('='));
    const Json& tags = part(member, "tags");
    if (!tags.contains(key)) return false;
    return key == wanted || key + "=" + word(tags, key) == wanted;
}

template <typename List, typename Value>
bool holds(const List& list, const Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::string member_place(const Json& member) {
    std::string endpoint = word(member, "endpoint");
    if (endpoint.starts_with("tcp://")) endpoint.erase(0, std::strlen("tcp://"));
    return endpoint;
}

std::string member_note(const Json& member) {
    const std::string cause = word(member, "cause");
    std::string note = cause == "refused" ? "refuses connections" : cause.empty() ? "" : "silent";
    const Json& accusers = part(member, "accusers");
    const std::string verb = accusers.size() == 1 ? ", says " : ", say ";
    return note.empty() || accusers.empty() ? note : note + verb + names_text(words(accusers));
}

bool is_heard_by_others_alone(const Json& member) {
    return flag(member, "observed") && word(member, "heard") == "relayed";
}

std::vector<std::string> member_states() {
    return {states.begin(), states.end()};
}

Paint state_paint(std::string_view state) {
    if (state == "alive") return Paint::green;
    if (state == "suspect") return Paint::yellow;
    return state == "failed" ? Paint::red : Paint::dim;
}

bool is_wanted(const MembersCommand& wanted, const Json& member) {
    const auto bears = [&](const std::string& tag) { return has_tag(member, tag); };
    return (wanted.names.empty() || holds(wanted.names, word(member, "name"))) &&
           (wanted.states.empty() || holds(wanted.states, word(member, "state"))) &&
           std::all_of(wanted.tags.begin(), wanted.tags.end(), bears);
}

std::string members_view(const Json& answer, const MembersCommand& wanted, Screen screen) {
    const Json& members = part(answer, "members");
    std::vector<const Json*> shown;
    for (const Json& member : members) {
        if (is_wanted(wanted, member)) shown.push_back(&member);
    }
    std::string headline = "Cluster " + printable(word(answer, "cluster")) + " as " +
                           printable(word(answer, "name")) + " sees it: " + census(members);
    if (shown.size() < members.size()) headline += "; " + std::to_string(shown.size()) + " shown";
    const std::string text = folded(headline, screen.width, 0) + "\n";
    return shown.empty() ? text : text + rows_text(std::move(shown), screen);
}

}  // namespace hearsay

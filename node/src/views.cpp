#include "views.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"
#include "hearsay/time.hpp"

#include "table.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

/// What an answer holds under a key, or nothing of that type.
std::string word(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_string() ? place->get<std::string>() : "";
}

std::uint64_t count(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_number_unsigned() ? place->get<std::uint64_t>() : 0;
}

bool flag(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_boolean() && place->get<bool>();
}

const Json& part(const Json& object, std::string_view key) {
    static const Json nothing = Json::object();
    const auto place = object.find(key);
    return place == object.end() ? nothing : *place;
}

std::string span(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    if (place == object.end() || !place->is_number()) return "";
    return text(Duration(std::chrono::milliseconds(place->get<std::int64_t>())));
}

std::string number_text(std::uint64_t number) {
    return std::to_string(number);
}

std::string joined(const Json& list, std::string_view separator = ", ") {
    std::string text;
    for (const Json& item : list) {
        if (!item.is_string()) continue;
        text += (text.empty() ? "" : std::string(separator)) + item.get<std::string>();
    }
    return text;
}

std::string tags_text(const Json& tags) {
    std::string text;
    for (const auto& item : tags.items()) {
        if (!item.value().is_string()) continue;
        text += (text.empty() ? "" : " ") + item.key() + "=" + item.value().get<std::string>();
    }
    return text;
}

Paint state_paint(std::string_view state) {
    if (state == "alive") return Paint::green;
    if (state == "suspect") return Paint::yellow;
    return state == "failed" ? Paint::red : Paint::dim;
}

/// "silence, says n1, n4; forgotten in 48s".
std::string note_text(const Json& member) {
    std::string note = word(member, "cause");
    const std::string accusers = joined(part(member, "accusers"));
    if (!note.empty() && !accusers.empty()) note += ", said by " + accusers;
    const std::string forgotten = span(member, "forgotten_in_ms");
    if (!forgotten.empty()) note += (note.empty() ? "" : "; ") + ("forgotten in " + forgotten);
    return note;
}

std::string census(const Json& members) {
    std::map<std::string, std::uint64_t> counts;
    for (const Json& member : members)
        ++counts[word(member, "state")];
    std::string text;
    for (const char* state : {"alive", "suspect", "failed", "left"}) {
        if (counts[state] == 0) continue;
        text += (text.empty() ? "" : ", ") + number_text(counts[state]) + " " + state;
    }
    return text;
}

std::string heartbeat_text(const Json& member) {
    return part(member, "heartbeat").is_number() ? number_text(count(member, "heartbeat")) : "";
}

/// The lines of a status: a word, then what there is to say about it.
class Lines {
  public:
    void add(std::string_view title, const std::string& content) {
        constexpr std::size_t width = 11;
        std::string line(title);
        line.resize(std::max(line.size() + 1, width), ' ');
        text_ += line + printable(content) + "\n";
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

std::string bytes_text(std::uint64_t bytes) {
    if (bytes < 10'000) return number_text(bytes) + " bytes";
    const std::uint64_t kilobytes = bytes / 1000;
    return kilobytes < 10'000 ? number_text(kilobytes) + " kB"
                              : number_text(kilobytes / 1000) + " MB";
}

std::string traffic_text(const Json& counters, std::uint64_t uptime_ms) {
    const auto side = [&](const std::string& direction) {
        const std::uint64_t bytes = count(counters, "bytes_" + direction);
        const std::uint64_t rate = uptime_ms == 0 ? 0 : bytes * 1000 / uptime_ms;
        return direction + " " + number_text(count(counters, "messages_" + direction)) +
               " messages, " + bytes_text(bytes) + " (" + bytes_text(rate) + "/s)";
    };
    return side("sent") + "; " + side("received");
}

std::string agreement_text(const Json& status) {
    if (flag(status, "alone")) return "alone: no peer is heard; seeds are asked again and again";
    return number_text(count(status, "peers_agreeing")) + " of " +
           number_text(count(status, "peers_heard")) +
           " peers heard lately hold the same view, digest " + word(status, "digest");
}

std::string stalls_text(const Json& counters) {
    const std::uint64_t stalls = count(counters, "stalls");
    if (stalls == 0) return "none";
    return number_text(stalls) + ", the longest " + span(counters, "longest_stall_ms") +
           ", the last " + span(counters, "last_stall_ms");
}

/// "3 of these, 4 of those", of all that is not zero.
class Counts {
  public:
    void add(std::uint64_t number, std::string_view what) {
        if (number == 0) return;
        text_ += (text_.empty() ? "" : ", ") + number_text(number) + " ";
        text_ += what;
    }
    [[nodiscard]] std::string text() const { return text_.empty() ? "nothing" : text_; }

  private:
    std::string text_;
};

std::string refused_text(const Json& status) {
    Counts counts;
    const Json& counters = part(status, "counters");
    for (const auto& item : part(counters, "rejected").items()) {
        counts.add(count(part(counters, "rejected"), item.key()), "frames " + item.key());
    }
    counts.add(count(counters, "echoes"), "frames of our own");
    counts.add(count(counters, "refused_lives"), "lives");
    counts.add(count(part(status, "status_socket"), "refused"), "status requests");
    const Json& transport = part(status, "transport");
    counts.add(count(transport, "connections_flooding"), "connections that sent too much");
    counts.add(count(transport, "connections_idle"), "connections that said nothing");
    counts.add(count(transport, "connections_surplus"), "connections too many");
    counts.add(count(transport, "lookups_refused"), "look-ups of names too many");
    return counts.text();
}

std::string lost_text(const Json& status) {
    Counts counts;
    const Json& host = part(status, "host");
    counts.add(count(host, "log_lines_lost"), "lines of the log");
    counts.add(count(host, "event_lines_lost"), "event lines");
    counts.add(count(part(status, "status_socket"), "events_missed"), "events for subscribers");
    counts.add(count(part(status, "handlers"), "missed"), "events for handlers");
    counts.add(count(part(status, "status_socket"), "answers_dropped"), "answers");
    return counts.text();
}

std::string handlers_text(const Json& handlers) {
    return number_text(count(handlers, "running")) + " running, " +
           number_text(count(handlers, "waiting")) + " events waiting; " +
           number_text(count(handlers, "started")) + " started so far, " +
           number_text(count(handlers, "failed")) + " failed, " +
           number_text(count(handlers, "overdue")) + " ended because they took too long";
}

std::string times_text(const Json& config) {
    return "round " + span(config, "round_ms") + ", suspect after " +
           span(config, "suspect_after_ms") + ", fail after " + span(config, "fail_after_ms") +
           ", forget after " + span(config, "forget_after_ms");
}

std::string links_text(const Json& status) {
    const Json& transport = part(status, "transport");
    const Json& counters = part(status, "counters");
    return number_text(count(transport, "links_dialled")) + " dialled, " +
           number_text(count(transport, "links_accepted")) + " accepted; " +
           number_text(count(counters, "links_broken")) + " broke, " +
           number_text(count(counters, "dials_refused")) + " of " +
           number_text(count(transport, "probes")) + " probes were refused so far";
}

std::string verdicts_text(const Json& counters) {
    return number_text(count(counters, "accusations_made")) + " accusations made, " +
           number_text(count(counters, "refutations")) + " refuted, " +
           number_text(count(counters, "mistakes")) + " failures taken back";
}

std::string updated_text(const Json& tags) {
    return tags.empty() ? "now without tags" : "now " + tags_text(tags);
}

/// What an event says beyond its name, for people.
std::string event_details(const Json& event) {
    const std::string kind = word(event, "event");
    const std::string silence = span(event, "silence_ms");
    if (kind == "stalled") return "this node did not run for " + silence;
    if (kind == "isolated") return "this node heard nobody for " + silence;
    if (kind == "withdrew") return "this node hears too little";
    if (kind == "returned") return "this node hears well again";
    if (kind == "alone") return "no live peer is known";
    if (kind == "renewed") return "a new life: somebody else speaks for the old one";
    if (kind == "updated") return updated_text(part(event, "tags"));
    if (kind == "joined" || kind == "recovered") return word(event, "endpoint");
    if (kind == "restarted") return "a new life at " + word(event, "endpoint");
    const std::string cause = word(event, "cause");
    if (cause.empty()) return "";
    const std::string text =
        cause == "refused" ? "refuses connections, silent for " : "silent for ";
    const std::string accusers = joined(part(event, "accusers"));
    return text + silence + (accusers.empty() ? "" : ", said by " + accusers);
}

Paint event_paint(std::string_view kind) {
    if (kind == "failed") return Paint::red;
    const bool is_trouble = kind == "alone" || kind == "stalled" || kind == "isolated" ||
                            kind == "withdrew" || kind == "renewed";
    if (kind == "suspected" || is_trouble) return Paint::yellow;
    return kind == "left" || kind == "forgotten" ? Paint::dim : Paint::green;
}

std::string verdict_text(const Json& member, Color color) {
    const std::string state = word(member, "state");
    std::string text = printable(word(member, "name")) + " is " +
                       paint(state, state_paint(state), color) + ", for " +
                       span(member, "in_state_ms");
    if (flag(member, "self")) return text + ": it is this node";
    if (state == "left") return text + ": it said so itself";
    if (state == "alive") return text + ", heard " + word(member, "heard");
    const std::string what = word(member, "cause") == "refused" ? "its endpoint refuses connections"
                                                                : "nothing newer is heard of it";
    const std::string accusers = printable(joined(part(member, "accusers")));
    return text + ": " + what + (accusers.empty() ? "" : ", say " + accusers);
}

void add_evidence(const Json& answer, const Json& member, Lines& lines) {
    const std::string heartbeat = heartbeat_text(member);
    lines.add("life", word(member, "life") + ", incarnation " +
                          number_text(count(member, "incarnation")) + ", at " +
                          word(member, "endpoint"));
    if (!heartbeat.empty()) {
        lines.add("heartbeat", heartbeat + ", advanced " + span(member, "silence_ms") + " ago");
    }
    if (word(member, "state") != "left" && !flag(member, "self")) {
        lines.add("accusers", number_text(count(answer, "accuser_count")) + "; " +
                                  number_text(count(answer, "quorum")) + " are enough");
        const std::string observers = joined(part(answer, "observers"));
        lines.add("observers", observers.empty() ? "none known" : observers);
        lines.add("times", "accused after " + span(answer, "suspect_after_ms") +
                               " of silence, failed after " + span(answer, "fail_after_ms"));
    }
    const std::uint64_t mistakes = count(member, "mistakes");
    if (mistakes > 0)
        lines.add("mistakes",
                  "held for failed and heard again " + number_text(mistakes) + " times");
    const std::string forgotten = span(member, "forgotten_in_ms");
    if (!forgotten.empty()) lines.add("forgotten", "in " + forgotten);
}

std::string history_view(const Json& history, Color color) {
    Table table({"WHEN", "EVENT", "LIFE", "DETAILS"});
    for (const Json& event : history) {
        const std::string kind = word(event, "event");
        table.add_row({{.text = span(event, "ago_ms") + " ago"},
                       {.text = kind, .paint = event_paint(kind)},
                       {.text = word(event, "life")},
                       {.text = event_details(event)}});
    }
    return table.text(color);
}

}  // namespace

std::string members_view(const Json& answer, Color color) {
    const Json& members = part(answer, "members");
    Table table(
        {"NAME", "STATE", "FOR", "SILENCE", "HEARD", "HEARTBEAT", "ENDPOINT", "TAGS", "NOTE"});
    for (const Json& member : members) {
        const std::string state = word(member, "state");
        table.add_row({{.text = word(member, "name")},
                       {.text = state, .paint = state_paint(state)},
                       {.text = span(member, "in_state_ms")},
                       {.text = flag(member, "self") ? "-" : span(member, "silence_ms")},
                       {.text = word(member, "heard")},
                       {.text = heartbeat_text(member)},
                       {.text = word(member, "endpoint")},
                       {.text = tags_text(part(member, "tags"))},
                       {.text = note_text(member)}});
    }
    return "Cluster " + printable(word(answer, "cluster")) + " as " +
           printable(word(answer, "name")) + " sees it: " + census(members) + "\n" +
           table.text(color);
}

std::string status_view(const Json& answer) {
    const Json& counters = part(answer, "counters");
    const Json& config = part(answer, "config");
    Lines lines;
    lines.add("node", word(answer, "name") + (flag(answer, "leaving") ? ", leaving" : "") +
                          ", up " + span(answer, "uptime_ms") + ", process " +
                          number_text(count(answer, "pid")) + ", version " +
                          word(answer, "version"));
    lines.add("life", word(answer, "life") + ", incarnation " +
                          number_text(count(answer, "incarnation")) + ", heartbeat " +
                          heartbeat_text(answer));
    lines.add("endpoint", word(answer, "endpoint"));
    if (!part(answer, "tags").empty()) lines.add("tags", tags_text(part(answer, "tags")));
    lines.add("cluster", word(config, "cluster") + ", " +
                             number_text(count(answer, "roster_size")) + " alive, " +
                             number_text(count(answer, "tombstones")) + " tombstones");
    lines.add("agreement", agreement_text(answer));
    lines.add("times", times_text(config));
    const std::uint64_t pace = count(answer, "pace");
    if (pace > 1)
        lines.add("pace", number_text(pace) + " rounds taken for one: its own begin late");
    lines.add("stalls", stalls_text(counters));
    lines.add("isolated",
              number_text(count(counters, "isolations")) + " times" +
                  (flag(answer, "withdrawn") ? ", now withdrawn because it is degraded" : ""));
    lines.add("verdicts", verdicts_text(counters));
    lines.add("traffic", traffic_text(counters, count(answer, "uptime_ms")));
    lines.add("links", links_text(answer));
    lines.add("refused", refused_text(answer));
    const Json& handlers = part(answer, "handlers");
    if (count(handlers, "started") > 0) lines.add("handlers", handlers_text(handlers));
    lines.add("lost", lost_text(answer));
    lines.add("events", word(part(answer, "status_socket"), "events_address"));
    return lines.text();
}

std::string explain_view(const Json& answer, Color color) {
    const Json& member = part(answer, "member");
    const Json& history = part(answer, "history");
    std::string text;
    if (member.is_object()) {
        Lines lines;
        add_evidence(answer, member, lines);
        text = verdict_text(member, color) + "\n" + lines.text();
    } else {
        text = "It is listed no more; this is what is remembered.\n";
    }
    return history.empty() ? text : text + "\n" + history_view(history, color);
}

std::string event_view(const Json& event, Color color) {
    const std::string kind = word(event, "event");
    std::string name = printable(word(event, "member"));
    std::string date = word(event, "at");
    std::string shown = kind;
    shown.resize(std::max<std::size_t>(shown.size(), 9), ' ');
    const std::string details = printable(event_details(event));
    return date + "  " + paint(shown, event_paint(kind), color) + "  " + name +
           (details.empty() ? "" : "  " + details) + "\n";
}

}  // namespace hearsay

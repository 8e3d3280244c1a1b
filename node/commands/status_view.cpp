#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "certificate.hpp"
#include "lines.hpp"
#include "phrase.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

std::string bytes_text(std::uint64_t bytes) {
    if (bytes < 10'000) return count_text(bytes, "byte");
    const std::uint64_t kilobytes = bytes / 1000;
    return kilobytes < 10'000 ? std::to_string(kilobytes) + " kB"
                              : std::to_string(kilobytes / 1000) + " MB";
}

std::string traffic_text(const Json& counters, std::uint64_t uptime_ms) {
    const auto side = [&](const std::string& direction) {
        const std::uint64_t bytes = count(counters, "bytes_" + direction);
        const std::uint64_t rate = uptime_ms == 0 ? 0 : bytes * 1000 / uptime_ms;
        return direction + " " + count_text(count(counters, "messages_" + direction), "message") +
               ", " + bytes_text(bytes) + " (" + bytes_text(rate) + "/s)";
    };
    return side("sent") + "; " + side("received");
}

/// ", 2 failed: n3, n7", or nothing.
std::string named_text(const Json& status, const std::string& state) {
    const Json& names = part(status, state);
    if (names.empty()) return "";
    return ", " + std::to_string(names.size()) + " " + state + ": " + names_text(words(names));
}

std::string cluster_text(const Json& status) {
    return word(part(status, "config"), "cluster") + ", " +
           std::to_string(count(status, "roster_size")) + " alive" + named_text(status, "suspect") +
           named_text(status, "failed") + named_text(status, "left") + "; " +
           count_text(count(status, "tombstones"), "tombstone");
}

std::string agreement_text(const Json& status) {
    if (flag(status, "alone")) return "alone: no peer is heard; seeds are asked again and again";
    return std::to_string(count(status, "peers_agreeing")) + " of " +
           count_text(count(status, "peers_heard"), "peer") +
           " heard lately hold the same view, digest " + word(status, "digest");
}

std::string stalls_text(const Json& counters) {
    const std::uint64_t stalls = count(counters, "stalls");
    if (stalls == 0) return "none";
    return std::to_string(stalls) + ", the longest " + span(counters, "longest_stall_ms") +
           ", the last " + span(counters, "last_stall_ms");
}

/// "3 of these, 4 of those", of all that is not zero.
class Counts {
  public:
    void add(std::uint64_t number, const std::string& one, const std::string& many = {}) {
        if (number == 0) return;
        text_ += (text_.empty() ? "" : ", ") + count_text(number, one, many);
    }
    [[nodiscard]] std::string text() const { return text_.empty() ? "nothing" : text_; }

  private:
    std::string text_;
};

std::string refused_text(const Json& status) {
    Counts counts;
    const Json& counters = part(status, "counters");
    for (const auto& item : part(counters, "rejected").items()) {
        const std::uint64_t rejected = count(part(counters, "rejected"), item.key());
        counts.add(rejected, "frame " + item.key(), "frames " + item.key());
    }
    counts.add(count(counters, "echoes"), "frame of our own", "frames of our own");
    counts.add(count(counters, "refused_lives"), "life", "lives");
    counts.add(count(counters, "unproven"), "part without its proof", "parts without their proof");
    counts.add(count(part(status, "status_socket"), "refused"), "status request");
    const Json& survey = part(status, "survey");
    counts.add(count(survey, "rejected"), "frame of a survey", "frames of a survey");
    counts.add(count(survey, "strangers"), "question of a stranger", "questions of strangers");
    counts.add(count(survey, "surplus"), "question too many", "questions too many");
    counts.add(count(survey, "unasked"), "answer to no question", "answers to no question");
    const Json& transport = part(status, "transport");
    counts.add(count(transport, "connections_flooding"), "connection that sent too much",
               "connections that sent too much");
    counts.add(count(transport, "connections_idle"), "connection that said nothing",
               "connections that said nothing");
    counts.add(count(transport, "connections_surplus"), "connection too many",
               "connections too many");
    counts.add(count(transport, "handshakes_refused"), "handshake");
    counts.add(count(transport, "keys_refused"), "key that was blocked", "keys that were blocked");
    counts.add(count(transport, "greetings_refused") + count(transport, "proofs_refused"),
               "certificate");
    counts.add(count(transport, "frames_unproven"), "frame without a certificate",
               "frames without a certificate");
    counts.add(count(transport, "lookups_refused"), "look-up of names too many",
               "look-ups of names too many");
    return counts.text();
}

std::string lost_text(const Json& status) {
    Counts counts;
    const Json& host = part(status, "host");
    counts.add(count(host, "log_lines_lost"), "line of the log", "lines of the log");
    counts.add(count(host, "event_lines_lost"), "event line");
    counts.add(count(part(status, "status_socket"), "events_missed"), "event for subscribers",
               "events for subscribers");
    counts.add(count(part(status, "handlers"), "missed"), "event for handlers",
               "events for handlers");
    counts.add(count(part(status, "status_socket"), "answers_dropped"), "answer");
    return counts.text();
}

std::string handlers_text(const Json& handlers) {
    return std::to_string(count(handlers, "running")) + " running, " +
           count_text(count(handlers, "waiting"), "event") + " waiting; " +
           std::to_string(count(handlers, "started")) + " started so far, " +
           std::to_string(count(handlers, "failed")) + " failed, " +
           std::to_string(count(handlers, "overdue")) + " ended because they took too long";
}

std::string times_text(const Json& config) {
    return "round " + span(config, "round_ms") + ", suspect after " +
           span(config, "suspect_after_ms") + ", fail after " + span(config, "fail_after_ms") +
           ", forget after " + span(config, "forget_after_ms");
}

std::string keys_text(const Json& keys) {
    const std::string mode = word(keys, "mode");
    if (mode == "plain") {
        return flag(keys, "exposed") ? "none (plain): strangers can speak as members"
                                     : "none (plain)";
    }
    std::string text = mode;
    if (mode != "secure") {
        text += ", " + count_text(count(keys, "members_without"), "other member") + " without";
    }
    const auto left = milliseconds(part(keys, "good_for_ms").get<std::int64_t>());
    if (left <= milliseconds::zero()) return text + ", certificate expired";
    const std::uint64_t version = count(keys, "revocations");
    return text + ", certificate good for " +
           rough_text(std::chrono::duration_cast<std::chrono::seconds>(left)) +
           (version == 0 ? "" : ", list of revoked keys version " + std::to_string(version));
}

std::string links_text(const Json& status) {
    const Json& transport = part(status, "transport");
    const Json& counters = part(status, "counters");
    return std::to_string(count(transport, "links_dialled")) + " dialled, " +
           std::to_string(count(transport, "links_accepted")) + " accepted; " +
           std::to_string(count(counters, "links_broken")) + " broke, " +
           std::to_string(count(counters, "dials_refused")) + " of " +
           count_text(count(transport, "probes"), "probe") + " refused so far";
}

std::string verdicts_text(const Json& counters) {
    return count_text(count(counters, "accusations_made"), "accusation") + " made, " +
           std::to_string(count(counters, "refutations")) + " refuted, " +
           count_text(count(counters, "mistakes"), "failure") + " taken back";
}

}  // namespace

std::string status_view(const Json& answer, Screen screen) {
    const Json& counters = part(answer, "counters");
    const Json& config = part(answer, "config");
    Lines lines(screen);
    lines.add("node", word(answer, "name") + (flag(answer, "leaving") ? ", leaving" : "") +
                          ", up " + span(answer, "uptime_ms") + ", process " +
                          std::to_string(count(answer, "pid")) + ", version " +
                          word(answer, "version"));
    lines.add("life", word(answer, "life") + ", incarnation " +
                          std::to_string(count(answer, "incarnation")) + ", heartbeat " +
                          std::to_string(count(answer, "heartbeat")));
    lines.add("endpoint", word(answer, "endpoint"));
    if (!part(answer, "tags").empty()) lines.add("tags", tags_text(part(answer, "tags")));
    lines.add("cluster", cluster_text(answer));
    lines.add("agreement", agreement_text(answer));
    lines.add("times", times_text(config));
    const std::uint64_t pace = count(answer, "pace");
    if (pace > 1)
        lines.add("pace", std::to_string(pace) + " rounds taken for one: its own begin late");
    if (answer.contains("kept_addresses"))
        lines.add("kept", count_text(count(answer, "kept_addresses"), "address", "addresses") +
                              " to join through after a restart");
    lines.add("stalls", stalls_text(counters));
    lines.add("isolated",
              count_text(count(counters, "isolations"), "time") +
                  (flag(answer, "withdrawn") ? ", now withdrawn because it is degraded" : ""));
    lines.add("verdicts", verdicts_text(counters));
    lines.add("traffic", traffic_text(counters, count(answer, "uptime_ms")));
    lines.add("links", links_text(answer));
    if (answer.contains("keys")) lines.add("keys", keys_text(part(answer, "keys")));
    lines.add("refused", refused_text(answer));
    const Json& handlers = part(answer, "handlers");
    if (count(handlers, "started") > 0) lines.add("handlers", handlers_text(handlers));
    lines.add("lost", lost_text(answer));
    lines.add("events", word(part(answer, "status_socket"), "events_address"));
    return lines.text();
}

}  // namespace hearsay

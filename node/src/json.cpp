#include "json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

std::int64_t in_milliseconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Json tags_json(const Tags& tags) {
    Json object = Json::object();
    for (const auto& [key, value] : tags)
        object[key] = value;
    return object;
}

/// The greatest heartbeat says "I left" and is no count; the state says so already.
Json heartbeat_json(Heartbeat heartbeat) {
    return heartbeat == heartbeat_left ? Json(nullptr) : Json(heartbeat);
}

bool is_accused(EventKind kind) {
    return kind == EventKind::suspected || kind == EventKind::cleared || kind == EventKind::failed;
}

bool is_dead(MemberState state) {
    return state == MemberState::failed || state == MemberState::left;
}

std::string_view heard_text(const Member& member) {
    if (member.is_self) return "self";
    return member.is_heard_directly ? "directly" : "relayed";
}

/// A member that is alive or has left is accused of nothing.
Json cause_json(const Member& member) {
    const bool has_cause =
        member.state == MemberState::suspect || member.state == MemberState::failed;
    return has_cause ? Json(text(member.cause)) : Json(nullptr);
}

Json findings_json(const std::vector<Finding>& findings, Instant now) {
    Json list = Json::array();
    for (const Finding& finding : findings) {
        Json entry;
        entry["finding"] = text(finding.kind);
        entry["by"] = finding.by;
        entry["cause"] =
            finding.kind == FindingKind::accused ? Json(text(finding.cause)) : Json(nullptr);
        entry["ago_ms"] = in_milliseconds(std::max(now - finding.at, Duration{}));
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace

std::string date_text(WallTime at) {
    using std::chrono::milliseconds;
    const auto since = std::chrono::floor<milliseconds>(at.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    const std::time_t time = seconds.count();
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> day{};
    const std::size_t size = std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    const auto rest = static_cast<unsigned>((since - seconds).count());
    std::snprintf(fraction.data(), fraction.size(), ".%03uZ", rest % 1000U);
    return std::string(day.data(), size) + fraction.data();
}

Json to_json(const Event& event, WallTime at) {
    using std::chrono::nanoseconds;
    Json object;
    object["event"] = text(event.kind);
    object["member"] = event.subject.name;
    object["life"] = text(event.subject.life);
    object["incarnation"] = event.subject.incarnation;
    object["at"] = date_text(at);
    object["mono_ns"] = nanoseconds(event.at.time_since_epoch()).count();
    object["cause"] = is_accused(event.kind) ? Json(text(event.cause)) : Json(nullptr);
    object["silence_ms"] = in_milliseconds(event.silence);
    object["accusers"] = event.accusers;
    object["endpoint"] = event.subject.endpoint;
    object["tags"] = tags_json(event.subject.tags);
    const bool has_former = event.kind == EventKind::restarted && event.former_life != LifeId{};
    if (has_former) object["former_life"] = text(event.former_life);
    if (event.is_rekeyed) object["rekeyed"] = true;
    object["seq"] = event.number;
    return object;
}

Json to_json(const Member& member) {
    Json object;
    object["name"] = member.identity.name;
    object["state"] = text(member.state);
    object["self"] = member.is_self;
    object["life"] = text(member.identity.life);
    object["incarnation"] = member.identity.incarnation;
    object["heartbeat"] = heartbeat_json(member.heartbeat);
    object["silence_ms"] = in_milliseconds(member.silence);
    object["heard"] = heard_text(member);
    object["observed"] = member.is_observed;
    object["in_state_ms"] = in_milliseconds(member.in_state);
    object["forgotten_in_ms"] =
        is_dead(member.state) ? Json(in_milliseconds(member.forgotten_in)) : Json(nullptr);
    object["mistakes"] = member.mistake_count;
    object["cause"] = cause_json(member);
    object["accusers"] = member.accusers;
    object["endpoint"] = member.identity.endpoint;
    object["tags"] = tags_json(member.identity.tags);
    return object;
}

Json to_json(const Link& link) {
    using std::chrono::microseconds;
    Json object;
    object["name"] = link.name;
    object["state"] = text(link.state);
    object["endpoint"] = link.endpoint;
    object["observed"] = link.is_observed;
    object["heard_ms"] = link.heard_ago ? Json(in_milliseconds(*link.heard_ago)) : Json(nullptr);
    object["suspect_after_ms"] = in_milliseconds(link.suspect_after);
    object["lateness_ms"] = in_milliseconds(link.lateness);
    object["round_trip_us"] =
        link.round_trip ? Json(std::chrono::duration_cast<microseconds>(*link.round_trip).count())
                        : Json(nullptr);
    object["lost"] = link.is_lost;
    return object;
}

Json to_json(const Counters& counters) {
    Json rejected;
    for (std::size_t i = 0; i < decode_error_count; ++i) {
        rejected[std::string(text(static_cast<DecodeError>(i)))] = counters.rejected.at(i);
    }
    Json object;
    object["messages_sent"] = counters.messages_sent;
    object["bytes_sent"] = counters.bytes_sent;
    object["messages_received"] = counters.messages_received;
    object["bytes_received"] = counters.bytes_received;
    object["rejected"] = rejected;
    object["echoes"] = counters.echoes;
    object["accusations_made"] = counters.accusations_made;
    object["refutations"] = counters.refutations;
    object["mistakes"] = counters.mistakes;
    object["unproven"] = counters.unproven;
    object["refused_lives"] = counters.refused_lives;
    object["links_broken"] = counters.links_broken;
    object["dials_refused"] = counters.dials_refused;
    object["stalls"] = counters.stalls;
    object["isolations"] = counters.isolations;
    object["longest_stall_ms"] = in_milliseconds(counters.longest_stall);
    object["last_stall_ms"] = in_milliseconds(counters.last_stall);
    return object;
}

Json to_json(const Status& status) {
    Json object;
    object["name"] = status.self.name;
    object["life"] = text(status.self.life);
    object["incarnation"] = status.self.incarnation;
    object["endpoint"] = status.self.endpoint;
    object["tags"] = tags_json(status.self.tags);
    object["heartbeat"] = heartbeat_json(status.heartbeat);
    object["digest"] = digest_text(status.digest);
    object["roster_size"] = status.roster_size;
    object["peers_heard"] = status.peers_heard;
    object["peers_agreeing"] = status.peers_agreeing;
    object["tombstones"] = status.tombstone_count;
    object["alone"] = status.is_alone;
    object["leaving"] = status.is_leaving;
    object["withdrawn"] = status.is_withdrawn;
    object["pace"] = status.pace;
    object["counters"] = to_json(status.counters);
    return object;
}

Json to_json(const Confirmation& confirmation) {
    Json object;
    object["asked"] = confirmation.asked;
    object["confirmed"] = confirmation.confirmed;
    object["complete"] = confirmation.is_complete;
    return object;
}

Json to_json(const Config& config) {
    Json object;
    object["cluster"] = config.cluster;
    object["seeds"] = config.seeds;
    object["round_ms"] = in_milliseconds(config.round);
    object["suspect_after_ms"] = in_milliseconds(config.suspect_after);
    object["fail_after_ms"] = in_milliseconds(config.fail_after);
    object["forget_after_ms"] = in_milliseconds(config.forget_after);
    object["leave_timeout_ms"] = in_milliseconds(config.leave_timeout);
    return object;
}

Json to_json(const Explanation& explanation, AnswerTime moment) {
    Json history = Json::array();
    for (const Event& event : explanation.history) {
        const Duration ago = std::max(moment.now - event.at, Duration{});
        const auto at = moment.wall - std::chrono::duration_cast<WallTime::duration>(ago);
        Json entry = to_json(event, at);
        entry["ago_ms"] = in_milliseconds(ago);
        history.push_back(std::move(entry));
    }
    Json object;
    object["member"] = explanation.member ? to_json(*explanation.member) : Json(nullptr);
    object["accuser_count"] = explanation.accuser_count;
    object["quorum"] = explanation.quorum;
    object["observers"] = explanation.observers;
    object["suspect_after_ms"] = in_milliseconds(explanation.suspect_after);
    object["fail_after_ms"] = in_milliseconds(explanation.fail_after);
    object["findings"] = findings_json(explanation.findings, moment.now);
    object["history"] = std::move(history);
    return object;
}

std::string digest_text(std::uint32_t digest) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(digest));
    return digits.data();
}

std::string event_json(const Event& event, WallTime at) {
    return line(to_json(event, at));
}

std::string line(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hearsay

#include "status_json.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hearsay/member.hpp"
#include "hearsay/text.hpp"

#include "clock.hpp"
#include "json.hpp"
#include "keeper.hpp"
#include "survey_json.hpp"
#include "version.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

Json transport_json(const TransportCounters& counters) {
    Json object;
    object["links_dialled"] = counters.links_dialled;
    object["links_accepted"] = counters.links_accepted;
    object["dials"] = counters.dials;
    object["dials_timed_out"] = counters.dials_timed_out;
    object["endpoints_invalid"] = counters.endpoints_invalid;
    object["names_unresolved"] = counters.names_unresolved;
    object["probes"] = counters.probes;
    object["frames_sent"] = counters.frames_sent;
    object["frames_received"] = counters.frames_received;
    object["bytes_sent"] = counters.bytes_sent;
    object["bytes_received"] = counters.bytes_received;
    object["frames_dropped"] = counters.frames_dropped;
    object["frames_stale"] = counters.frames_stale;
    object["frames_misshapen"] = counters.frames_misshapen;
    object["frames_surplus"] = counters.frames_surplus;
    object["connections_idle"] = counters.connections_idle;
    object["connections_flooding"] = counters.connections_flooding;
    object["connections_surplus"] = counters.connections_surplus;
    object["lookups_refused"] = counters.lookups_refused;
    object["handshakes_refused"] = counters.handshakes_refused;
    object["keys_refused"] = counters.keys_refused;
    object["greetings_refused"] = counters.greetings_refused;
    object["proofs_refused"] = counters.proofs_refused;
    object["frames_unproven"] = counters.frames_unproven;
    return object;
}

Json server_json(const StatusCounters& counters, const TellingCounters& told,
                 const std::string& events_address) {
    Json object;
    object["requests"] = counters.requests;
    object["refused"] = counters.refused + told.stream.refused;
    object["answers_dropped"] = counters.answers_dropped;
    object["waiting"] = counters.waiting;
    object["events_published"] = told.events;
    object["subscribers"] = told.stream.subscribers;
    object["events_missed"] = told.stream.missed;
    object["events_address"] = events_address;
    return object;
}

Json handlers_json(const HandlerCounters& counters) {
    Json object;
    object["started"] = counters.started;
    object["failed"] = counters.failed;
    object["overdue"] = counters.overdue;
    object["missed"] = counters.missed;
    object["running"] = counters.running;
    object["waiting"] = counters.waiting;
    return object;
}

Json host_json(const TellingCounters& told) {
    Json object;
    object["callbacks_failed"] = told.callbacks_failed;
    for (const auto& [name, count] : told.host)
        object[name] = count;
    return object;
}

Json names_json(const std::vector<Member>& members, MemberState state) {
    Json names = Json::array();
    for (const Member& member : members) {
        if (member.state == state) names.push_back(member.identity.name);
    }
    return names;
}

/// "secure" is a cluster whose members all need keys.
std::string_view mode_of(const NodeKeys& keys) {
    if (keys.ring() == nullptr) return "plain";
    return keys.use() == KeyUse::required ? "secure" : text(keys.use());
}

Json keys_json(const NodeKeys& keys, const Status& status) {
    using std::chrono::milliseconds;
    const auto until = keys.good_until();
    Json object;
    object["mode"] = mode_of(keys);
    object["good_until"] = until ? Json(date_text(*until)) : Json(nullptr);
    object["good_for_ms"] =
        until ? Json(std::chrono::duration_cast<milliseconds>(*until - wall_now()).count())
              : Json(nullptr);
    object["exposed"] = keys.is_exposed();
    object["members_without"] = status.keyless_count;
    object["revocations"] = keys.revocations_version();
    return object;
}

}  // namespace

Json status_json(const NodeControl& node, const StatusCounters& server, Instant now) {
    using std::chrono::milliseconds;
    const Status status = node.detector.status(now);
    Json answer = to_json(status);
    const std::vector<Member> members = node.detector.members(now);
    for (const MemberState state : {MemberState::suspect, MemberState::failed, MemberState::left})
        answer[std::string(text(state))] = names_json(members, state);
    answer["version"] = version;
    answer["pid"] = ::getpid();
    answer["started_at"] = date_text(node.started_at);
    answer["uptime_ms"] = std::chrono::duration_cast<milliseconds>(now - node.started).count();
    answer["config"] = to_json(node.detector.config());
    answer["keys"] = keys_json(node.keys, status);
    if (node.keeper != nullptr && node.keeper->file()) {
        answer["config"]["seeds"] = node.keeper->given_seeds();
        answer["kept_addresses"] = node.keeper->address_count();
    }
    answer["transport"] = transport_json(node.transport);
    answer["survey"] = to_json(node.survey.counters());
    const TellingCounters told = node.telling();
    answer["status_socket"] = server_json(server, told, node.options.events);
    answer["handlers"] = handlers_json(told.handlers);
    answer["host"] = host_json(told);
    return answer;
}

}  // namespace hearsay

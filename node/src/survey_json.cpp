#include "survey_json.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"

#include "json.hpp"
#include "survey_comparison.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t milliseconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Json views_json(const std::vector<SharedView>& views) {
    Json list = Json::array();
    for (const SharedView& view : views) {
        Json holds = Json::array();
        for (const auto& [name, state] : view.holds)
            holds.push_back({{"name", name}, {"state", state}});
        Json object;
        object["self"] = view.has_asker;
        object["members"] = view.members;
        object["holds"] = std::move(holds);
        list.push_back(std::move(object));
    }
    return list;
}

/// What a member says of itself; all of it is null if it has not answered.
void add_view(Json& object, const MemberView* view) {
    const auto told = [&](const auto& value) { return view == nullptr ? Json() : Json(value); };
    const MemberView nothing;
    const MemberView& said = view == nullptr ? nothing : *view;
    object["digest"] = told(digest_text(static_cast<std::uint32_t>(said.digest)));
    object["roster_size"] = told(said.roster_size);
    object["version"] = told(said.version);
    object["round_ms"] = told(said.round.count());
    object["suspect_after_ms"] = told(said.suspect_after.count());
    object["fail_after_ms"] = told(said.fail_after.count());
    object["rings"] = told(said.ring_count);
    object["pace"] = told(said.pace);
    object["withdrawn"] = told(said.is_withdrawn);
    object["leaving"] = told(said.is_leaving);
    object["truncated"] = told(said.truncated);
}

Json member_json(const Identity& identity, bool is_self, MemberState state) {
    Json object;
    object["name"] = identity.name;
    object["life"] = text(identity.life);
    object["self"] = is_self;
    object["state"] = text(state);
    return object;
}

Json asker_json(const SurveyReport& report) {
    Json object = member_json(report.self, true, MemberState::alive);
    object["asked"] = 0;
    object["answered"] = true;
    object["round_trip_us"] = nullptr;
    object["clock_ahead_ms"] = 0;
    add_view(object, &report.own);
    return object;
}

Json surveyed_json(const Surveyed& member) {
    const bool has_answered = member.view.has_value();
    Json object = member_json(member.identity, false, member.state);
    object["asked"] = member.asked_at.size();
    object["answered"] = has_answered;
    object["round_trip_us"] = has_answered ? Json(member.round_trip.count()) : Json();
    object["clock_ahead_ms"] = has_answered ? Json(member.clock_ahead.count()) : Json();
    add_view(object, has_answered ? &*member.view : nullptr);
    return object;
}

Json members_json(const SurveyReport& report) {
    std::map<std::string, Json> by_name;
    by_name.emplace(report.self.name, asker_json(report));
    for (const Surveyed& member : report.members)
        by_name.emplace(member.identity.name, surveyed_json(member));
    Json list = Json::array();
    for (auto& [name, object] : by_name)
        list.push_back(std::move(object));
    return list;
}

/// Who hears whom, as the listeners say.
using Links = std::map<std::pair<std::string, std::string>, const ToldLink*>;

void add_links(Links& links, const std::string& listener, const MemberView& view) {
    for (const ToldLink& link : view.links)
        links.emplace(std::pair(listener, link.name), &link);
}

Links links_of(const SurveyReport& report) {
    Links links;
    add_links(links, report.self.name, report.own);
    for (const Surveyed& member : report.members)
        if (member.view) add_links(links, member.identity.name, *member.view);
    return links;
}

Json links_json(const Links& links) {
    Json list = Json::array();
    for (const auto& [ends, link] : links) {
        Json object;
        object["listener"] = ends.first;
        object["speaker"] = ends.second;
        object["observed"] = link->is_observed;
        object["heard_ms"] = link->heard_ago ? Json(link->heard_ago->count()) : Json();
        object["round_trip_us"] = link->round_trip ? Json(link->round_trip->count()) : Json();
        object["lost"] = link->is_lost;
        list.push_back(std::move(object));
    }
    return list;
}

/// Each direction in which nothing is heard, and what is known of the other one.
Json cuts_json(const Links& links) {
    Json list = Json::array();
    for (const auto& [ends, link] : links) {
        if (!link->is_lost) continue;
        const auto back = links.find({ends.second, ends.first});
        const bool is_known = back != links.end() && back->second->is_observed;
        Json object;
        object["listener"] = ends.first;
        object["speaker"] = ends.second;
        object["heard_ms"] = link->heard_ago ? Json(link->heard_ago->count()) : Json();
        object["other_way"] = !is_known ? "unknown" : back->second->is_lost ? "lost" : "heard";
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace

Json to_json(const SurveyReport& report) {
    const std::vector<SharedView> views = shared_views(report);
    const Links links = links_of(report);
    Json object;
    object["name"] = report.self.name;
    object["complete"] = report.is_over;
    object["listed"] = report.members.size();
    object["asked"] = report.asked_count;
    object["answered"] = report.answered_count;
    object["took_ms"] = milliseconds(report.heard - report.began);
    object["bytes_sent"] = report.bytes_sent;
    object["bytes_received"] = report.bytes_received;
    object["agree"] = views.size() == 1;
    object["views"] = views_json(views);
    object["cuts"] = cuts_json(links);
    object["members"] = members_json(report);
    object["links"] = links_json(links);
    return object;
}

Json to_json(const SurveyCounters& counters) {
    Json object;
    object["questions_sent"] = counters.questions_sent;
    object["answers_sent"] = counters.answers_sent;
    object["answers_received"] = counters.answers_received;
    object["bytes_sent"] = counters.bytes_sent;
    object["bytes_received"] = counters.bytes_received;
    object["rejected"] =
        std::accumulate(counters.rejected.begin(), counters.rejected.end(), std::uint64_t{0});
    object["strangers"] = counters.strangers;
    object["surplus"] = counters.surplus;
    object["unasked"] = counters.unasked;
    return object;
}

}  // namespace hearsay

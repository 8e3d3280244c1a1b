#include "operations.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hearsay/config.hpp"
#include "hearsay/text.hpp"

#include "clock.hpp"
#include "json.hpp"
#include "log.hpp"
#include "name_ranges.hpp"
#include "phrase.hpp"
#include "status_json.hpp"
#include "survey_json.hpp"
#include "version.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using Reply = std::variant<Json, Question>;

constexpr std::uint64_t wait_ms_default = 10'000;
/// Longer than a survey of a few hundred members takes.
constexpr std::uint64_t views_ms_default = 120'000;
constexpr std::uint64_t wait_ms_max = 24U * 60U * 60U * 1000U;

/// All that an op may look at.
struct Call {
    const Request& request;
    NodeControl& node;
    const StatusCounters& server;
    Instant now;
};

std::string names_text(const std::vector<Member>& members) {
    constexpr std::size_t names_max = 12;
    std::vector<std::string> names;
    names.reserve(members.size());
    for (const Member& member : members)
        names.push_back(member.identity.name);
    return name_ranges(std::move(names), names_max);
}

[[noreturn]] void refuse_unknown_member(const Call& call, const std::string& name) {
    throw RequestError("unknown_member", "no member " + in_quotes(name) + " is known; known: " +
                                             names_text(call.node.detector.members(call.now)));
}

Reply perform_ping(const Call& call) {
    call.request.expect_only({});
    const Identity& self = call.node.detector.status(call.now).self;
    Json answer;
    answer["name"] = self.name;
    answer["cluster"] = call.node.detector.config().cluster;
    answer["version"] = version;
    answer["pid"] = ::getpid();
    answer["events"] = call.node.options.events;
    return answer;
}

Reply perform_members(const Call& call) {
    call.request.expect_only({});
    Json rows = Json::array();
    for (const Member& member : call.node.detector.members(call.now)) {
        rows.push_back(to_json(member));
    }
    Json answer;
    answer["name"] = call.node.options.name;
    answer["cluster"] = call.node.detector.config().cluster;
    answer["at"] = date_text(wall_time(call.now));
    answer["members"] = std::move(rows);
    return answer;
}

Reply perform_status(const Call& call) {
    call.request.expect_only({});
    return status_json(call.node, call.server, call.now);
}

Reply perform_explain(const Call& call) {
    call.request.expect_only({"member"});
    const std::string name = call.request.text("member");
    const auto explanation = call.node.detector.explain(name, call.now);
    if (!explanation) refuse_unknown_member(call, name);
    return to_json(*explanation, {.now = call.now, .wall = wall_time(call.now)});
}

Reply perform_links(const Call& call) {
    call.request.expect_only({});
    Json links = Json::array();
    for (const Link& link : call.node.detector.links(call.now))
        links.push_back(to_json(link));
    Json answer;
    answer["name"] = call.node.options.name;
    answer["cluster"] = call.node.detector.config().cluster;
    answer["links"] = std::move(links);
    return answer;
}

/// When to answer what comes with a time of its own.
Instant deadline(const Call& call, std::uint64_t fallback_ms) {
    const std::uint64_t timeout = call.request.number("timeout_ms").value_or(fallback_ms);
    if (timeout > wait_ms_max) {
        throw RequestError("bad_request", "argument \"timeout_ms\" must be at most " +
                                              std::to_string(wait_ms_max));
    }
    return call.now + std::chrono::milliseconds(timeout);
}

Reply perform_views(const Call& call) {
    call.request.expect_only({"timeout_ms"});
    const Instant until = deadline(call, views_ms_default);
    call.node.survey.begin(call.node.detector, clock_reading(call.now));
    return Question{.about = Views{}, .deadline = until};
}

Reply perform_wait(const Call& call) {
    const Request& request = call.request;
    request.expect_only({"alive", "alive_min", "failed", "left", "agree", "timeout_ms"});
    Condition condition{.alive = request.number("alive"),
                        .alive_min = request.number("alive_min"),
                        .failed = request.texts("failed"),
                        .left = request.texts("left"),
                        .is_agreed = request.flag("agree")};
    return Question{.about = std::move(condition), .deadline = deadline(call, wait_ms_default)};
}

/// The detector judges whether enough have confirmed and gives up in time; this is the bound in
/// case that it is never asked again.
Instant confirmation_deadline(const Call& call) {
    const Config& config = call.node.detector.config();
    return call.now + config.leave_timeout + 2 * config.round;
}

Reply perform_leave(const Call& call) {
    call.request.expect_only({});
    call.node.log.info("told to leave through the status socket");
    if (!call.node.detector.leaving()) call.node.detector.leave(call.now);
    return Question{.about = Leaving{}, .deadline = confirmation_deadline(call)};
}

Reply perform_forget(const Call& call) {
    call.request.expect_only({"member", "force"});
    const std::string name = call.request.text("member");
    const bool is_forced = call.request.flag("force");
    switch (call.node.detector.forget(name, is_forced, call.now)) {
        case ForgetOutcome::done:
            break;
        case ForgetOutcome::unknown_member:
            refuse_unknown_member(call, name);
        case ForgetOutcome::still_alive:
            throw RequestError("still_alive", in_quotes(name) +
                                                  " is alive; stop it first, or forget "
                                                  "it all the same with force");
        case ForgetOutcome::not_permitted:
            throw RequestError("not_permitted",
                               "the certificate of this node does not let it remove members; ask a "
                               "node that was certified with --operator");
        case ForgetOutcome::is_self:
            throw RequestError("is_self",
                               in_quotes(name) + " is this node; to remove it let it leave");
    }
    call.node.log.info("told through the status socket to forget {}", name);
    return Question{.about = Forgetting{name}, .deadline = confirmation_deadline(call)};
}

Reply perform_tag(const Call& call) {
    call.request.expect_only({"set", "unset"});
    Identity self = call.node.detector.status(call.now).self;
    const Tags set = call.request.tags("set");
    for (const auto& [key, value] : set)
        self.tags[key] = value;
    for (const std::string& key : call.request.texts("unset")) {
        if (set.contains(key)) {
            throw RequestError(
                "bad_request",
                "tag " + in_quotes(key) + " is both in \"set\" and in \"unset\"; send it in one");
        }
        self.tags.erase(key);
    }
    if (const auto error = validate(self)) {
        throw RequestError("bad_request", error->field + " " + error->problem);
    }
    call.node.detector.set_tags(self.tags, call.now);
    Json answer;
    answer["tags"] = self.tags;
    return answer;
}

Reply perform_log_level(const Call& call) {
    call.request.expect_only({"level"});
    const std::string level = call.request.text("level");
    const auto known = log_level(level);
    if (!known) {
        throw RequestError("bad_request", "there is no log level " + in_quotes(level) +
                                              "; known: " + joined(log_levels()));
    }
    call.node.log.set_level(*known);
    call.node.log.info("log level is now {}", level);
    Json answer;
    answer["level"] = level;
    return answer;
}

struct Operation {
    std::string_view name;
    Reply (*perform)(const Call&);
    Rights needed = Rights::read;
};

constexpr std::array<Operation, 11> operations{{
    {"ping", perform_ping},
    {"members", perform_members},
    {"status", perform_status},
    {"explain", perform_explain},
    {"links", perform_links},
    {"views", perform_views},
    {"wait", perform_wait},
    {"leave", perform_leave, Rights::act},
    {"forget", perform_forget, Rights::act},
    {"tag", perform_tag, Rights::act},
    {"log_level", perform_log_level, Rights::act},
}};

std::string known_operations() {
    std::vector<std::string> names;
    names.reserve(operations.size());
    for (const Operation& operation : operations)
        names.emplace_back(operation.name);
    return joined(names);
}

/// What of a condition does not hold, in words.
class Unmet {
  public:
    explicit Unmet(Outlook& outlook) : outlook_(outlook) {}

    void check_alive(const Condition& condition) {
        const std::uint64_t alive = outlook_.status().roster_size;
        const std::string found = "alive is " + std::to_string(alive);
        if (condition.alive && alive != *condition.alive) {
            list_.push_back(found + ", not " + std::to_string(*condition.alive));
        }
        if (condition.alive_min && alive < *condition.alive_min) {
            list_.push_back(found + ", not at least " + std::to_string(*condition.alive_min));
        }
    }

    void check_state(const std::vector<std::string>& names, MemberState state) {
        for (const std::string& name : names) {
            const std::vector<Member>& members = outlook_.members();
            const auto is_it = [&](const Member& member) { return member.identity.name == name; };
            const auto place = std::find_if(members.begin(), members.end(), is_it);
            if (place != members.end() && place->state == state) continue;
            const auto found = place == members.end() ? "unknown" : text(place->state);
            std::string problem = name;
            problem.append(" is ").append(found).append(", not ").append(text(state));
            list_.push_back(std::move(problem));
        }
    }

    void check_agreement() {
        const Status& status = outlook_.status();
        const bool is_lonely = status.roster_size > 1 && status.peers_heard == 0;
        if (status.peers_agreeing == status.peers_heard && !is_lonely) return;
        list_.push_back(std::to_string(status.peers_agreeing) + " of " +
                        std::to_string(status.peers_heard) + " peers agree");
    }

    [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

  private:
    Outlook& outlook_;
    std::vector<std::string> list_;
};

std::optional<Json> decide_about(const Condition& condition, bool is_over, Outlook& outlook) {
    Unmet unmet(outlook);
    unmet.check_alive(condition);
    unmet.check_state(condition.failed, MemberState::failed);
    unmet.check_state(condition.left, MemberState::left);
    if (condition.is_agreed) unmet.check_agreement();
    if (!unmet.list().empty() && !is_over) return {};
    Json answer;
    answer["holds"] = unmet.list().empty();
    answer["alive"] = outlook.status().roster_size;
    answer["unmet"] = unmet.list();
    return answer;
}

std::optional<Json> decide_confirmation(std::string_view key, const Json& value,
                                        const std::optional<Confirmation>& confirmation,
                                        bool is_over) {
    const Confirmation state = confirmation.value_or(Confirmation{});
    if (!state.is_complete && !is_over) return {};
    Json answer;
    answer[std::string(key)] = value;
    answer.update(to_json(state));
    return answer;
}

std::optional<Json> decide_about(const Leaving& /*leaving*/, bool is_over, Outlook& outlook) {
    const std::string name = outlook.status().self.name;
    return decide_confirmation("left", name, outlook.detector().leaving(), is_over);
}

std::optional<Json> decide_about(const Forgetting& forgetting, bool is_over, Outlook& outlook) {
    return decide_confirmation("forgotten", forgetting.member, outlook.detector().forgetting(),
                               is_over);
}

std::optional<Json> decide_about(const Views& /*views*/, bool is_over, Outlook& outlook) {
    const SurveyReport* const report = outlook.survey().report();
    if (report == nullptr || (!report->is_over && !is_over)) return {};
    Json answer = to_json(*report);
    answer["cluster"] = outlook.detector().config().cluster;
    return answer;
}

}  // namespace

std::variant<Json, Question> perform(const Request& request, NodeControl& node,
                                     const StatusCounters& server, Rights rights, Instant now) {
    for (const Operation& operation : operations) {
        if (operation.name != request.op()) continue;
        if (operation.needed > rights) {
            throw RequestError("not_permitted",
                               in_quotes(operation.name) +
                                   " is refused here: a tcp address answers questions alone; ask "
                                   "at the node's socket on its machine");
        }
        return operation.perform({.request = request, .node = node, .server = server, .now = now});
    }
    throw RequestError("unknown_op",
                       "unknown op " + in_quotes(request.op()) + "; known: " + known_operations());
}

const std::vector<Member>& Outlook::members() {
    if (!members_) members_ = detector_.members(now_);
    return *members_;
}

const Status& Outlook::status() {
    if (!status_) status_ = detector_.status(now_);
    return *status_;
}

std::optional<Json> decide(const Question& question, Outlook& outlook) {
    const bool is_over = outlook.now() >= question.deadline;
    return std::visit([&](const auto& about) { return decide_about(about, is_over, outlook); },
                      question.about);
}

Json error_answer(std::string_view code, std::string_view sentence) {
    Json answer;
    answer["error"] = sentence;
    answer["code"] = code;
    return answer;
}

}  // namespace hearsay

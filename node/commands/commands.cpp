#include "commands.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <variant>

#include <nlohmann/json.hpp>
#include <unistd.h>
#include <zmq.hpp>

#include "hearsay/text.hpp"

#include "check_command.hpp"
#include "client.hpp"
#include "events_command.hpp"
#include "exit_code.hpp"
#include "json.hpp"
#include "key_command.hpp"
#include "metrics.hpp"
#include "node_command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "phrase.hpp"
#include "screen.hpp"
#include "settings.hpp"
#include "simulate_command.hpp"
#include "status_address.hpp"
#include "views.hpp"
#include "watch_command.hpp"
#include "web_command.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Longer than any node may take until it has, or has not, all confirmations (`leave_timeout`).
constexpr Duration confirmation_time_max = seconds(70);

std::int64_t in_milliseconds(Duration duration) {
    return std::chrono::ceil<milliseconds>(duration).count();
}

bool is_done(const Json& answer) {
    return !answer.contains("error");
}

/// Says why the node refused, and returns the exit code.
int complain_of(const Json& answer) {
    complain(answer.value("error", "the node gave no reason"));
    const std::string code = answer.value("code", "");
    return code == "bad_request" || code == "unknown_op" ? exit_code::usage : exit_code::no;
}

/// Prints the answer as JSON if that was asked for or else, unless it is an error, as `view` shows
/// it; returns the exit code.
template <typename View>
int present(const Json& answer, Output output, View view) {
    if (output == Output::json) print(line(answer) + "\n");
    if (!is_done(answer)) return complain_of(answer);
    if (output == Output::table) print(view(answer));
    return exit_code::yes;
}

/// "3 of 4 peers confirmed".
std::string confirmed_text(const Json& answer) {
    const int asked = answer.value("asked", 0);
    const int confirmed = answer.value("confirmed", 0);
    const std::string text =
        std::to_string(confirmed) + " of " + std::to_string(asked) + " links confirmed";
    return asked > 0 && confirmed == 0 ? text + ", so others may still hold it for alive" : text;
}

/// Asks a question whose answer takes time: first whether anybody is there at all.
Json ask_slowly(Client& client, const Json& request, Duration time,
                IfRestarted if_restarted = IfRestarted::ask_again) {
    static_cast<void>(client.ask({{"op", "ping"}}));
    return client.ask(request, time, if_restarted);
}

class Asking {
  public:
    Asking(Client& client, Output output)
        : client_(client), output_(output), screen_(screen_for(STDOUT_FILENO)) {}

    int operator()(const MembersCommand& command) {
        Json answer = client_.ask({{"op", "members"}});
        if (is_done(answer) && has_unknown(answer, command.names)) return exit_code::no;
        if (output_ == Output::json) keep_wanted(answer, command);
        return present(answer, output_,
                       [&](const Json& all) { return members_view(all, command, screen_); });
    }

    int operator()(const StatusCommand& /*command*/) {
        return present(client_.ask({{"op", "status"}}), output_,
                       [&](const Json& answer) { return status_view(answer, screen_); });
    }

    int operator()(const LinksCommand& /*command*/) {
        return present(client_.ask({{"op", "links"}}), output_,
                       [&](const Json& answer) { return links_view(answer, screen_); });
    }

    int operator()(const ViewsCommand& command) {
        const Json request{{"op", "views"}, {"timeout_ms", in_milliseconds(command.timeout)}};
        return present(ask_all(request, command.timeout), output_,
                       [&](const Json& answer) { return survey_view(answer, screen_); });
    }

    int operator()(const MetricsCommand& /*command*/) {
        NodeAnswers answers;
        answers.status = client_.ask({{"op", "status"}});
        answers.members = client_.ask({{"op", "members"}});
        answers.links = client_.ask({{"op", "links"}});
        for (const Json* answer : {&answers.status, &answers.members, &answers.links}) {
            if (!is_done(*answer)) return complain_of(*answer);
        }
        print(metrics_text(answers));
        return exit_code::yes;
    }

    int operator()(const ExplainCommand& command) {
        return present(client_.ask({{"op", "explain"}, {"member", command.member}}), output_,
                       [&](const Json& answer) { return explain_view(answer, screen_); });
    }

    int operator()(const EventsCommand& /*command*/) {
        return show_events(client_, output_, screen_);
    }

    int operator()(const WatchCommand& /*command*/) { return show_watch(client_, screen_); }

    int operator()(const WaitCommand& command) {
        Json request{{"op", "wait"}, {"timeout_ms", in_milliseconds(command.timeout)}};
        if (command.alive) request["alive"] = *command.alive;
        if (command.alive_min) request["alive_min"] = *command.alive_min;
        if (!command.failed.empty()) request["failed"] = command.failed;
        if (!command.left.empty()) request["left"] = command.left;
        if (command.is_agreed) request["agree"] = true;
        const Json answer = ask_slowly(client_, request, command.timeout);
        const int code = present(answer, output_, [](const Json&) { return std::string(); });
        if (code != exit_code::yes || answer.value("holds", false)) return code;
        if (output_ == Output::table) {
            complain("not within " + text(command.timeout) + ": " + unmet_text(answer));
        }
        return exit_code::no;
    }

    int operator()(const LeaveCommand& /*command*/) {
        // A node that is started again in its place has not been asked to leave.
        const Json answer =
            ask_slowly(client_, {{"op", "leave"}}, confirmation_time_max, IfRestarted::give_up);
        return present(answer, output_, [](const Json& left) {
            return left.value("left", "") + " has left; " + confirmed_text(left) + "\n";
        });
    }

    int operator()(const ForgetCommand& command) {
        const Json request{
            {"op", "forget"}, {"member", command.member}, {"force", command.is_forced}};
        Json answer = ask_slowly(client_, request, confirmation_time_max);
        if (answer.value("code", "") == "still_alive") {
            answer["error"] = in_quotes(command.member) +
                              " is alive; stop it first, or forget it all the same with --force";
        }
        return present(answer, output_, [](const Json& forgotten) {
            return forgotten.value("forgotten", "") + " is forgotten; " +
                   confirmed_text(forgotten) + "\n";
        });
    }

    int operator()(const TagCommand& command) {
        Json request{{"op", "tag"}, {"set", command.set}, {"unset", command.unset}};
        return present(client_.ask(request), output_, tags_view);
    }

    int operator()(const LogLevelCommand& command) {
        return present(client_.ask({{"op", "log_level"}, {"level", command.level}}), output_,
                       [](const Json&) { return std::string(); });
    }

  private:
    Json ask_all(const Json& request, Duration timeout) {
        const Json status = client_.ask({{"op", "status"}});
        const PassingLine line;
        line.show("asking all " + std::to_string(status.value("roster_size", 0)) +
                  " members; silent ones are waited for ...");
        return client_.ask(request, timeout);
    }

    /// Says so if a member that is asked for is not known.
    static bool has_unknown(const Json& answer, const std::vector<std::string>& names) {
        std::vector<std::string> known;
        for (const Json& member : answer.at("members"))
            known.push_back(member.value("name", ""));
        const auto is_unknown = [&](const std::string& name) {
            return std::find(known.begin(), known.end(), name) == known.end();
        };
        const auto unknown = std::find_if(names.begin(), names.end(), is_unknown);
        if (unknown == names.end()) return false;
        complain("no member " + in_quotes(*unknown) + " is known" + suggestion(*unknown, known));
        return true;
    }

    static void keep_wanted(Json& answer, const MembersCommand& wanted) {
        Json kept = Json::array();
        for (const Json& member : answer.at("members")) {
            if (is_wanted(wanted, member)) kept.push_back(member);
        }
        answer["members"] = std::move(kept);
    }

    static std::string tags_view(const Json& answer) {
        std::string text;
        for (const auto& item : answer.at("tags").items()) {
            text += printable(item.key() + "=" + item.value().get<std::string>()) + "\n";
        }
        return text;
    }

    static std::string unmet_text(const Json& answer) {
        return joined(answer.value("unmet", std::vector<std::string>{}));
    }

    Client& client_;
    Output output_;
    Screen screen_;
};

int run_client(const ClientCommand& command) {
    try {
        Client client(status_address(command.status, command.run_directory), command.timeout);
        return std::visit(Asking(client, command.output), command.question);
    } catch (const Unreachable& error) {
        complain(error.what());
        return exit_code::unreachable;
    } catch (const zmq::error_t& error) {
        complain(error.what());
        return exit_code::unreachable;
    } catch (const UsageError& error) {
        complain(error.what());
        return exit_code::usage;
    }
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
    auto command = parse_command_line(arguments, process_environment());
    if (!command) {
        const Usage& usage = command.error();
        std::fputs(usage.text.c_str(), usage.exit_code == 0 ? stdout : stderr);
        return usage.exit_code;
    }
    for (const std::string& sentence : misspelt_variables(variable_names()))
        complain(sentence);
    if (const auto* node = std::get_if<NodeCommand>(&command.value())) {
        if (node->is_check) return run_check(*node);
        return run_node(
            *node, [&arguments] { return parse_command_line(arguments, process_environment()); });
    }
    if (const auto* web = std::get_if<WebCommand>(&command.value())) return run_web(*web);
    if (const auto* simulate = std::get_if<SimulateCommand>(&command.value())) {
        return run_simulate(*simulate);
    }
    if (const auto* keys = std::get_if<KeyCommand>(&command.value())) return run_key_command(*keys);
    return run_client(std::get<ClientCommand>(command.value()));
}

}  // namespace hearsay

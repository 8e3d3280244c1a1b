#include "check_command.hpp"

#include <cstdio>

#include <unistd.h>

#include "hearsay/duration.hpp"

#include "endpoint.hpp"
#include "exit_code.hpp"
#include "log.hpp"
#include "node_keys.hpp"
#include "output.hpp"
#include "start_checks.hpp"
#include "table.hpp"

namespace hearsay {

namespace {

/// Rows of an option and a value; what says nothing is shown in words.
class View {
  public:
    void add(const std::string& option, const std::string& value, const std::string& otherwise) {
        table_.add_row({{.text = option}, {.text = value.empty() ? otherwise : value}});
    }

    void add(const std::string& option, Duration value) { add(option, exact_text(value), ""); }

    void add(const std::string& option, const std::vector<std::string>& values) {
        if (values.empty()) add(option, "", "none");
        for (const std::string& value : values)
            add(option, value, "none");
    }

    [[nodiscard]] std::string text(Screen screen) const { return table_.text(screen); }

  private:
    Table table_{{{"OPTION"}, {"VALUE"}}};
};

void add_places(View& view, const NodeOptions& node) {
    view.add("name", node.name, "");
    view.add("cluster", node.config.cluster, "");
    view.add("bind", node.bind, "");
    view.add("advertise", node.advertise, "the address bound");
    view.add("join", node.config.seeds);
    std::vector<std::string> tags;
    for (const auto& [key, value] : node.tags)
        tags.push_back(std::string(key).append("=").append(value));
    view.add("tag", tags);
    view.add("run-dir", node.run_directory.string(), "");
    view.add("data-dir", node.data_directory.string(), "none");
    view.add("status", node.status, "none");
    view.add("events-address", node.events, "none");
    view.add("keys", node.keys.string(), node.insecure ? "none (insecure)" : "none (plain)");
    if (!node.keys.empty()) view.add("key-use", std::string(text(node.key_use)), "");
}

void add_times(View& view, const NodeCommand& command) {
    const Config& config = command.node.config;
    view.add("profile", command.profile, "");
    view.add("round", config.round);
    view.add("suspect-after", config.suspect_after);
    view.add("fail-after", config.fail_after);
    view.add("forget-after", config.forget_after);
    view.add("leave-timeout", config.leave_timeout);
    view.add("rings", std::to_string(config.ring_count), "");
}

void add_reactions(View& view, const NodeCommand& command) {
    view.add("on-event", command.node.event_handlers);
    view.add("handler-timeout", command.node.handler_timeout);
    view.add("events", command.prints_events ? "json" : "", "none");
    view.add("log-level", std::string(log_level_name(command.log.level)), "");
    view.add("log-format", command.log.format == LogFormat::json ? "json" : "text", "");
    view.add("log-file", command.log.file, "standard error");
}

/// The endpoint as it comes out where any free port is asked for.
std::string bound_endpoint(const std::string& bind) {
    auto endpoint = parse_endpoint(bind);
    if (!endpoint) return bind;
    const bool is_ipc = endpoint->scheme == Endpoint::Scheme::ipc;
    if (is_ipc && is_wildcard(*endpoint)) endpoint->host = "/tmp/any";
    if (!is_ipc && endpoint->port == 0) endpoint->port = 1;
    return text(*endpoint);
}

/// False if the port is known only once it is bound.
bool is_told_as_it_is(const NodeOptions& node) {
    const auto endpoint = parse_endpoint(node.advertise.empty() ? node.bind : node.advertise);
    return endpoint && (endpoint->scheme == Endpoint::Scheme::ipc || endpoint->port != 0);
}

}  // namespace

std::string node_view(const NodeCommand& command, Screen screen) {
    View view;
    add_places(view, command.node);
    add_times(view, command);
    add_reactions(view, command);
    std::string text = view.text(screen);
    for (const std::string& note : command.notes)
        text += printable("Note: " + note) + "\n";
    return text;
}

void check_node(const NodeOptions& node) {
    check_options(node);
    const std::string told = advertised_endpoint(node.advertise, bound_endpoint(node.bind));
    Log silent({});
    const NodeKeys keys(node, silent);
    if (is_told_as_it_is(node)) keys.check_advertised(told);
}

int run_check(const NodeCommand& command) {
    try {
        check_node(command.node);
    } catch (const StartError& error) {
        std::fprintf(stderr, "hearsay node: %s\n", printable(error.what()).c_str());
        return exit_code::of(error);
    }
    print(node_view(command, screen_for(STDOUT_FILENO)));
    return exit_code::yes;
}

}  // namespace hearsay

#include "node_command.hpp"

#include <atomic>
#include <cstdio>

#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "exit_code.hpp"
#include "json.hpp"
#include "line_writer.hpp"
#include "log.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

/// The node that signals speak to.
std::atomic<Node*> signalled_node = nullptr;
static_assert(std::atomic<Node*>::is_always_lock_free);

void handle_signal(int /*signal*/) {
    if (Node* node = signalled_node.load()) node->request_leave();
}

/// Directs signals to a node for as long as it lives.
class SignalGuard {
  public:
    explicit SignalGuard(Node& node) {
        signalled_node = &node;
        struct sigaction action {};
        action.sa_handler = handle_signal;
        for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
            struct sigaction former {};
            ::sigaction(number, nullptr, &former);
            // Who starts us with nohup wants us to outlive the terminal.
            const bool is_unwanted = number == SIGHUP && former.sa_handler == SIG_IGN;
            if (!is_unwanted) ::sigaction(number, &action, nullptr);
        }
    }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;
    ~SignalGuard() { signalled_node = nullptr; }
};

void complain(const std::string& problem) {
    std::fprintf(stderr, "hearsay node: %s\n", printable(problem).c_str());
}

int exit_code_of(const Ending& ending) {
    switch (ending.reason) {
        case EndReason::left:
            return exit_code::yes;
        case EndReason::interrupted:
            return exit_code::no;
        case EndReason::name_conflict:
            return exit_code::usage;
    }
    return exit_code::no;
}

void log_times(const NodeCommand& command) {
    const Config& config = command.node.config;
    spdlog::info("profile {}: round {}, suspect after {}, fail after {}, forget after {}",
                 command.profile, text(config.round), text(config.suspect_after),
                 text(config.fail_after), text(config.forget_after));
    for (const std::string& note : command.notes)
        spdlog::info("{}", note);
}

int run_logged(const NodeCommand& command) {
    Node node(command.node);
    const SignalGuard guard(node);
    log_times(command);
    LineWriter events(STDOUT_FILENO);
    if (command.prints_events) {
        node.on_event(
            [&events](const Event& event, WallTime at) { events.write(event_json(event, at)); });
    }
    const Ending ending = node.run();
    // On standard error the log has said it already.
    const bool is_silent = !command.log.file.empty() || command.log.level == "off";
    if (ending.reason == EndReason::name_conflict && ending.bearer && is_silent) {
        complain("name " + ending.bearer->name + " is in use at " + ending.bearer->endpoint +
                 "; give this node another name with --name, or stop the other one");
    }
    return exit_code_of(ending);
}

}  // namespace

int run_node(const NodeCommand& command) {
    // A closed standard output or error must not end the node.
    ::signal(SIGPIPE, SIG_IGN);
    if (const auto problem = set_up_log(command.log, command.node.name)) {
        complain(*problem);
        return exit_code::usage;
    }
    try {
        return run_logged(command);
    } catch (const StartError& error) {
        complain(error.what());
        return StartError::exit_code;
    }
}

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/node.hpp"
#include "hearsay/result.hpp"
#include "hearsay/time.hpp"

#include "endpoint.hpp"
#include "key_command.hpp"
#include "log_writer.hpp"
#include "run_directory.hpp"
#include "simulation/plan.hpp"

namespace hearsay {

/// `hearsay node`.
struct NodeCommand {
    NodeOptions node;
    LogOptions log;
    /// Show what would be started, and start nothing.
    bool is_check = false;
    /// Write every event as a line of JSON to standard output.
    bool prints_events = false;
    /// The name of the profile that was started from.
    std::string profile;
    /// What was decided for the user and should be told, each a sentence for the log.
    std::vector<std::string> notes;
};

enum class Output : std::uint8_t { table, json };

/// Which members to show: those of these names, in one of these states, with all these tags. What
/// is empty asks for nothing.
struct MembersCommand {
    std::vector<std::string> names;
    std::vector<std::string> states;
    /// Each "KEY" or "KEY=VALUE".
    std::vector<std::string> tags;
};
struct StatusCommand {};
struct LinksCommand {};
struct ViewsCommand {
    /// After which what has come is shown.
    Duration timeout{};
};
struct MetricsCommand {};
struct ExplainCommand {
    std::string member;
};
struct EventsCommand {};
struct WatchCommand {};
struct WaitCommand {
    std::optional<std::uint64_t> alive;
    std::optional<std::uint64_t> alive_min;
    std::vector<std::string> failed;
    std::vector<std::string> left;
    bool is_agreed = false;
    Duration timeout{};
};
struct LeaveCommand {};
struct ForgetCommand {
    std::string member;
    bool is_forced = false;
};
struct TagCommand {
    Tags set;
    std::vector<std::string> unset;
};
struct LogLevelCommand {
    std::string level;
};

/// A command that asks a running node.
struct ClientCommand {
    std::variant<MembersCommand, StatusCommand, LinksCommand, ViewsCommand, MetricsCommand,
                 ExplainCommand, EventsCommand, WatchCommand, WaitCommand, LeaveCommand,
                 ForgetCommand, TagCommand, LogLevelCommand>
        question;
    /// Where the node answers; empty: the one node with a run file in the run directory.
    std::string status;
    /// Where to look for it; empty if it is known where it answers.
    std::filesystem::path run_directory;
    /// How long the node may take to answer.
    Duration timeout{};
    Output output = Output::table;
};

/// `hearsay web`.
struct WebCommand {
    /// Where to serve.
    Endpoint listen;
    /// Names that browsers may reach it by, beside its own.
    std::vector<std::string> allowed_hosts;
    /// As of ClientCommand.
    std::string status;
    std::filesystem::path run_directory;
    Output output = Output::table;
};

/// `hearsay simulate`.
struct SimulateCommand {
    simulation::Plan plan;
    /// The name of the profile that was started from.
    std::string profile;
    /// What was decided for the user and should be told, each a sentence.
    std::vector<std::string> notes;
    /// Print everything that happens.
    bool prints_log = false;
    Output output = Output::table;
};

/// Text to print instead of doing anything: help and version on standard output with exit code 0,
/// a fault on standard error, in one line, with exit code 2.
struct Usage {
    int exit_code = 0;
    std::string text;
};

using Command = std::variant<NodeCommand, ClientCommand, WebCommand, SimulateCommand, KeyCommand>;

/// A sentence for each variable that is likely a misspelt one of ours: such a setting is read by
/// nobody. `names` are those of the environment.
[[nodiscard]] std::vector<std::string> misspelt_variables(const std::vector<std::string>& names);

/// What the arguments, without the name of the program, ask for. The command line outweighs the
/// environment, which outweighs the configuration file.
[[nodiscard]] Result<Command, Usage> parse_command_line(const std::vector<std::string>& arguments,
                                                        const Environment& environment);

}  // namespace hearsay

#include "options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "hearsay/duration.hpp"

#include "addresses.hpp"
#include "arguments.hpp"
#include "key_options.hpp"
#include "log.hpp"
#include "node_options.hpp"
#include "phrase.hpp"
#include "settings.hpp"
#include "simulate_options.hpp"
#include "terminal.hpp"
#include "version.hpp"
#include "views.hpp"
#include "web_options.hpp"

namespace hearsay {

namespace {

constexpr std::string_view general = "General";
constexpr std::string_view conditions = "What to wait for";

constexpr OptionSpec status_spec{
    "status", "ADDRESS",  "Where the node answers; unless given, the one that runs here",
    general,  Arity::one, Reach::environment};
constexpr OptionSpec run_dir_spec{
    "run-dir", "DIRECTORY", "Where to look for the node that runs here",
    general,   Arity::one,  Reach::environment};
constexpr OptionSpec timeout_spec{"timeout", "TIME",
                                  "How long the node may take to answer; 2s unless given", general};
constexpr OptionSpec json_spec{"json", "", "Print JSON instead of text", general, Arity::flag};

/// Of a command whose output has a format of its own.
constexpr std::array<OptionSpec, 3> formatted_specs{status_spec, run_dir_spec, timeout_spec};

constexpr std::array<OptionSpec, 4> plain_specs{status_spec, run_dir_spec, timeout_spec, json_spec};

constexpr std::array<OptionSpec, 6> members_specs{{
    {"state", "STATE", "Only the alive, suspect, failed or left; may be repeated", general,
     Arity::many},
    {"tag", "KEY[=VALUE]", "Only those with this tag; may be repeated", general, Arity::many},
    status_spec,
    run_dir_spec,
    timeout_spec,
    json_spec,
}};

constexpr std::array<OptionSpec, 5> forget_specs{{
    {"force", "", "Forget it even if it is alive", general, Arity::flag},
    status_spec,
    run_dir_spec,
    timeout_spec,
    json_spec,
}};

constexpr std::array<OptionSpec, 9> wait_specs{{
    {"alive", "COUNT", "Exactly so many members are alive", conditions},
    {"at-least", "COUNT", "At least so many members are alive", conditions},
    {"failed", "NAME", "This member has failed; may be repeated", conditions, Arity::many},
    {"left", "NAME", "This member has left; may be repeated", conditions, Arity::many},
    {"agree", "", "All peers see the same living members", conditions, Arity::flag},
    {"timeout", "TIME", "Longest wait; 10s unless given", conditions},
    status_spec,
    run_dir_spec,
    json_spec,
}};

constexpr std::array<OptionSpec, 4> views_specs{{
    {"timeout", "TIME", "Show what has come after this time; 2m unless given", general},
    status_spec,
    run_dir_spec,
    json_spec,
}};

constexpr std::array<OptionSpec, 5> tag_specs{{
    {"unset", "KEY", "Remove the tag; may be repeated", general, Arity::many},
    status_spec,
    run_dir_spec,
    timeout_spec,
    json_spec,
}};

constexpr std::array<OptionSpec, 5> web_specs{{
    {"listen", "ADDRESS:PORT",
     "Where to serve; 127.0.0.1:7780 unless given, and port 0 takes a free one", general},
    {"allow-host", "NAME", "A name that browsers may reach it by; may be repeated", general,
     Arity::many},
    status_spec,
    run_dir_spec,
    json_spec,
}};

/// One command, and how it is made of what was set.
struct CommandSpec {
    Syntax syntax;
    Command (*make)(const Settings&, const Environment&);
};

/// Nothing is called nothing: where a name is empty, a variable of a script was not set.
std::vector<std::string> names(const Settings& settings, std::string_view option) {
    std::vector<std::string> list = settings.texts(option);
    const bool is_empty = std::find(list.begin(), list.end(), "") != list.end();
    if (is_empty) settings.refuse(option, "is empty; give the name");
    return list;
}

std::string operand_text(const Settings& settings, std::string_view name) {
    if (!settings.has(name)) throw UsageError(std::string(name) + " is missing");
    return names(settings, name).front();
}

Duration timeout(const Settings& settings, Duration fallback) {
    const Duration span = settings.duration("timeout", fallback);
    if (span <= Duration::zero()) settings.refuse("timeout", "must be more than 0, for example 2s");
    // The node waits no longer.
    constexpr Duration most = std::chrono::hours(24);
    if (span > most) {
        settings.refuse("timeout",
                        "is " + exact_text(span) + "; it must be at most " + exact_text(most));
    }
    return span;
}

template <typename Question>
ClientCommand client(const Settings& settings, const Environment& environment, Question question) {
    using std::chrono::seconds;
    ClientCommand command;
    command.question = std::move(question);
    if (settings.has("status")) {
        command.status = absolute_address(settings, "status", settings.text("status"));
    } else {
        command.run_directory = run_directory(settings, environment);
    }
    command.timeout = timeout(settings, seconds(2));
    command.output = settings.flag("json") ? Output::json : Output::table;
    return command;
}

template <typename Question>
Command make_plain(const Settings& settings, const Environment& environment) {
    return client(settings, environment, Question{});
}

Command make_node(const Settings& settings, const Environment& environment) {
    return make_node_command(settings, environment);
}

/// Of a command that asks no node.
template <auto make>
Command make_alone(const Settings& settings, const Environment& /*environment*/) {
    return make(settings);
}

Command make_members(const Settings& settings, const Environment& environment) {
    return client(settings, environment,
                  MembersCommand{.names = names(settings, "NAME"),
                                 .states = settings.choices("state", member_states()),
                                 .tags = names(settings, "tag")});
}

Command make_explain(const Settings& settings, const Environment& environment) {
    return client(settings, environment, ExplainCommand{operand_text(settings, "NAME")});
}

Command make_forget(const Settings& settings, const Environment& environment) {
    return client(settings, environment,
                  ForgetCommand{.member = operand_text(settings, "NAME"),
                                .is_forced = settings.flag("force")});
}

Command make_wait(const Settings& settings, const Environment& environment) {
    using std::chrono::seconds;
    WaitCommand wait{.alive = settings.number("alive"),
                     .alive_min = settings.number("at-least"),
                     .failed = names(settings, "failed"),
                     .left = names(settings, "left"),
                     .is_agreed = settings.flag("agree"),
                     .timeout = timeout(settings, seconds(10))};
    const bool is_empty = !wait.alive && !wait.alive_min && wait.failed.empty() &&
                          wait.left.empty() && !wait.is_agreed;
    if (is_empty) {
        throw UsageError(
            "nothing to wait for; give --alive, --at-least, --failed, --left or --agree");
    }
    ClientCommand command = client(settings, environment, std::move(wait));
    // The time limit given is that of the wait; to be reached, the node has the usual time.
    command.timeout = seconds(2);
    return command;
}

Command make_views(const Settings& settings, const Environment& environment) {
    ClientCommand command =
        client(settings, environment, ViewsCommand{timeout(settings, std::chrono::minutes(2))});
    // As of a wait.
    command.timeout = std::chrono::seconds(2);
    return command;
}

Command make_web(const Settings& settings, const Environment& environment) {
    const ClientCommand common = client(settings, environment, StatusCommand{});
    return WebCommand{.listen = listen_option(settings),
                      .allowed_hosts = allow_host_option(settings),
                      .status = common.status,
                      .run_directory = common.run_directory,
                      .output = common.output};
}

Command make_tag(const Settings& settings, const Environment& environment) {
    TagCommand tag{.set = {}, .unset = names(settings, "unset")};
    for (const std::string& text : settings.texts("KEY=VALUE")) {
        const auto [key, value] = split_tag(text, "KEY=VALUE");
        tag.set[key] = value;
    }
    for (const std::string& key : tag.unset) {
        if (tag.set.contains(key)) {
            settings.refuse("unset", in_quotes(key) + " is also set; do one or the other");
        }
    }
    if (tag.set.empty() && tag.unset.empty()) {
        throw UsageError("nothing to change; give KEY=VALUE or --unset KEY");
    }
    return client(settings, environment, std::move(tag));
}

Command make_log_level(const Settings& settings, const Environment& environment) {
    operand_text(settings, "LEVEL");
    return client(settings, environment,
                  LogLevelCommand{settings.choice("LEVEL", log_levels(), "")});
}

const std::array<CommandSpec, 20>& commands() {
    constexpr std::optional<Operand> none;
    constexpr Operand name{"NAME"};
    constexpr Operand nodes{"NAME", Arity::many};
    static const std::array<CommandSpec, 20> list{{
        {{"node", "Run a node", node_specs(), none}, make_node},
        {{"members", "Show the members as a node sees them", members_specs, nodes}, make_members},
        {{"status", "Show the condition of a node", plain_specs, none}, make_plain<StatusCommand>},
        {{"links", "Show how a node hears those that it observes", plain_specs, none},
         make_plain<LinksCommand>},
        {{"views", "Ask all members what they hold, and show where they differ", views_specs, none},
         make_views},
        {{"metrics", "Print the state of a node in the text format of Prometheus", formatted_specs,
          none},
         make_plain<MetricsCommand>},
        {{"explain", "Tell why a member is held for what it is", plain_specs, name}, make_explain},
        {{"events", "Show events as they happen", plain_specs, none}, make_plain<EventsCommand>},
        {{"watch", "Show the whole fleet on a live screen", formatted_specs, none},
         make_plain<WatchCommand>},
        {{"web", "Serve a page that shows what a node sees, and its answers over HTTP", web_specs,
          none},
         make_web},
        {{"wait", "Wait until the membership is as wanted, for scripts", wait_specs, none},
         make_wait},
        {{"leave", "Make a node leave its cluster and end", plain_specs, none},
         make_plain<LeaveCommand>},
        {{"forget", "Remove a failed or left member everywhere, now", forget_specs, name},
         make_forget},
        {{"tag", "Change what a node says about itself", tag_specs,
          Operand{"KEY=VALUE", Arity::many}},
         make_tag},
        {{"log-level", "Change how much a running node logs", plain_specs, Operand{"LEVEL"}},
         make_log_level},
        {{"simulate", "Predict what settings will do, in a simulated cluster", simulate_specs(),
          none},
         make_alone<make_simulate_command>},
        {{"keygen", "Make the keys of a cluster, or new ones in their place", keygen_specs(), none},
         make_alone<make_keygen_command>},
        {{"certify", "Make keys of nodes, or renew their certificates", certify_specs(), nodes},
         make_alone<make_certify_command>},
        {{"revoke", "Make the key of a node good no more", revoke_specs(), name},
         make_alone<make_revoke_command>},
        {{"keys", "Show the keys of nodes, and until when they are good", list_keys_specs(), none},
         make_alone<make_list_keys_command>},
    }};
    return list;
}

/// The variables that are read by a command, or given to a handler.
std::vector<std::string> known_variables() {
    std::vector<std::string> known;
    for (const char* name : {"PROGRAM", "EVENT", "SEQ", "MISSED", "MEMBER", "ENDPOINT", "LIFE",
                             "INCARNATION", "CAUSE", "SILENCE_MS", "ACCUSERS", "SELF"})
        known.push_back(std::string(variable_prefix) + name);
    for (const CommandSpec& command : commands()) {
        for (const OptionSpec& option : command.syntax.options) {
            if (is_in_environment(option)) known.push_back(variable_name(option.name));
        }
    }
    return known;
}

/// One line, whatever it speaks of.
Usage fault(const std::string& command, const std::string& problem) {
    return {.exit_code = 2, .text = printable(command + ": " + problem) + "\n"};
}

Usage no_fault(const std::string& text) {
    return {.exit_code = 0, .text = text};
}

std::vector<Syntax> syntaxes() {
    std::vector<Syntax> list;
    for (const CommandSpec& spec : commands())
        list.push_back(spec.syntax);
    return list;
}

/// The first argument is not the name of a command.
Usage no_command(std::span<const std::string> arguments) {
    std::vector<std::string> known;
    for (const CommandSpec& spec : commands())
        known.emplace_back(spec.syntax.name);
    const std::string list = "; known: " + joined(known);
    if (arguments.empty()) return fault("hearsay", "no command given" + list + "; see --help");
    const std::string& first = arguments.front();
    if (first == "--help" || first == "-h") return no_fault(program_help(syntaxes()));
    if (first == "--version") return no_fault("hearsay " + std::string(version) + "\n");
    if (first.starts_with("-")) {
        return fault("hearsay",
                     "unknown option " + first + "; options stand behind a command" + list);
    }
    const std::string near = suggestion(first, known);
    return fault("hearsay", "unknown command " + in_quotes(first) + (near.empty() ? list : near));
}

/// "help", and "help COMMAND".
Usage help(const std::vector<std::string>& arguments) {
    const bool is_whole = arguments.size() < 2 || arguments[1] == "help";
    if (arguments.size() > 2) {
        return fault("hearsay help", "unexpected argument " + in_quotes(arguments[2]));
    }
    if (is_whole) return no_fault(program_help(syntaxes()));
    for (const CommandSpec& spec : commands()) {
        if (spec.syntax.name != arguments[1]) continue;
        const std::vector<std::string> asked{"--help"};
        return no_fault(read_arguments(spec.syntax, asked).error());
    }
    return no_command(std::span(arguments).subspan(1));
}

Settings all_settings(const Syntax& syntax, const Arguments& arguments,
                      const Environment& environment) {
    // A file describes a node, whatever a command makes of it.
    Settings settings(syntax.options, node_specs());
    for (const auto& [name, setting] : arguments)
        settings.set(name, setting);
    settings.add_environment(environment);
    settings.add_file();
    return settings;
}

}  // namespace

std::vector<std::string> misspelt_variables(const std::vector<std::string>& names) {
    const std::vector<std::string> known = known_variables();
    std::vector<std::string> sentences;
    for (const std::string& name : names) {
        const bool is_ours = name.starts_with(variable_prefix);
        const bool is_tag = name.starts_with(variable_name("tag") + "_");
        if (!is_ours || is_tag || std::find(known.begin(), known.end(), name) != known.end())
            continue;
        const std::string near = suggestion(name, known);
        if (near.empty()) continue;
        sentences.push_back("the variable " + name + " is not known, and ignored");
        sentences.back() += near;
    }
    return sentences;
}

Result<Command, Usage> parse_command_line(const std::vector<std::string>& arguments,
                                          const Environment& environment) {
    if (!arguments.empty() && arguments.front() == "help") return help(arguments);
    const auto is_it = [&](const CommandSpec& spec) {
        return !arguments.empty() && spec.syntax.name == arguments.front();
    };
    const auto* const spec = std::find_if(commands().begin(), commands().end(), is_it);
    if (spec == commands().end()) return no_command(arguments);
    try {
        const auto given = read_arguments(spec->syntax, std::span(arguments).subspan(1));
        if (!given) return no_fault(given.error());
        return spec->make(all_settings(spec->syntax, given.value(), environment), environment);
    } catch (const UsageError& error) {
        return fault("hearsay " + std::string(spec->syntax.name), error.what());
    }
}

}  // namespace hearsay

#include "options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <span>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "log.hpp"
#include "node_options.hpp"
#include "phrase.hpp"
#include "settings.hpp"
#include "simulate_options.hpp"
#include "version.hpp"

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

constexpr std::array<OptionSpec, 4> plain_specs{status_spec, run_dir_spec, timeout_spec, json_spec};

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
    {"agree", "", "All peers see the same members", conditions, Arity::flag},
    {"timeout", "TIME", "Longest wait; 10s unless given", conditions},
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

/// What stands behind a command without dashes.
struct Operand {
    std::string_view name;
    Arity arity = Arity::one;
};

/// One command: its options, and how it is made of what was set.
struct CommandSpec {
    std::string_view name;
    std::string_view help;
    std::span<const OptionSpec> options;
    std::optional<Operand> operand;
    Command (*make)(const Settings&, const Environment&);
};

std::string operand_text(const Settings& settings, std::string_view name) {
    if (!settings.has(name)) throw UsageError(std::string(name) + " is missing");
    return settings.text(name);
}

template <typename Question>
ClientCommand client(const Settings& settings, const Environment& environment, Question question) {
    using std::chrono::seconds;
    ClientCommand command;
    command.question = std::move(question);
    command.status = settings.text("status");
    command.run_directory = settings.text("run-dir", default_run_directory(environment).string());
    command.timeout = settings.duration("timeout", seconds(2));
    if (command.timeout <= Duration::zero()) {
        settings.refuse("timeout", "must be more than 0, for example 2s");
    }
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

Command make_simulate(const Settings& settings, const Environment& /*environment*/) {
    return make_simulate_command(settings);
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
                     .failed = settings.texts("failed"),
                     .left = settings.texts("left"),
                     .is_agreed = settings.flag("agree"),
                     .timeout = settings.duration("timeout", seconds(10))};
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

Command make_tag(const Settings& settings, const Environment& environment) {
    TagCommand tag{.set = {}, .unset = settings.texts("unset")};
    for (const std::string& text : settings.texts("KEY=VALUE")) {
        tag.set.insert(split_tag(text, "KEY=VALUE"));
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

const std::array<CommandSpec, 11>& commands() {
    constexpr std::optional<Operand> none;
    static const std::array<CommandSpec, 11> list{{
        {"node", "Run a node", node_specs(), none, make_node},
        {"members", "Show the members as a node sees them", plain_specs, none,
         make_plain<MembersCommand>},
        {"status", "Show the condition of a node", plain_specs, none, make_plain<StatusCommand>},
        {"explain", "Tell why a member is held for what it is", plain_specs, Operand{"NAME"},
         make_explain},
        {"events", "Show events as they happen", plain_specs, none, make_plain<EventsCommand>},
        {"wait", "Wait until the membership is as wanted, for scripts", wait_specs, none,
         make_wait},
        {"leave", "Make a node leave its cluster and end", plain_specs, none,
         make_plain<LeaveCommand>},
        {"forget", "Remove a failed or left member everywhere, now", forget_specs, Operand{"NAME"},
         make_forget},
        {"tag", "Change what a node says about itself", tag_specs,
         Operand{"KEY=VALUE", Arity::many}, make_tag},
        {"log-level", "Change how much a running node logs", plain_specs, Operand{"LEVEL"},
         make_log_level},
        {"simulate", "Predict what settings will do, in a simulated cluster", simulate_specs(),
         none, make_simulate},
    }};
    return list;
}

/// A command as CLI11 reads it, and what it has read.
class Reader {
  public:
    Reader(CLI::App& program, const CommandSpec& spec) : spec_(spec) {
        app_ = program.add_subcommand(std::string(spec.name), std::string(spec.help));
        app_->allow_extras();
        for (const OptionSpec& option : spec.options)
            add(option);
        if (!spec.operand) return;
        CLI::Option* operand = app_->add_option(std::string(spec.operand->name),
                                                values_[std::string(spec.operand->name)]);
        operand->type_name("");
        if (spec.operand->arity == Arity::one) operand->expected(0, 1);
    }

    [[nodiscard]] bool is_chosen() const { return app_->parsed(); }
    [[nodiscard]] const CommandSpec& spec() const { return spec_; }

    [[nodiscard]] Settings settings(const Environment& environment) const {
        refuse_extras();
        // A file describes a node, whatever a command makes of it.
        Settings settings(spec_.options, node_specs());
        for (const auto& [name, values] : values_) {
            if (values.empty()) continue;
            const bool is_operand = spec_.operand && spec_.operand->name == name;
            const std::string origin = is_operand ? name : "--" + name;
            refuse_repetition(name, values, origin);
            settings.set(name, {.values = values, .origin = origin});
        }
        for (const auto& [name, is_set] : flags_) {
            if (is_set) settings.set(name, {.values = {"true"}, .origin = "--" + name});
        }
        settings.add_environment(environment);
        if (settings.has("config")) settings.add_file(settings.text("config"));
        return settings;
    }

  private:
    void add(const OptionSpec& option) {
        const std::string name(option.name);
        std::string help(option.help);
        if (is_in_environment(option)) help += " [" + variable_name(name) + "]";
        CLI::Option* added = option.arity == Arity::flag
                                 ? app_->add_flag("--" + name, flags_[name], help)
                                 : app_->add_option("--" + name, values_[name], help)
                                       ->allow_extra_args(false)
                                       ->expected(1)
                                       ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                                       ->type_name(std::string(option.value));
        added->group(std::string(option.group));
    }

    void refuse_repetition(const std::string& name, const std::vector<std::string>& values,
                           const std::string& origin) const {
        for (const OptionSpec& option : spec_.options) {
            if (option.name != name || option.arity != Arity::one || values.size() == 1) continue;
            throw UsageError(origin + " is given " + std::to_string(values.size()) +
                             " times; give it once");
        }
    }

    void refuse_extras() const {
        const std::vector<std::string> extras = app_->remaining();
        if (extras.empty()) return;
        const std::string& first = extras.front();
        const bool is_option = first.starts_with("-");
        std::vector<std::string> known;
        for (const OptionSpec& option : spec_.options)
            known.push_back("--" + std::string(option.name));
        throw UsageError(is_option ? "unknown option " + first + suggestion(first, known)
                                   : "unexpected argument \"" + first + "\"");
    }

    const CommandSpec& spec_;
    CLI::App* app_ = nullptr;
    std::map<std::string, std::vector<std::string>> values_;
    std::map<std::string, bool> flags_;
};

Usage fault(const std::string& command, const std::string& problem) {
    return {.exit_code = 2, .text = command + ": " + problem + "\n"};
}

/// Help, version, or a line that CLI11 could not read.
Usage usage(const CLI::App& program, const CLI::ParseError& error, const std::string& command) {
    if (error.get_name() == "ArgumentMismatch") {
        // It begins with the option and a colon.
        const std::string problem = error.what();
        return fault(command, problem.substr(0, problem.find(':')) + " needs a value");
    }
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
        std::string problem = error.what();
        std::replace(problem.begin(), problem.end(), '\n', ' ');
        return fault(command, problem);
    }
    std::ostringstream out;
    program.exit(error, out, out);
    return {.exit_code = 0, .text = out.str()};
}

Usage unknown_command(const CLI::App& program) {
    const std::vector<std::string> extras = program.remaining();
    std::vector<std::string> known;
    for (const CommandSpec& spec : commands())
        known.emplace_back(spec.name);
    if (extras.empty())
        return fault("hearsay",
                     "no command given; known: " + joined(known) + "; see hearsay --help");
    const std::string near = suggestion(extras.front(), known);
    return fault("hearsay", "unknown command \"" + extras.front() + "\"" +
                                (near.empty() ? "; known: " + joined(known) : near));
}

}  // namespace

Result<Command, Usage> parse_command_line(const std::vector<std::string>& arguments,
                                          const Environment& environment) {
    CLI::App program("Who is alive in a cluster: every node gossips, and reaches its own verdict.",
                     "hearsay");
    program.set_version_flag("--version", "hearsay " + std::string(version));
    program.allow_extras();
    std::deque<Reader> readers;
    for (const CommandSpec& spec : commands())
        readers.emplace_back(program, spec);
    try {
        program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return usage(program, error, "hearsay " + arguments.front());
    }
    for (const Reader& reader : readers) {
        if (!reader.is_chosen()) continue;
        try {
            return reader.spec().make(reader.settings(environment), environment);
        } catch (const UsageError& error) {
            return fault("hearsay " + std::string(reader.spec().name), error.what());
        }
    }
    return unknown_command(program);
}

}  // namespace hearsay

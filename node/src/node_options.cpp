#include "node_options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <unistd.h>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view ipc_scheme = "ipc://";
constexpr std::string_view times = "Times";
constexpr std::string_view place = "Who and where";
constexpr std::string_view reaction = "Events and log";

/// In the environment HEARSAY_STATUS is the node to ask; a node started from there, by an event
/// handler for example, is not to take the place of that one.
constexpr std::array<OptionSpec, 22> specs{{
    {"name", "NAME", "Unique in the cluster; the host name unless given", place, Arity::one,
     Reach::everywhere},
    {"cluster", "NAME", "The cluster to belong to; must be given", place, Arity::one,
     Reach::everywhere},
    {"bind", "ENDPOINT", "Where peers reach this node, as tcp://127.0.0.1:0 (port 0: any)", place,
     Arity::one, Reach::everywhere},
    {"advertise", "ENDPOINT", "What peers are told to dial, if it differs from --bind", place,
     Arity::one, Reach::everywhere},
    {"join", "ENDPOINT", "A member to join through; may be repeated", place, Arity::many,
     Reach::everywhere},
    {"tag", "KEY=VALUE", "Something to say about this member; may be repeated", place, Arity::many,
     Reach::everywhere},
    {"status", "ADDRESS", "Where to answer questions; a socket in the run directory, or none",
     place, Arity::one, Reach::file},
    {"events-address", "ADDRESS", "Where to publish events; a socket in the run directory, or none",
     place, Arity::one, Reach::everywhere},
    {"run-dir", "DIRECTORY", "Where sockets and the run file are kept", place, Arity::one,
     Reach::everywhere},
    {"config", "FILE", "A file in TOML with the same names as keys", place, Arity::one,
     Reach::environment},
    {"profile", "local|lan|wan", "Times to start from; lan unless given", times, Arity::one,
     Reach::everywhere},
    {"fail-after", "TIME", "A silent member is failed after this: 1s, 4s, 12s by profile", times,
     Arity::one, Reach::everywhere},
    {"suspect-after", "TIME", "It is suspected after this: 600ms, 2.5s, 8s", times, Arity::one,
     Reach::everywhere},
    {"round", "TIME", "One gossip interval: 200ms, 1s, 2s", times, Arity::one, Reach::everywhere},
    {"forget-after", "TIME", "Failed and left members are listed for this: 1m, 24h, 24h", times,
     Arity::one, Reach::everywhere},
    {"leave-timeout", "TIME", "Longest wait for confirmations when leaving: 2s, 5s, 10s", times,
     Arity::one, Reach::everywhere},
    {"on-event", "COMMAND", "Shell command for every event, as JSON on its input; may be repeated",
     reaction, Arity::many, Reach::everywhere},
    {"handler-timeout", "TIME", "A command that runs longer is ended; 10s unless given", reaction,
     Arity::one, Reach::everywhere},
    {"events", "json", "Print every event on standard output, one line each", reaction, Arity::one,
     Reach::everywhere},
    {"log-level", "LEVEL", "trace, debug, info, warning, error or off", reaction, Arity::one,
     Reach::everywhere},
    {"log-format", "text|json", "For people, or one JSON object in each line", reaction, Arity::one,
     Reach::everywhere},
    {"log-file", "FILE", "Append the log to it; standard error unless given", reaction, Arity::one,
     Reach::everywhere},
}};

std::string host_name() {
    std::array<char, limits::name_bytes_max + 1> name{};
    // A longer name is cut; the last byte stays zero.
    if (::gethostname(name.data(), name.size() - 1) != 0) return "";
    return name.data();
}

/// An identity that is sound but for what is asked about.
Identity probe(std::string name, Tags tags) {
    Identity identity;
    identity.life = LifeId{1};
    identity.name = std::move(name);
    identity.endpoint = "tcp://127.0.0.1:1";
    identity.tags = std::move(tags);
    return identity;
}

/// The problem of a field goes on with a sentence that begins with the option, unless it speaks of
/// all its values.
[[noreturn]] void refuse_field(const Settings& settings, std::string_view option,
                               const ConfigError& error) {
    const bool is_plural = error.problem.starts_with("are ") || error.problem.starts_with("have ");
    settings.refuse(
        option, is_plural ? "does not fit: " + error.field + " " + error.problem : error.problem);
}

std::string member_name(const Settings& settings) {
    std::string name = settings.text("name", host_name());
    if (const auto error = validate(probe(name, {}))) settings.refuse("name", error->problem);
    // It names files in the run directory.
    if (name.find('/') != std::string::npos || name.front() == '.') {
        settings.refuse("name", "\"" + name + "\" may not hold a / or begin with a dot");
    }
    return name;
}

Config profile_config(const std::string& profile) {
    if (profile == "local") return Config::local();
    return profile == "wan" ? Config::wan() : Config::lan();
}

Duration scaled(Duration span, Duration from, Duration to) {
    using std::chrono::milliseconds;
    const double factor = static_cast<double>(to.count()) / static_cast<double>(from.count());
    const Duration product(static_cast<std::int64_t>(static_cast<double>(span.count()) * factor));
    return std::chrono::duration_cast<milliseconds>(product);
}

/// A short --fail-after alone says how fast the user wants to know; the rest of the profile
/// follows it in proportion where it must.
void fit_to_fail_after(const Settings& settings, NodeCommand& command) {
    Config& config = command.node.config;
    const bool is_free = settings.has("fail-after") && !settings.has("suspect-after");
    if (!is_free || config.suspect_after < config.fail_after) return;
    const Config profile = profile_config(command.profile);
    if (!settings.has("round")) {
        config.round = scaled(profile.round, profile.fail_after, config.fail_after);
    }
    config.suspect_after = std::max(
        scaled(profile.suspect_after, profile.fail_after, config.fail_after), config.round * 5 / 2);
    command.notes.push_back("fail-after " + text(config.fail_after) +
                            " is too short for the times of profile " + command.profile +
                            ": taking round " + text(config.round) + " and suspect-after " +
                            text(config.suspect_after) + " in proportion");
}

void judge(const Settings& settings, const Config& config) {
    const auto error = validate(config);
    if (!error) return;
    std::string option = error->field == "seeds" ? "join" : error->field;
    std::replace(option.begin(), option.end(), '_', '-');
    refuse_field(settings, option, *error);
}

void set_config(const Settings& settings, NodeCommand& command) {
    command.profile = settings.choice("profile", {"local", "lan", "wan"}, "lan");
    Config& config = command.node.config;
    config = profile_config(command.profile);
    config.cluster = settings.text("cluster");
    if (config.cluster.empty()) {
        settings.refuse("cluster",
                        "is missing; name the cluster this node belongs to, for example "
                        "--cluster demo");
    }
    config.seeds = settings.texts("join");
    config.round = settings.duration("round", config.round);
    config.suspect_after = settings.duration("suspect-after", config.suspect_after);
    config.fail_after = settings.duration("fail-after", config.fail_after);
    config.forget_after = settings.duration("forget-after", config.forget_after);
    config.leave_timeout = settings.duration("leave-timeout", config.leave_timeout);
    fit_to_fail_after(settings, command);
    judge(settings, config);
}

Tags given_tags(const Settings& settings) {
    Tags tags;
    if (const Setting* setting = settings.find("tag")) {
        for (const std::string& text : setting->values) {
            const auto [key, value] = split_tag(text, setting->origin);
            tags[key] = value;
        }
    }
    if (const auto error = validate(probe("x", tags))) refuse_field(settings, "tag", *error);
    return tags;
}

/// Others look for the socket from other directories, so a relative path is made absolute.
std::string absolute_address(const std::string& address) {
    if (address == "none") return "";
    if (!address.starts_with(ipc_scheme)) return address;
    const std::string path = address.substr(ipc_scheme.size());
    if (path.empty() || path.front() == '/') return address;
    return std::string(ipc_scheme) + fs::absolute(path).lexically_normal().string();
}

void set_addresses(const Settings& settings, const Environment& environment, NodeCommand& command) {
    NodeOptions& node = command.node;
    const std::string directory =
        settings.text("run-dir", default_run_directory(environment).string());
    node.run_directory = fs::absolute(directory).lexically_normal();
    if (const auto problem = run_directory_problem(node.run_directory)) {
        settings.refuse("run-dir", *problem);
    }
    const std::string stem = std::string(ipc_scheme) + (node.run_directory / node.name).string();
    node.status = absolute_address(settings.text("status", stem + ".status"));
    node.events = absolute_address(settings.text("events-address", stem + ".events"));
    node.bind = settings.text("bind", node.bind);
    node.advertise = settings.text("advertise");
}

LogOptions log_options(const Settings& settings) {
    const std::string format = settings.choice("log-format", {"text", "json"}, "text");
    return {.level = settings.choice("log-level", log_levels(), "info"),
            .format = format == "json" ? LogFormat::json : LogFormat::text,
            .file = settings.text("log-file")};
}

}  // namespace

std::span<const OptionSpec> node_specs() {
    return specs;
}

std::pair<std::string, std::string> split_tag(const std::string& text, const std::string& origin) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw UsageError(origin + " \"" + text + "\" is not a tag; write key=value");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

NodeCommand make_node_command(const Settings& settings, const Environment& environment) {
    NodeCommand command;
    command.node.name = member_name(settings);
    set_config(settings, command);
    command.node.tags = given_tags(settings);
    set_addresses(settings, environment, command);
    command.node.event_handlers = settings.texts("on-event");
    command.node.handler_timeout =
        settings.duration("handler-timeout", command.node.handler_timeout);
    if (command.node.handler_timeout <= Duration::zero()) {
        settings.refuse("handler-timeout", "must be more than 0, for example 10s");
    }
    command.prints_events = !settings.choice("events", {"json"}, "").empty();
    command.log = log_options(settings);
    return command;
}

}  // namespace hearsay

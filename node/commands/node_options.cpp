#include "node_options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <unistd.h>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

#include "addresses.hpp"
#include "detector_options.hpp"
#include "endpoint.hpp"
#include "event_handler.hpp"
#include "log.hpp"
#include "node_keys.hpp"
#include "phrase.hpp"

namespace hearsay {

namespace {

constexpr std::string_view ipc_scheme = "ipc://";
constexpr std::string_view place = "Who and where";
constexpr std::string_view reaction = "Events and log";

/// In the environment HEARSAY_STATUS is the node to ask; a node started from there, by an event
/// handler for example, is not to take the place of that one.
constexpr std::array<OptionSpec, 28> specs{{
    {"name", "NAME", "Unique in the cluster; the host name unless given", place, Arity::one,
     Reach::everywhere},
    {"cluster", "NAME", "The cluster to belong to; must be given unless keys are", place,
     Arity::one, Reach::everywhere},
    {"bind", "ENDPOINT", "Where peers reach this node, as tcp://127.0.0.1:0 (port 0: any)", place,
     Arity::one, Reach::everywhere},
    {"advertise", "ENDPOINT", "What peers are told to dial, if it differs from --bind", place,
     Arity::one, Reach::everywhere},
    {"join", "ENDPOINT", "A member to join through; may be repeated", place, Arity::many,
     Reach::everywhere, Listing::commas},
    {"tag", "KEY=VALUE", "Something to say about this member; may be repeated", place, Arity::many,
     Reach::everywhere, Listing::lines},
    {"status", "ADDRESS", "Where to answer questions; a socket in the run directory, or none",
     place, Arity::one, Reach::file},
    {"events-address", "ADDRESS", "Where to publish events; a socket in the run directory, or none",
     place, Arity::one, Reach::everywhere},
    {"run-dir", "DIRECTORY", "Where sockets and the run file are kept", place, Arity::one,
     Reach::everywhere},
    {"keys", "DIRECTORY", "Where the keys of this node and its cluster are; plain unless given",
     place, Arity::one, Reach::everywhere},
    {"key-use", "offered|preferred|required",
     "How far the cluster has moved to keys; required unless given", place, Arity::one,
     Reach::everywhere},
    {"insecure", "", "Give no warning where strangers reach a node without keys", place,
     Arity::flag, Reach::everywhere},
    {"data-dir", "DIRECTORY",
     "Where addresses of members are kept, to join through after a restart; nowhere unless given",
     place, Arity::one, Reach::everywhere},
    detector_options::config,
    {"check", "", "Show what the node would be started with, and start nothing", place,
     Arity::flag},
    detector_options::profile,
    detector_options::fail_after,
    detector_options::suspect_after,
    detector_options::round,
    detector_options::forget_after,
    {"leave-timeout", "TIME", "Longest wait for confirmations when leaving: 2s, 5s, 8s",
     detector_options::group, Arity::one, Reach::everywhere},
    detector_options::rings,
    {"on-event", "COMMAND",
     "Shell command for every event, as JSON on its input, or for some: failed,left=COMMAND; "
     "once:failed=COMMAND runs on one node of the cluster; may be repeated",
     reaction, Arity::many, Reach::everywhere},
    {"handler-timeout", "TIME", "A command that runs longer is ended; 10s unless given", reaction,
     Arity::one, Reach::everywhere},
    {"events", "json", "Print every event on standard output, one line each", reaction, Arity::one,
     Reach::everywhere},
    {"log-level", "LEVEL", "debug, info, warning, error or off", reaction, Arity::one,
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
Identity sample_identity(std::string name, Tags tags) {
    Identity identity;
    identity.life = LifeId{1};
    identity.name = std::move(name);
    identity.endpoint = "tcp://127.0.0.1:1";
    identity.tags = std::move(tags);
    return identity;
}

std::string member_name(const Settings& settings) {
    if (!settings.has("name")) return default_name(host_name());
    std::string name = settings.text("name");
    if (const auto error = validate(sample_identity(name, {})))
        refuse_field(settings, "name", *error);
    return name;
}

/// What peers are told must fit into a message, whatever port is bound.
void check_told_endpoint(const Settings& settings, const NodeOptions& node) {
    const bool is_bound = node.advertise.empty();
    auto endpoint = parse_endpoint(is_bound ? node.bind : node.advertise);
    if (!endpoint || is_wildcard(*endpoint)) return;
    if (endpoint->scheme == Endpoint::Scheme::tcp && endpoint->port == 0) endpoint->port = 1;
    Identity identity = sample_identity(node.name, {});
    identity.endpoint = text(*endpoint);
    if (const auto error = validate(identity)) {
        settings.refuse(is_bound ? "bind" : "advertise", error->problem);
    }
}

std::vector<std::string> given_seeds(const Settings& settings) {
    std::vector<std::string> seeds = settings.texts("join");
    for (std::string& seed : seeds) {
        if (seed.starts_with(ipc_scheme)) seed = absolute_address(settings, "join", seed);
    }
    return seeds;
}

std::string given_cluster(const Settings& settings, const NodeOptions& node) {
    if (settings.has("cluster")) return settings.text("cluster");
    if (node.keys.empty()) {
        settings.refuse("cluster",
                        "is missing; name the cluster this node belongs to, for example "
                        "--cluster demo");
    }
    try {
        return cluster_of_keys(node);
    } catch (const StartError& error) {
        settings.refuse("keys", std::string("cannot be used: ") + error.what());
    }
}

void set_config(const Settings& settings, NodeCommand& command) {
    DetectorChoice choice = detector_choice(settings);
    command.profile = std::move(choice.profile);
    command.notes = std::move(choice.notes);
    Config& config = command.node.config;
    config = std::move(choice.config);
    config.cluster = given_cluster(settings, command.node);
    config.seeds = given_seeds(settings);
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
    if (const auto error = validate(sample_identity("x", tags)))
        refuse_field(settings, "tag", *error);
    return tags;
}

/// Where the node is to answer or to publish; empty: nowhere.
std::string served_address(const Settings& settings, std::string_view option,
                           const std::string& fallback) {
    if (settings.text(option) == "none") return "";
    // The fallback is a socket in the run directory.
    const std::string_view culprit = settings.has(option) ? option : "run-dir";
    return absolute_address(settings, culprit, settings.text(option, fallback));
}

/// Empty: none.
std::filesystem::path data_directory(const Settings& settings) {
    if (!settings.has("data-dir")) return {};
    std::filesystem::path path = absolute_path(settings, "data-dir", settings.text("data-dir"));
    if (const auto problem = directory_problem(path)) settings.refuse("data-dir", *problem);
    return path;
}

void set_addresses(const Settings& settings, const Environment& environment, NodeCommand& command) {
    NodeOptions& node = command.node;
    node.run_directory = run_directory(settings, environment);
    if (const auto problem = directory_problem(node.run_directory)) {
        settings.refuse("run-dir", *problem);
    }
    node.data_directory = data_directory(settings);
    const std::string stem = std::string(ipc_scheme) + (node.run_directory / node.name).string();
    node.status = served_address(settings, "status", stem + ".status");
    node.events = served_address(settings, "events-address", stem + ".events");
    node.bind = absolute_address(settings, "bind", settings.text("bind", node.bind));
    if (settings.has("advertise")) {
        node.advertise = absolute_address(settings, "advertise", settings.text("advertise"));
    }
    check_told_endpoint(settings, node);
}

std::vector<std::string> given_handlers(const Settings& settings) {
    std::vector<std::string> commands = settings.texts("on-event");
    for (const std::string& command : commands) {
        const auto handler = parse_event_handler(command);
        if (!handler) settings.refuse("on-event", handler.error());
    }
    return commands;
}

LogOptions log_options(const Settings& settings, const Environment& environment) {
    const std::string format = settings.choice("log-format", {"text", "json"}, "text");
    const std::string level = settings.choice("log-level", log_levels(), "info");
    LogOptions log;
    log.level = log_level(level).value_or(LogLevel::info);
    log.format = format == "json" ? LogFormat::json : LogFormat::text;
    if (settings.has("log-file")) {
        log.file = absolute_path(settings, "log-file", settings.text("log-file"));
    }
    log.stamp = stamp_for(log.file, environment("JOURNAL_STREAM").value_or(""));
    return log;
}

}  // namespace

std::span<const OptionSpec> node_specs() {
    return specs;
}

std::string default_name(const std::string& host_name) {
    if (!validate(sample_identity(host_name, {}))) return host_name;
    throw UsageError("--name is missing, and the name of this machine, " + in_quotes(host_name) +
                     ", does not fit a member; give --name NAME, for example --name n1");
}

std::pair<std::string, std::string> split_tag(const std::string& text, const std::string& origin) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw UsageError(origin + " \"" + text + "\" is not a tag; write key=value");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

KeyUse given_key_use(const Settings& settings, KeyUse otherwise) {
    if (!settings.has("key-use")) return otherwise;
    if (!settings.has("keys")) settings.refuse("key-use", "is of no use without --keys");
    const auto use = parse_key_use(settings.text("key-use"));
    if (!use) settings.refuse("key-use", "is not offered, preferred or required");
    return *use;
}

NodeCommand make_node_command(const Settings& settings, const Environment& environment) {
    NodeCommand command;
    command.node.name = member_name(settings);
    if (settings.has("keys")) {
        command.node.keys = absolute_path(settings, "keys", settings.text("keys"));
    }
    command.node.key_use = given_key_use(settings, command.node.key_use);
    command.node.insecure = settings.flag("insecure");
    set_config(settings, command);
    command.node.tags = given_tags(settings);
    set_addresses(settings, environment, command);
    command.node.event_handlers = given_handlers(settings);
    command.node.handler_timeout =
        settings.duration("handler-timeout", command.node.handler_timeout);
    if (command.node.handler_timeout <= Duration::zero()) {
        settings.refuse("handler-timeout", "must be more than 0, for example 10s");
    }
    command.is_check = settings.flag("check");
    command.prints_events = !settings.choice("events", {"json"}, "").empty();
    command.log = log_options(settings, environment);
    return command;
}

}  // namespace hearsay

#include "reload.hpp"

#include <utility>
#include <variant>

#include "phrase.hpp"
#include "trimmed.hpp"

namespace hearsay {

std::vector<std::string> fixed_differences(const NodeCommand& one, const NodeCommand& other) {
    const NodeOptions& a = one.node;
    const NodeOptions& b = other.node;
    const Config& c = a.config;
    const Config& d = b.config;
    const std::vector<std::pair<std::string, bool>> settings{
        {"name", a.name == b.name},
        {"cluster", c.cluster == d.cluster},
        {"bind", a.bind == b.bind},
        {"advertise", a.advertise == b.advertise},
        {"status", a.status == b.status},
        {"events-address", a.events == b.events},
        {"run-dir", a.run_directory == b.run_directory},
        {"data-dir", a.data_directory == b.data_directory},
        {"round", c.round == d.round},
        {"suspect-after", c.suspect_after == d.suspect_after},
        {"fail-after", c.fail_after == d.fail_after},
        {"forget-after", c.forget_after == d.forget_after},
        {"leave-timeout", c.leave_timeout == d.leave_timeout},
        {"rings", c.ring_count == d.ring_count},
        {"insecure", a.insecure == b.insecure},
        {"events", one.prints_events == other.prints_events},
        {"log-format", one.log.format == other.log.format},
    };
    std::vector<std::string> names;
    for (const auto& [name, is_same] : settings) {
        if (!is_same) names.push_back(name);
    }
    return names;
}

Reload::Reload(NodeCommand present, ReadAgain read_again)
    : present_(std::move(present)), read_again_(std::move(read_again)) {}

void Reload::apply(Node& node, LogWriter& writer, Log& log) {
    const auto read = read_again_();
    const NodeCommand* const next = read ? std::get_if<NodeCommand>(&read.value()) : nullptr;
    // The log may have been renamed, whatever the rest says.
    writer.reopen(next == nullptr ? present_.log.file : next->log.file);
    if (next == nullptr) {
        log.error("not reloaded, everything stays as it is: {}",
                  // Usage faults end with a line end, for they are printed elsewhere.
                  trimmed(read.error().text));
        return;
    }
    try {
        const std::vector<std::string> taken = take_over(*next, node);
        log.info("reloaded: {}", taken.empty() ? "the settings are as they were" : joined(taken));
    } catch (const StartError& error) {
        log.error("not reloaded: {}", error.what());
    }
    take_keys(next->node, node, log);
    const std::vector<std::string> fixed = fixed_differences(present_, *next);
    if (fixed.empty()) return;
    log.warn("not changed by a reload, restart the node for it: {}", joined(fixed));
}

// The node says what comes of it. The files of the folder may be others, though its name is the
// same.
void Reload::take_keys(const NodeOptions& next, Node& node, Log& log) {
    try {
        NodeOptions& present = present_.node;
        const bool is_same = present.keys == next.keys && present.key_use == next.key_use;
        if (!is_same) node.set_keys(next.keys, next.key_use);
        present.keys = next.keys;
        present.key_use = next.key_use;
    } catch (const StartError& error) {
        log.error("keys are not taken: {}", error.what());
    }
    node.reload_keys();
}

// Tags that were changed at run time stay unless the configuration changes them.
std::vector<std::string> Reload::take_over(const NodeCommand& next, Node& node) {
    std::vector<std::string> taken;
    NodeOptions& present = present_.node;
    if (present.tags != next.node.tags) {
        node.set_tags(next.node.tags);
        present.tags = next.node.tags;
        taken.emplace_back("tags");
    }
    if (present.config.seeds != next.node.config.seeds) {
        node.set_seeds(next.node.config.seeds);
        present.config.seeds = next.node.config.seeds;
        taken.emplace_back("seeds");
    }
    const bool has_same_handlers = present.event_handlers == next.node.event_handlers &&
                                   present.handler_timeout == next.node.handler_timeout;
    if (!has_same_handlers) {
        node.set_event_handlers(next.node.event_handlers, next.node.handler_timeout);
        present.event_handlers = next.node.event_handlers;
        present.handler_timeout = next.node.handler_timeout;
        taken.emplace_back("handlers");
    }
    if (present_.log.level != next.log.level) {
        node.set_log_level(next.log.level);
        present_.log.level = next.log.level;
        taken.emplace_back("log level");
    }
    if (present_.log.file != next.log.file) taken.emplace_back("log file");
    present_.log.file = next.log.file;
    return taken;
}

}  // namespace hearsay

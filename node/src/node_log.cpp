#include "node_log.hpp"

#include "hearsay/text.hpp"

#include "terminal.hpp"

namespace hearsay {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names)
        result += (result.empty() ? "" : ", ") + name;
    return result.empty() ? "nobody" : result;
}

std::string evidence(const Event& event) {
    const std::string against = event.cause == Cause::refused ? "its endpoint refuses connections"
                                                              : "silent for " + text(event.silence);
    return against + ", accused by " + listed(event.accusers);
}

LogLevel level_of(EventKind kind) {
    switch (kind) {
        case EventKind::failed:
        case EventKind::alone:
        case EventKind::stalled:
        case EventKind::isolated:
        case EventKind::withdrew:
        case EventKind::renewed:
        case EventKind::link_lost:
            return LogLevel::warning;
        default:
            return LogLevel::info;
    }
}

std::string tags_text(const Tags& tags) {
    std::string result;
    for (const auto& [key, value] : tags) {
        if (!result.empty()) result += ' ';
        result.append(key).append("=").append(value);
    }
    return result.empty() ? "none" : result;
}

std::string event_line(const Event& event) {
    const Identity& subject = event.subject;
    switch (event.kind) {
        case EventKind::joined:
            return subject.name + " joined at " + subject.endpoint + ", life " + text(subject.life);
        case EventKind::suspected:
            return subject.name + " is suspect: " + evidence(event);
        case EventKind::cleared:
            return subject.name + " was heard again in time";
        case EventKind::failed:
            return subject.name + " failed: " + evidence(event);
        case EventKind::recovered:
            return subject.name + " recovered: it was held for failed and is heard again";
        case EventKind::restarted:
            return subject.name + (event.is_rekeyed ? " has other keys" : " restarted") + " at " +
                   subject.endpoint + ": life " + text(subject.life) + " takes the place of " +
                   text(event.former_life);
        case EventKind::left:
            return subject.name + " left";
        case EventKind::forgotten:
            return subject.name + " is forgotten";
        case EventKind::alone:
            return "alone: no live peer is known";
        case EventKind::stalled:
            return "this node did not run for " + text(event.silence) +
                   "; that is nobody's silence";
        case EventKind::isolated:
            return "this node heard nobody for " + text(event.silence) +
                   " and blamed itself, not all the others";
        case EventKind::withdrew:
            return "withdrew: this node hears too little, so it lets them hold "
                   "it "
                   "for failed";
        case EventKind::returned:
            return "returned: this node hears well again";
        case EventKind::link_lost:
            return subject.name + " was not heard for " + text(event.silence) +
                   ", but others hear it: the link between it and this node is cut";
        case EventKind::link_back:
            return subject.name + " is heard by this node again, after " + text(event.silence);
        case EventKind::updated:
            return subject.name + " has other tags now: " + tags_text(subject.tags);
        case EventKind::renewed:
            return "began a new life: its key is new, or somebody else speaks for the old life, a "
                   "copy of this process or machine, or a forger";
    }
    return {};
}

std::string rejection_text(const Rejection& rejection, const std::string& cluster) {
    // The log of a program that holds a node may not look at it.
    const std::string found = printable(rejection.found);
    switch (rejection.error) {
        case DecodeError::foreign_cluster:
            return "it belongs to cluster \"" + found + "\", this is \"" + cluster + '"';
        case DecodeError::foreign_version:
            return "it is of version " + found + ", this build reads " +
                   std::to_string(wire_version);
        case DecodeError::impostor:
            return found + " speaks in the name of another member, or without proofs";
        default:
            return std::string(sentence(rejection.error));
    }
}

}  // namespace

void NodeLog::note_start(const NodeOptions& options, const Identity& self, std::size_t kept_count) {
    log_.info("{} of cluster {} runs at {}, life {}", self.name, cluster_, self.endpoint,
              text(self.life));
    if (!options.status.empty()) log_.info("answers at {}", options.status);
    if (!options.events.empty()) log_.info("publishes events at {}", options.events);
    if (kept_count > 0) log_.info("addresses kept from its last run: {}", kept_count);
    if (options.config.seeds.empty() && kept_count == 0)
        log_.info("has no seeds: waits to be joined");
}

void NodeLog::note_event(const Event& event) {
    log_.say(level_of(event.kind), event_line(event));
}

bool NodeLog::note_rejection(const Rejection& rejection, std::string_view source, Instant now) {
    const std::string kind = std::string(text(rejection.error)) + ' ' + std::string(source);
    const auto unlogged = rejections_.admit(kind, now);
    if (!unlogged) return false;
    const std::string before =
        *unlogged == 0 ? "" : " (" + std::to_string(*unlogged) + " more since last told)";
    log_.warn("refused a frame from {}: {}{}", source, rejection_text(rejection, cluster_), before);
    return true;
}

void NodeLog::note_echoes(std::uint64_t echo_count) {
    if (echo_count == 0 || has_noted_echo_) return;
    has_noted_echo_ = true;
    log_.info("a seed is this node itself: no harm");
}

void NodeLog::note_ending(const Ending& ending) {
    const Confirmation& told = ending.confirmation;
    switch (ending.reason) {
        case EndReason::left:
            log_.info("left: {} of {} links confirmed{}", told.confirmed, told.asked,
                      told.asked > 0 && told.confirmed == 0
                          ? ", so others may still hold it for alive"
                          : "");
            return;
        case EndReason::interrupted:
            log_.warn("ended without waiting: {} of {} links confirmed", told.confirmed,
                      told.asked);
            return;
        case EndReason::name_conflict:
            log_.error("name {} is in use at {}; give this node another one", ending.bearer->name,
                       ending.bearer->endpoint);
            return;
    }
}

}  // namespace hearsay

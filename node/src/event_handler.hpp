#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hearsay/event.hpp"
#include "hearsay/result.hpp"

#include "occurrence.hpp"

namespace hearsay {

/// A shell command, and the kinds of events that it is run for; none stands for all.
struct EventHandler {
    std::vector<EventKind> kinds;
    /// One node of the cluster runs it for an event, and not every node.
    bool is_once = false;
    std::string command;

    [[nodiscard]] bool handles(EventKind kind) const;
    /// True if this node is to run it for this event.
    [[nodiscard]] bool handles(const Occurrence& occurrence) const;
};

/// False for what each node tells of itself, or of its own links, alone.
[[nodiscard]] bool can_be_told_once(EventKind kind);

/// Reads "failed,recovered=COMMAND", "once:failed=COMMAND", or "COMMAND" for every event. The error
/// says what is wrong and what would be right, and goes on with the name of the option: "is empty;
/// ...".
[[nodiscard]] Result<EventHandler, std::string> parse_event_handler(std::string_view text);

}  // namespace hearsay

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hearsay/event.hpp"
#include "hearsay/result.hpp"

namespace hearsay {

/// A shell command, and the kinds of events that it is run for; none stands for all.
struct EventHandler {
    std::vector<EventKind> kinds;
    std::string command;

    [[nodiscard]] bool handles(EventKind kind) const;
};

/// Reads "failed,recovered=COMMAND", or "COMMAND" for every event. The error says what is wrong and
/// what would be right, and goes on with the name of the option: "is empty; ...".
[[nodiscard]] Result<EventHandler, std::string> parse_event_handler(std::string_view text);

}  // namespace hearsay

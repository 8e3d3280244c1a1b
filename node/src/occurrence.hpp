#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hearsay/event.hpp"
#include "hearsay/node.hpp"

namespace hearsay {

/// Which handlers of this node are run for an event.
enum class HandlerShare : std::uint8_t {
    /// Those that every node runs.
    every_node,
    /// Those that only one node runs, too: it is this one.
    all,
    /// Only the latter: the one that was to run them failed.
    taken_over,
};

/// An event as it is told: to handlers, to subscribers, as a line.
struct Occurrence {
    /// Counts the events of this life of the node.
    std::uint64_t number = 0;
    Event event;
    WallTime at;
    /// The event as one line of JSON.
    std::string json;
    HandlerShare share = HandlerShare::every_node;
};

/// All readers share one copy.
using SharedOccurrence = std::shared_ptr<const Occurrence>;

/// True for what no reader may miss, however slow it is: that a member is gone.
[[nodiscard]] inline bool must_be_told(const Event& event) {
    return event.kind == EventKind::failed || event.kind == EventKind::left;
}

/// What a reader is told in the place of so many events that it was too slow for.
[[nodiscard]] std::string missed_json(std::uint64_t count);

}  // namespace hearsay

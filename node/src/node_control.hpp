#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "hearsay/detector.hpp"
#include "hearsay/node.hpp"
#include "hearsay/survey.hpp"
#include "hearsay/time.hpp"

#include "handlers.hpp"
#include "log.hpp"
#include "node_keys.hpp"

namespace hearsay {

class Keeper;

/// What the transport counts since the start, beside the links that are open now.
struct TransportCounters {
    /// Open now: connections we dialled, and connections peers dialled and used lately.
    std::uint64_t links_dialled = 0;
    std::uint64_t links_accepted = 0;
    /// Connections begun by us.
    std::uint64_t dials = 0;
    /// Dials that came to nothing: not connected in time.
    std::uint64_t dials_timed_out = 0;
    /// Endpoints that cannot be dialled: not an endpoint, or a host name that does not resolve.
    std::uint64_t endpoints_invalid = 0;
    std::uint64_t names_unresolved = 0;
    /// Connections tried only to see whether a peer whose link broke is still there.
    std::uint64_t probes = 0;
    std::uint64_t frames_sent = 0;
    std::uint64_t frames_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    /// Not sent because a queue was full, or because they waited too long for a connection.
    std::uint64_t frames_dropped = 0;
    std::uint64_t frames_stale = 0;
    /// Received with more parts than one: not ours.
    std::uint64_t frames_misshapen = 0;
    /// Not read because their link had brought more in that round than any peer has to say.
    std::uint64_t frames_surplus = 0;
    /// Connections of others that we ended: because nothing came over them, too much did, or there
    /// were too many.
    std::uint64_t connections_idle = 0;
    std::uint64_t connections_flooding = 0;
    std::uint64_t connections_surplus = 0;
    /// Look-ups not begun because as many were under way as may be.
    std::uint64_t lookups_refused = 0;
    /// Connections of others that came without keys to a node with keys, or the other way round, or
    /// with the keys of another cluster.
    std::uint64_t handshakes_refused = 0;
    /// Those of keys and sources that were blocked because they were refused before.
    std::uint64_t keys_refused = 0;
    /// Links whose certificate was not believed: those that others dialled, and our own.
    std::uint64_t greetings_refused = 0;
    std::uint64_t proofs_refused = 0;
    /// Not read because they came before a certificate.
    std::uint64_t frames_unproven = 0;
};

/// What the event stream has seen since the start.
struct EventStreamCounters {
    std::uint64_t subscribers = 0;
    /// Not a request at all, an unknown op, or one subscriber too many.
    std::uint64_t refused = 0;
    /// Events that a subscriber was too slow for.
    std::uint64_t missed = 0;
};

/// What became of the news that a node has told.
struct TellingCounters {
    /// Events since the start of this life of the node.
    std::uint64_t events = 0;
    HandlerCounters handlers;
    EventStreamCounters stream;
    /// Callbacks that threw.
    std::uint64_t callbacks_failed = 0;
    /// Those of the program around the node.
    std::map<std::string, std::uint64_t> host;
};

/// What the status server may see and do of the node it speaks for. Given to it for one call at a
/// time, on the thread of the loop; it must not keep it.
///
/// To leave it calls `detector.leave(now)`: the loop ends when `detector.leaving()` is complete,
/// after one more `handle_turn`.
struct NodeControl {
    Detector& detector;
    Survey& survey;
    /// With real ports in all endpoints.
    const NodeOptions& options;
    const TransportCounters& transport;
    const NodeKeys& keys;
    Log& log;
    /// Asked when somebody wants to know.
    std::function<TellingCounters()> telling;
    const Keeper* keeper = nullptr;
    Instant started;
    WallTime started_at;
};

}  // namespace hearsay

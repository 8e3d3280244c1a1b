#pragma once

#include <functional>
#include <string>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "follower.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// What one node says of its fleet, kept up to date at a cost that the node does not notice: its
/// links are asked for every second, its members and its status every five, and all three at once
/// after an event. Driven by a loop of its owner; not thread-safe. The context must outlive it.
class Fleet {
  public:
    using Json = nlohmann::ordered_json;

    enum class Part { members, status, links };

    struct Callbacks {
        /// A newer answer is there: `answer(part)`.
        std::function<void(Part part)> on_answer;
        std::function<void(const Json& event)> on_event;
        /// The node was found or lost: `is_found`.
        std::function<void()> on_change;
    };

    /// Throws zmq::error_t if that is no address.
    Fleet(zmq::context_t& context, const std::string& address, Callbacks callbacks);

    /// Whether anybody looks. While nobody does, only the events are followed.
    void set_watched(bool is_watched);

    void turn(Instant now);
    void watch(PollSet& set) { follower_.watch(set); }
    [[nodiscard]] Instant deadline() const;

    [[nodiscard]] bool is_found() const { return follower_.is_found(); }
    /// The last answer to the op of this name; null if there was none. It stays while the node is
    /// away.
    [[nodiscard]] const Json& answer(Part part) const;
    /// For other questions, such as `explain` and `views`.
    [[nodiscard]] Follower& follower() { return follower_; }
};

}  // namespace hearsay

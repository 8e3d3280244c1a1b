#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "connection_monitor.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Follows one node without ever waiting: asks it, hears its events, and finds it again after it
/// has ended. Driven by a loop of its owner; not thread-safe. The context must outlive it.
class Follower {
  public:
    using Json = nlohmann::ordered_json;
    /// Gets the answer, or null if none came in time or the node has ended.
    using OnAnswer = std::function<void(const Json* answer)>;

    struct Callbacks {
        /// An event of the node as README.md has it, or {"event": "missed", "count": N}.
        std::function<void(const Json& event)> on_event;
        /// The node answers now, and sends its events: `ping` is what it said of itself. Also told
        /// of a node that was started again, so what happened in between is not known.
        std::function<void(const Json& ping)> on_found;
        /// The node has ended, hung up, or does not answer. Told once until it is found again.
        std::function<void()> on_lost;
    };

    /// The address of the status socket; throws zmq::error_t if it is none. The callbacks are
    /// called within `turn`, and may call `ask`.
    Follower(zmq::context_t& context, std::string address, Callbacks callbacks);
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    /// Asks the node. While it is not there the answer is null, in the next turn.
    void ask(const Json& request, Duration timeout, OnAnswer on_answer);

    /// Takes what has arrived, looks for the node, and gives up questions whose time is over.
    void turn(Instant now);

    /// Wakes the loop when there is something for `turn`.
    void watch(PollSet& set);

    /// When `turn` is due at the latest.
    [[nodiscard]] Instant deadline() const;

    [[nodiscard]] bool is_found() const { return is_found_; }
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    struct Question {
        Instant until;
        OnAnswer on_answer;
    };
    /// A socket, and what tells that it is worth a look.
    struct Channel {
        Channel(zmq::context_t& context, const std::string& address);
        zmq::socket_t socket;
        ConnectionMonitor monitor;
        Attention attention;
    };

    void send(const std::string& number, const Json& request);
    void look_for_node(Instant now);
    void note_ping(const Json* answer);
    void take_answers();
    void take_events();
    void give_up(Instant now);
    void lose();

    zmq::context_t& context_;
    std::string address_;
    Callbacks callbacks_;
    std::optional<Channel> status_;
    std::optional<Channel> events_;
    std::map<std::uint64_t, Question> questions_;
    std::uint64_t asked_ = 0;
    bool is_found_ = false;
    bool is_looking_ = false;
    Instant look_at_{};
};

}  // namespace hearsay

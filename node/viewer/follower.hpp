#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "poll_set.hpp"

namespace hearsay {

/// Follows one node without ever waiting: asks it, hears its events, and finds it again after it
/// has ended. Driven by the loop of its owner; not thread-safe. The context must outlive it.
class Follower {
  public:
    using Json = nlohmann::ordered_json;
    /// Gets the answer; null if none came in time, or if the node has ended.
    using OnAnswer = std::function<void(const Json* answer)>;

    /// They are called within `turn`, and may call `ask`.
    struct Callbacks {
        /// An event of the node as README.md has it, or {"event": "missed", "count": N}.
        std::function<void(const Json& event)> on_event;
        /// The node answers: `ping` is what it says of itself. What happened before is not known,
        /// for it may have been away, or be another one that was started in its place.
        std::function<void(const Json& ping)> on_found;
        /// The node has ended, hung up, or not answered in time. Told once until it is found again.
        std::function<void()> on_lost;
    };

    /// `address` is that of the status socket; throws zmq::error_t if it is no address.
    Follower(zmq::context_t& context, std::string address, Callbacks callbacks);
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    ~Follower();

    /// Asks the node, which may take as long as `timeout` from the present or last turn on. If it
    /// is not there, the answer is null in the next turn.
    void ask(const Json& request, Duration timeout, OnAnswer on_answer);

    /// Takes what has arrived, looks for a lost node, and gives up questions whose time is over.
    void turn(Instant now);

    /// Wakes the loop when there is something for `turn`.
    void watch(PollSet& set);

    /// When `turn` is due at the latest.
    [[nodiscard]] Instant deadline() const;

    /// Whether an answer is awaited.
    [[nodiscard]] bool is_asking() const { return !questions_.empty(); }
    /// Of the present or last turn.
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] bool is_found() const { return is_found_; }
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    class Channel;
    struct Question {
        Instant until;
        OnAnswer on_answer;
    };

    [[nodiscard]] bool send(const Json& request, Instant until, OnAnswer on_answer);
    void look(Instant now);
    void note_ping(const Json* answer);
    void give_up(Instant now);
    void take_answers();
    void take_events();
    void answer(std::uint64_t number, const Json* answer);
    void lose();

    zmq::context_t& context_;
    std::string address_;
    Callbacks callbacks_;
    std::unique_ptr<Channel> status_;
    /// Of the life of the node that was found; null while it is lost, or if it tells no events.
    std::unique_ptr<Channel> events_;
    std::map<std::uint64_t, Question> questions_;
    std::uint64_t asked_ = 0;
    bool is_found_ = false;
    bool is_looking_ = false;
    Instant now_{};
    Instant look_at_{};
};

}  // namespace hearsay

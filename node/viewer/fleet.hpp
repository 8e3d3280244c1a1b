#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "follower.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// What one node says of its fleet, kept up to date at a cost that the node hardly notices. While
/// all is calm it is asked once a minute, for events tell what changes. It is asked every second
/// for ten seconds after an event, and while somebody is suspected, a link is lost or views differ.
/// Driven by the loop of its owner; not thread-safe. The context must outlive it.
class Fleet {
  public:
    using Json = nlohmann::ordered_json;

    /// The questions that are asked again and again, each an op of the status socket.
    enum class Part : std::uint8_t { members, status, links };
    static constexpr std::array parts{Part::members, Part::status, Part::links};
    /// The op of a part.
    [[nodiscard]] static std::string_view name(Part part);

    /// They are called within `turn`.
    struct Callbacks {
        /// There is a newer answer to this question.
        std::function<void(Part part)> on_answer;
        /// As of Follower::Callbacks.
        std::function<void(const Json& event)> on_event;
        /// The node was found, or lost.
        std::function<void()> on_change;
    };

    /// `address` is that of the status socket; throws zmq::error_t if it is no address. Links are
    /// asked for every `links_pause` while all is calm: how long neighbours were silent changes
    /// with each word.
    Fleet(zmq::context_t& context, const std::string& address, Duration links_pause,
          Callbacks callbacks);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// Whether anybody looks, as at first. While nobody does, only events are followed.
    void set_watched(bool is_watched);

    void turn(Instant now);
    void watch(PollSet& set) { follower_.watch(set); }
    [[nodiscard]] Instant deadline() const;

    [[nodiscard]] bool is_found() const { return follower_.is_found(); }
    /// What the node said of itself when it was found; null if it never was.
    [[nodiscard]] const Json& ping() const { return ping_; }
    /// The last answer, which stays while the node is away; null if there was none.
    [[nodiscard]] const Json& answer(Part part) const { return of(part).answer; }
    /// When it came.
    [[nodiscard]] Instant answered_at(Part part) const { return of(part).answered_at; }

    /// For other questions, such as `explain` and `views`.
    [[nodiscard]] Follower& follower() { return follower_; }

  private:
    struct Question {
        Json answer;
        Instant answered_at{};
        Instant tried_at{};
        bool is_asked = false;
        bool is_hurried = true;
    };
    [[nodiscard]] const Question& of(Part part) const;
    [[nodiscard]] Question& of(Part part);
    [[nodiscard]] bool is_unsettled() const;
    /// From one answer to the next question.
    [[nodiscard]] Duration pause(Part part) const;
    /// When it is to be asked next.
    [[nodiscard]] Instant due(Part part) const;
    void ask(Part part);
    void note_answer(Part part, const Json* answer);
    void hurry();

    Duration links_pause_;
    Callbacks callbacks_;
    Instant settled_at_{};
    std::array<Question, parts.size()> questions_;
    Json ping_;
    bool is_watched_ = true;
    Follower follower_;
};

}  // namespace hearsay

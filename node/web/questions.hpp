#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/time.hpp"

namespace hearsay {

/// What many clients ask a node, asked once: a client that asks in the meantime, or soon after,
/// gets the same answer. So strangers do not make the node work. Not thread-safe.
class Questions {
  public:
    using Json = nlohmann::ordered_json;

    struct Answer {
        Json json;
        /// The answer in one line, with its end.
        std::string text;
    };
    /// Null if the node did not answer.
    using Then = std::function<void(const std::shared_ptr<const Answer>& answer)>;

    struct Question {
        Json request;
        /// How long the node may take.
        Duration timeout{};
        /// How long an answer is given again.
        Duration fresh{};
    };

    /// How the node is asked; it must reply later, not within the call: null if in vain.
    using Ask = std::function<void(const Json& request, Duration timeout,
                                   std::function<void(const Json* answer)> on_answer)>;
    using Clock = std::function<Instant()>;

    /// So many different questions are asked at once; a node takes 256 from all who ask.
    static constexpr std::size_t asked_max = 32;

    Questions(Ask ask, Clock clock) : ask_(std::move(ask)), clock_(std::move(clock)) {}

    /// Calls `then` now or later. False, and it is never called, if too much is being asked.
    [[nodiscard]] bool get(const Question& question, Then then);

    /// Somebody else was given this answer now.
    void note(const Question& question, const Json& answer);

    /// What was answered counts no more, for another node may answer now.
    void forget_answers();

    /// Nobody will answer what is being asked.
    void give_up();

  private:
    struct Entry {
        std::shared_ptr<const Answer> answer;
        Instant answered_at{};
        Duration fresh{};
        bool is_asked = false;
        std::vector<Then> waiting;
    };
    void prune(Instant now);
    void ask(const std::string& key, const Question& question);
    void take(const std::string& key, const Json* answer);

    Ask ask_;
    Clock clock_;
    std::map<std::string, Entry> entries_;
};

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "node_control.hpp"
#include "request.hpp"
#include "status_server.hpp"

namespace hearsay {

/// What a `wait` waits for; all of it must hold.
struct Condition {
    /// Exactly this many members count as alive, this node and suspects among them.
    std::optional<std::uint64_t> alive;
    /// At least so many.
    std::optional<std::uint64_t> alive_min;
    std::vector<std::string> failed;
    std::vector<std::string> left;
    /// All peers heard lately hold the same roster as this node.
    bool is_agreed = false;
};

/// The leave of this node.
struct Leaving {};

/// The removal of a member by hand.
struct Forgetting {
    std::string member;
};

/// What all members hold, as a survey finds out.
struct Views {};

/// A question whose answer must wait, at the latest until the deadline.
struct Question {
    std::variant<Condition, Leaving, Forgetting, Views> about;
    Instant deadline{};
};

/// What those who ask may do.
enum class Rights : std::uint8_t { read, act };

/// Carries out a request: its answer, or the question that is open now. Throws RequestError.
[[nodiscard]] std::variant<nlohmann::ordered_json, Question> perform(const Request& request,
                                                                     NodeControl& node,
                                                                     const StatusCounters& server,
                                                                     Rights rights, Instant now);

/// What questions are judged by: a view of the node at one instant, made at most once.
class Outlook {
  public:
    Outlook(const NodeControl& node, Instant now)
        : detector_(node.detector), survey_(node.survey), now_(now) {}
    [[nodiscard]] const Detector& detector() const { return detector_; }
    [[nodiscard]] const Survey& survey() const { return survey_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const std::vector<Member>& members();
    [[nodiscard]] const Status& status();

  private:
    const Detector& detector_;
    const Survey& survey_;
    Instant now_;
    std::optional<std::vector<Member>> members_;
    std::optional<Status> status_;
};

/// The answer to the question if it is decided, be it by its deadline.
[[nodiscard]] std::optional<nlohmann::ordered_json> decide(const Question& question,
                                                           Outlook& outlook);

/// The answer that says why a request is not carried out.
[[nodiscard]] nlohmann::ordered_json error_answer(std::string_view code, std::string_view sentence);

}  // namespace hearsay

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "feed.hpp"
#include "fleet.hpp"
#include "poll_set.hpp"
#include "questions.hpp"
#include "survey_schedule.hpp"

namespace hearsay {

/// The node that the web process stands beside: finds it, asks it, and puts what it says into a
/// feed. Driven by the loop of its owner; not thread-safe.
class WebNode {
  public:
    using Json = nlohmann::ordered_json;

    /// Where to find the node: at the address, or if that is empty, by the one run file in the
    /// directory. Context and feed must outlive it. Throws UsageError if several nodes run there,
    /// and zmq::error_t if the address is none.
    WebNode(zmq::context_t& context, std::string address, std::filesystem::path run_directory,
            Feed& feed);
    WebNode(const WebNode&) = delete;
    WebNode& operator=(const WebNode&) = delete;

    /// Whether anybody listens to the feed. While nobody does, the node is left in peace.
    void set_listened(bool is_listened);

    /// Throws as the constructor does: a second node may have come.
    void turn(Instant now);
    void watch(PollSet& set);
    [[nodiscard]] Instant deadline() const;

    [[nodiscard]] bool is_found() const { return fleet_ && fleet_->is_found(); }
    /// Empty if it was never found.
    [[nodiscard]] std::string name() const;
    /// Why it does not answer, as far as that is known.
    [[nodiscard]] std::string absence() const;
    [[nodiscard]] Questions& questions() { return questions_; }

  private:
    void look_for_address(Instant now);
    void follow(const std::string& address);
    void ask(const Json& request, Duration timeout, std::function<void(const Json*)> on_answer);
    void survey_if_due(Instant now);
    void note_survey(const Json& answer);
    void note_answer(Fleet::Part part);
    void note_event(const Json& event);
    void note_change();
    void tell_node();

    zmq::context_t& context_;
    std::string given_address_;
    std::filesystem::path run_directory_;
    Feed& feed_;
    Questions questions_;
    SurveySchedule schedule_;
    std::optional<Fleet> fleet_;
    std::string address_;
    bool is_listened_ = false;
    Instant look_at_{};
    /// Asked while there is nobody to ask.
    std::vector<std::function<void(const Json*)>> unasked_;
};

}  // namespace hearsay

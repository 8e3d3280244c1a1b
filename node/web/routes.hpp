#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "host_check.hpp"
#include "http_message.hpp"
#include "questions.hpp"
#include "request_target.hpp"

namespace hearsay {

/// What is served under which path: what the node answers, metrics, a stream of events, and the
/// files of the page. Nothing here changes anything. Not thread-safe.
class Routes {
  public:
    using RequestId = std::uint64_t;

    /// What it stands on.
    struct Callbacks {
        std::function<void(RequestId, HttpResponse)> answer;
        /// Replies with the stream of events; if that is not possible, says why.
        std::function<std::string(RequestId, std::string_view last_event_id)> open_stream;
        /// Where the node is asked, for the sentence that it does not answer.
        std::function<std::string()> node_place;
    };

    /// The questions must outlive it.
    Routes(HostCheck hosts, Questions& questions, Callbacks callbacks)
        : hosts_(std::move(hosts)), questions_(questions), callbacks_(std::move(callbacks)) {}

    /// Answers the request, now or when the node has answered.
    void handle(RequestId id, const HttpRequest& request);

  private:
    using AnswerPtr = std::shared_ptr<const Questions::Answer>;

    [[nodiscard]] bool refuse(RequestId id, const HttpRequest& request);
    void route(RequestId id, const HttpRequest& request, const RequestTarget& target);
    /// False if no answer of the node has that path.
    [[nodiscard]] bool pass_on(RequestId id, const std::string& path);
    void serve_file(RequestId id, const HttpRequest& request, const std::string& path);
    void open_stream(RequestId id, const HttpRequest& request);
    void serve_metrics(RequestId id);
    void serve_readiness(RequestId id);
    /// Calls `then` with the answer; replies by itself if there is none.
    void ask(RequestId id, const Questions::Question& question,
             std::function<void(const AnswerPtr&)> then);
    void fail(RequestId id, int status, const std::string& problem);

    HostCheck hosts_;
    Questions& questions_;
    Callbacks callbacks_;
};

/// What the web process asks a node. Surveys are never asked for in another way.
[[nodiscard]] Questions::Question plain_question(std::string_view op);
[[nodiscard]] Questions::Question survey_question();

}  // namespace hearsay

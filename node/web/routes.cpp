#include "routes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "answer.hpp"
#include "metrics.hpp"
#include "page_files.hpp"
#include "phrase.hpp"
#include "readiness.hpp"

namespace hearsay {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of what a node has at once.
constexpr Duration answer_timeout = seconds(2);
/// As the page has it: a second old at most.
constexpr Duration fresh = seconds(1);
/// A survey waits for those that do not answer; of hundreds of members it takes some rounds.
constexpr milliseconds survey_time = seconds(30);
constexpr Duration survey_fresh = seconds(2);

constexpr std::string_view explain_path = "/explain/";

constexpr std::array<std::string_view, 3> plain_ops{"members", "status", "links"};

/// Which status an error of the node is.
int status_of(const Questions::Json& answer) {
    if (!answer.contains("error")) return 200;
    const std::string code = word(answer, "code");
    if (code == "unknown_member") return 404;
    return code == "bad_request" ? 400 : 503;
}

HttpResponse response_of(const std::shared_ptr<const Questions::Answer>& answer) {
    return {.status = status_of(answer->json),
            .content_type = "application/json",
            .body = answer->text,
            .owner = answer,
            .headers = {{"Cache-Control", "no-store"}}};
}

bool is_page_file(const std::string& path) {
    const auto files = page_files();
    return std::any_of(files.begin(), files.end(),
                       [&](const PageFile& file) { return file.name == path.substr(1); });
}

const PageFile& page_file(const std::string& path) {
    const auto files = page_files();
    return *std::find_if(files.begin(), files.end(),
                         [&](const PageFile& file) { return file.name == path.substr(1); });
}

}  // namespace

Questions::Question plain_question(std::string_view op) {
    return {.request = {{"op", op}}, .timeout = answer_timeout, .fresh = fresh};
}

Questions::Question survey_question() {
    return {.request = {{"op", "views"}, {"timeout_ms", survey_time.count()}},
            .timeout = survey_time + answer_timeout,
            .fresh = survey_fresh};
}

void Routes::fail(RequestId id, int status, const std::string& problem) {
    callbacks_.answer(id, error_response(status, problem));
}

void Routes::handle(RequestId id, const HttpRequest& request) {
    if (refuse(id, request)) return;
    const auto target = parse_target(request.target);
    if (!target) return fail(id, target.error().status, target.error().problem);
    route(id, request, target.value());
}

bool Routes::refuse(RequestId id, const HttpRequest& request) {
    if (request.hosts.size() != 1 || !hosts_.is_allowed(request.hosts.front())) {
        const std::string host = request.hosts.empty() ? "" : request.hosts.front();
        fail(id, 421,
             "the host " + in_quotes(host) +
                 " is not served here; start hearsay web "
                 "with --allow-host and its name");
        return true;
    }
    if (request.method != "GET" && request.method != "HEAD") {
        HttpResponse response = error_response(405, "this is read-only; use GET");
        response.headers.emplace_back("Allow", "GET, HEAD");
        callbacks_.answer(id, std::move(response));
        return true;
    }
    if (request.has_body) fail(id, 400, "no request here has a body");
    return request.has_body;
}

void Routes::route(RequestId id, const HttpRequest& request, const RequestTarget& target) {
    const std::string path = target.path == "/" ? "/index.html" : target.path;
    if (is_page_file(path)) return serve_file(id, request, path);
    if (!target.query.empty()) {
        return fail(id, 400, "this path takes no arguments behind \"?\"");
    }
    if (path == "/healthz") return callbacks_.answer(id, text_response(200, "text/plain", "ok\n"));
    if (path == "/readyz") return serve_readiness(id);
    if (path == "/metrics") return serve_metrics(id);
    if (path == "/events") return open_stream(id, request);
    if (!pass_on(id, path)) fail(id, 404, "there is nothing at " + in_quotes(path));
}

bool Routes::pass_on(RequestId id, const std::string& path) {
    const auto reply = [this, id](const AnswerPtr& answer) {
        callbacks_.answer(id, response_of(answer));
    };
    const std::string op = path.substr(1);
    if (std::find(plain_ops.begin(), plain_ops.end(), op) != plain_ops.end()) {
        ask(id, plain_question(op), reply);
    } else if (op == "views") {
        ask(id, survey_question(), reply);
    } else if (path.starts_with(explain_path) && path.size() > explain_path.size()) {
        Questions::Question question = plain_question("explain");
        question.request["member"] = path.substr(explain_path.size());
        ask(id, question, reply);
    } else {
        return false;
    }
    return true;
}

void Routes::serve_file(RequestId id, const HttpRequest& request, const std::string& path) {
    const PageFile& file = page_file(path);
    HttpResponse response{
        .status = 200,
        .content_type = std::string(file.content_type),
        .body = file.content,
        .owner = nullptr,
        .headers = {{"ETag", std::string(file.etag)}, {"Cache-Control", "no-cache"}}};
    const std::string& known = request.if_none_match;
    if (known == "*" || known.find(file.etag) != std::string::npos) {
        response.status = 304;
        response.body = {};
    }
    callbacks_.answer(id, std::move(response));
}

void Routes::open_stream(RequestId id, const HttpRequest& request) {
    if (request.method == "HEAD") {
        return callbacks_.answer(id, text_response(200, "text/event-stream", ""));
    }
    const std::string problem = callbacks_.open_stream(id, request.last_event_id);
    if (!problem.empty()) fail(id, 503, problem);
}

void Routes::ask(RequestId id, const Questions::Question& question,
                 std::function<void(const AnswerPtr&)> then) {
    const bool is_asked =
        questions_.get(question, [this, id, then = std::move(then)](const AnswerPtr& answer) {
            if (answer) return then(answer);
            fail(id, 503, callbacks_.node_place());
        });
    if (!is_asked) fail(id, 503, "the node is asked too much already; try again");
}

void Routes::serve_metrics(RequestId id) {
    ask(id, plain_question("status"), [this, id](const AnswerPtr& status) {
        ask(id, plain_question("members"), [this, id, status](const AnswerPtr& members) {
            ask(id, plain_question("links"), [this, id, status, members](const AnswerPtr& links) {
                const NodeAnswers answers{
                    .status = status->json, .members = members->json, .links = links->json};
                callbacks_.answer(id, text_response(200, "text/plain; version=0.0.4; charset=utf-8",
                                                    metrics_text(answers)));
            });
        });
    });
}

void Routes::serve_readiness(RequestId id) {
    ask(id, plain_question("status"), [this, id](const AnswerPtr& status) {
        const std::string problem = unreadiness(status->json);
        if (!problem.empty()) return fail(id, 503, problem);
        callbacks_.answer(id, text_response(200, "text/plain", "ok\n"));
    });
}

}  // namespace hearsay

#include "routes.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "listen_address.hpp"
#include "metrics.hpp"
#include "readiness.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

HttpRequest request(const std::string& target) {
    return {.method = "GET",
            .target = target,
            .hosts = {"127.0.0.1:7780"},
            .if_none_match = {},
            .last_event_id = {},
            .has_body = false};
}

/// Routes before a node that gives these answers to its ops.
class Bench {
  public:
    HttpResponse get(const HttpRequest& wanted) {
        reply.reset();
        routes.handle(1, wanted);
        while (!reply && !asked.empty()) {
            auto [question, on_answer] = std::move(asked.front());
            asked.erase(asked.begin());
            last_question = question;
            const auto answer = answers.find(question["op"]);
            on_answer(answer == answers.end() ? nullptr : &answer->second);
        }
        REQUIRE(reply);
        return *reply;
    }
    HttpResponse get(const std::string& target) { return get(request(target)); }

    /// What is wrong, by the answer.
    std::string problem(const HttpRequest& wanted, int status) {
        const HttpResponse response = get(wanted);
        CHECK(response.status == status);
        CHECK(response.content_type == "application/json");
        return Json::parse(response.body).value("error", "");
    }
    std::string problem(const std::string& target, int status) {
        return problem(request(target), status);
    }

    std::map<std::string, Json> answers;
    Json last_question;
    std::string stream_problem;
    std::string last_event_id = "nothing";
    std::vector<std::pair<Json, std::function<void(const Json*)>>> asked;
    std::optional<HttpResponse> reply;
    Questions questions{[this](const Json& question, Duration /*timeout*/, auto on_answer) {
                            asked.emplace_back(question, std::move(on_answer));
                        },
                        [] { return Instant(1h); }};
    Routes routes{HostCheck(*parse_listen_address("127.0.0.1:7780"), {}),
                  questions,
                  {.answer = [this](auto /*id*/, HttpResponse response) { reply = response; },
                   .open_stream =
                       [this](auto /*id*/, auto last) {
                           last_event_id = last;
                           if (stream_problem.empty()) reply = HttpResponse{};
                           return stream_problem;
                       },
                   .node_place = [] { return std::string("no node answers at X"); }}};
};

TEST_CASE("what the node answers is passed on", "[routes]") {
    Bench bench;
    for (const std::string op : {"members", "status", "links", "views"}) {
        CAPTURE(op);
        bench.answers[op] = {{"op", op}};
        const HttpResponse response = bench.get("/" + op);

        CHECK(response.status == 200);
        CHECK(response.content_type == "application/json");
        CHECK(response.body == "{\"op\":\"" + op + "\"}\n");
    }
}

TEST_CASE("a member is explained by its name, as it is written in paths", "[routes]") {
    Bench bench;
    bench.answers["explain"] = {{"member", "n 1"}};
    CHECK(bench.get("/explain/n%201").status == 200);
    CHECK(bench.last_question == Json{{"op", "explain"}, {"member", "n 1"}});

    bench.answers["explain"] = {{"error", "no member \"n9\" is known"}, {"code", "unknown_member"}};
    CHECK(bench.problem("/explain/n9", 404) == "no member \"n9\" is known");
    CHECK_THAT(bench.problem("/explain/", 404), StartsWith("there is nothing at "));
}

TEST_CASE("a node that does not answer, or not so, is told of", "[routes]") {
    Bench bench;
    for (const char* path : {"/members", "/explain/n1", "/views", "/metrics", "/readyz"})
        CHECK(bench.problem(path, 503) == "no node answers at X");

    bench.answers["links"] = {{"error", "too many"}, {"code", "busy"}};
    CHECK(bench.problem("/links", 503) == "too many");
    bench.answers["explain"] = {{"error", "what?"}, {"code", "bad_request"}};
    CHECK(bench.problem("/explain/x", 400) == "what?");
    CHECK(bench.get("/healthz").body == "ok\n");
}

TEST_CASE("metrics are those of the command", "[routes]") {
    Bench bench;
    bench.answers = {{"status", {{"name", "n1"}, {"digest", "0000000a"}}},
                     {"members", {{"members", Json::array()}}},
                     {"links", {{"links", Json::array()}}}};
    const HttpResponse response = bench.get("/metrics");

    CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(response.body == metrics_text({.status = bench.answers["status"],
                                         .members = bench.answers["members"],
                                         .links = bench.answers["links"]}));
    CHECK_THAT(std::string(response.body), Contains("hearsay_view_digest"));
}

TEST_CASE("a node is ready when it is part of its cluster and agrees", "[routes]") {
    const Json good{{"name", "n1"},      {"roster_size", 5U},    {"peers_heard", 4U},
                    {"alone", false},    {"peers_agreeing", 4U}, {"leaving", false},
                    {"withdrawn", false}};
    CHECK(unreadiness(good).empty());

    const auto with = [&](const char* key, const Json& value) {
        Json changed = good;
        changed[key] = value;
        return changed;
    };
    CHECK(unreadiness(with("leaving", true)) == "n1 is leaving its cluster");
    CHECK_THAT(unreadiness(with("withdrawn", true)), Contains("has withdrawn"));
    CHECK(unreadiness(with("peers_agreeing", 3U)) ==
          "3 of 4 peers that n1 hears hold the same view");
    Json alone{{"name", "n1"}, {"alone", true}, {"roster_size", 1U}, {"peers_heard", 0U}};
    CHECK(unreadiness(alone).empty());
    alone["config"]["seeds"] = {"tcp://192.0.2.1:7700"};
    CHECK_THAT(unreadiness(alone), StartsWith("n1 is alone"));
    CHECK(unreadiness({{"name", "n1"}, {"roster_size", 3U}, {"peers_heard", 0U}}) ==
          "n1 hears none of its 2 peers");

    Bench bench;
    bench.answers["status"] = good;
    CHECK(bench.get("/readyz").status == 200);
}

TEST_CASE("files of the page come with their kind, and once", "[routes]") {
    Bench bench;
    const HttpResponse first = bench.get("/");
    CHECK(first.status == 200);
    CHECK(first.content_type == "text/html; charset=utf-8");
    CHECK(first.body == bench.get("/index.html?x=1").body);
    const std::map<std::string, std::string> headers(first.headers.begin(), first.headers.end());
    CHECK(headers.at("Cache-Control") == "no-cache");

    HttpRequest again = request("/");
    again.if_none_match = "\"other\", " + headers.at("ETag");
    CHECK(bench.get(again).status == 304);
    CHECK(bench.get(again).body.empty());
    again.if_none_match = "\"other\"";
    CHECK(bench.get(again).status == 200);
}

TEST_CASE("events are a stream that goes on where it was", "[routes]") {
    Bench bench;
    HttpRequest wanted = request("/events");
    wanted.last_event_id = "p-1-1";
    bench.get(wanted);
    CHECK(bench.last_event_id == "p-1-1");

    bench.stream_problem = "too many listen";
    CHECK(bench.problem("/events", 503) == "too many listen");

    wanted.method = "HEAD";
    CHECK(bench.get(wanted).content_type == "text/event-stream");
}

TEST_CASE("nothing is served to those who mean another host", "[routes]") {
    Bench bench;
    HttpRequest hostile = request("/members");
    for (const std::vector<std::string>& hosts :
         {std::vector<std::string>{}, {"evil.example.com"}, {"127.0.0.1", "127.0.0.1"}}) {
        hostile.hosts = hosts;
        CHECK_THAT(bench.problem(hostile, 421), Contains("is not served here"));
    }
    CHECK(bench.asked.empty());
}

TEST_CASE("nothing can be changed", "[routes]") {
    Bench bench;
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"}) {
        HttpRequest changing = request("/members");
        changing.method = method;
        CHECK_THAT(bench.problem(changing, 405), Contains("read-only"));
        CHECK(bench.reply->headers.front() ==
              std::pair<std::string, std::string>("Allow", "GET, HEAD"));
    }
    HttpRequest with_body = request("/members");
    with_body.has_body = true;
    CHECK(bench.problem(with_body, 400) == "no request here has a body");
}

TEST_CASE("odd paths are refused", "[routes]") {
    Bench bench;
    for (const char* path : {"", "members", "*", "http://127.0.0.1/members", "/explain/%",
                             "/explain/%4", "/explain/%zz", "/explain/n%00", "/%0a", "/%ff",
                             "/explain/%c3%28", "/members?state=failed"}) {
        CAPTURE(path);
        CHECK_FALSE(bench.problem(path, 400).empty());
    }
    for (const char* path : {"/nothing", "/../etc/passwd", "/%2e%2e/etc/passwd", "//members",
                             "/members/", "/Members", "/page.css/.."}) {
        CAPTURE(path);
        CHECK_FALSE(bench.problem(path, 404).empty());
    }
    CHECK_FALSE(bench.problem("/" + std::string(target_bytes_max, 'x'), 414).empty());
    CHECK(bench.asked.empty());
}

}  // namespace
}  // namespace hearsay

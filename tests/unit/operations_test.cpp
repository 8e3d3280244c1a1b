#include "operations.hpp"

#include <chrono>
#include <cstdint>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "support/catch.hpp"
#include "support/status_bench.hpp"

namespace hearsay {
namespace {

using nlohmann::json;
using testing::Bench;
using testing::has_seen;
using testing::Requester;
using testing::start;
using namespace std::chrono_literals;

TEST_CASE("a wait is answered as soon as its condition holds", "[operations]") {
    Bench bench;
    Requester requester(bench);

    requester.send(R"({"op":"wait","alive":2,"agree":true,"timeout_ms":60000})");
    REQUIRE(has_seen(bench, 1));
    CHECK(bench.server().next_deadline().has_value());
    CHECK_FALSE(requester.poll());
    bench.meet();
    bench.advance(2s);

    const json answer = json::parse(requester.receive());
    CHECK(answer.at("holds") == true);
    CHECK(answer.at("alive") == 2);
    CHECK_FALSE(bench.server().next_deadline().has_value());
}

TEST_CASE("a wait whose time is over is answered with what is missing", "[operations]") {
    Bench bench;
    Requester requester(bench);

    requester.send(R"({"op":"wait","alive":5,"failed":["n3"],"timeout_ms":1000})");
    REQUIRE(has_seen(bench, 1));
    bench.advance(900ms);
    CHECK_FALSE(requester.poll());
    bench.advance(200ms);

    const json answer = json::parse(requester.receive());
    CHECK(answer.at("holds") == false);
    CHECK(answer.at("unmet") == json{"alive is 1, not 5", "n3 is unknown, not failed"});
}

TEST_CASE("a wait for a failure ends with it, and explain tells why", "[operations]") {
    Bench bench;
    bench.meet();
    Requester requester(bench);
    requester.send(R"({"op":"wait","alive":1,"failed":"n2","timeout_ms":60000})");
    REQUIRE(has_seen(bench, 1));

    bench.silence_peer();
    bench.advance(3s);

    CHECK(json::parse(requester.receive()).at("holds") == true);
    const json story = requester.ask({{"op", "explain"}, {"member", "n2"}});
    CHECK(story.at("member").at("state") == "failed");
    CHECK(story.at("member").at("cause") == "silence");
    CHECK(story.at("member").at("accusers") == json{"n1"});
    CHECK(story.at("history").back().at("event") == "failed");
}

TEST_CASE("many may wait at once, but not without bound", "[operations]") {
    Bench bench;
    Requester crowd(bench, zmq::socket_type::dealer);
    constexpr std::uint64_t pending_max = 256;
    for (std::uint64_t i = 0; i < pending_max; ++i) {
        static_cast<void>(crowd.socket().send(zmq::str_buffer(""), zmq::send_flags::sndmore));
        crowd.send(R"({"op":"wait","alive":5,"timeout_ms":60000})");
    }
    REQUIRE(has_seen(bench, pending_max));
    Requester requester(bench);
    CHECK(requester.ask({{"op", "status"}}).at("status_socket").at("waiting") == pending_max);

    const json answer = requester.ask({{"op", "wait"}, {"alive", 5}});

    CHECK(answer.at("code") == "busy");
}

TEST_CASE("an unknown member is answered with those that are known", "[operations]") {
    Bench bench;
    Requester requester(bench);

    for (const char* op : {"explain", "forget"}) {
        const json answer = requester.ask({{"op", op}, {"member", "n9"}});
        CHECK(answer.at("error") == "no member \"n9\" is known; known: n1");
        CHECK(answer.at("code") == "unknown_member");
    }
}

TEST_CASE("a forget refuses the living, and says how many confirmed", "[operations]") {
    Bench bench;
    bench.meet();
    Requester requester(bench);

    CHECK(requester.ask({{"op", "forget"}, {"member", "n2"}}).at("code") == "still_alive");
    CHECK(requester.ask({{"op", "forget"}, {"member", "n1"}}).at("code") == "is_self");
    bench.silence_peer();
    bench.advance(3s);
    requester.send(R"({"op":"forget","member":"n2"})");
    REQUIRE(has_seen(bench, 3));
    bench.advance(5s);

    const json answer = json::parse(requester.receive());
    CHECK(answer.at("forgotten") == "n2");
    CHECK(answer.at("confirmed") == 0);
    CHECK(bench.detector().members(start + 1h).size() == 1);
}

TEST_CASE("a leave is answered when the peers have confirmed", "[operations]") {
    Bench bench;
    bench.meet();
    bench.advance(1s);
    Requester requester(bench);
    Requester waiter(bench);
    waiter.send(R"({"op":"wait","alive":9,"timeout_ms":60000})");
    REQUIRE(has_seen(bench, 1));

    requester.send(R"({"op":"leave"})");
    REQUIRE(has_seen(bench, 2));
    bench.advance(3s);

    const json answer = json::parse(requester.receive());
    CHECK(answer.at("left") == "n1");
    CHECK(answer.at("asked") == 1);
    CHECK(answer.at("confirmed") == 1);
    CHECK(json::parse(waiter.receive()).at("holds") == false);
}

TEST_CASE("tags are set and unset", "[operations]") {
    Bench bench;
    Requester requester(bench);

    CHECK(requester.ask({{"op", "tag"}, {"set", {{"zone", "a"}, {"role", "db"}}}}).at("tags") ==
          json({{"zone", "a"}, {"role", "db"}}));
    CHECK(requester.ask({{"op", "tag"}, {"unset", {"zone"}}}).at("tags") == json({{"role", "db"}}));
    CHECK(bench.detector().status(start).self.tags == Tags{{"role", "db"}});
}

TEST_CASE("a tag that is to be set and unset at once stays as it is", "[operations]") {
    Bench bench;
    Requester requester(bench);
    requester.ask({{"op", "tag"}, {"set", {{"q", "0"}}}});

    const json answer =
        requester.ask({{"op", "tag"}, {"set", {{"q", "1"}}}, {"unset", {"p", "q"}}});

    CHECK(answer.at("code") == "bad_request");
    CHECK(answer.at("error") == R"(tag "q" is both in "set" and in "unset"; send it in one)");
    CHECK(bench.detector().status(start).self.tags == Tags{{"q", "0"}});
}

TEST_CASE("the log level is changed while the node runs", "[operations]") {
    Bench bench;
    Requester requester(bench);

    CHECK(requester.ask({{"op", "log_level"}, {"level", "error"}}).at("level") == "error");
    CHECK_FALSE(bench.log().log().is_heard(LogLevel::warning));
    CHECK(bench.log().log().is_heard(LogLevel::error));
}

TEST_CASE("the status holds counters, times and the transport", "[operations]") {
    Bench bench;
    bench.meet();
    Requester requester(bench);

    const json answer = requester.ask({{"op", "status"}});

    CHECK(answer.at("roster_size") == 2);
    CHECK(answer.at("counters").at("messages_sent") > 0);
    CHECK(answer.at("config").at("fail_after_ms") == 1000);
    CHECK(answer.at("transport").contains("links_dialled"));
    CHECK(answer.at("status_socket").at("requests") == 1);
}

TEST_CASE("views are answered when all members have", "[operations]") {
    Bench bench;
    bench.meet();
    Requester requester(bench);

    const json answer = requester.ask({{"op", "views"}});

    CHECK(answer.at("complete") == true);
    CHECK(answer.at("answered") == 1);
    CHECK(answer.at("agree") == true);
    CHECK(answer.at("cluster") == "demo");
    CHECK(answer.at("members").at(1).at("version") == "1.1");
    CHECK(answer.at("views").at(0).at("members") == json{"n1", "n2"});
}

TEST_CASE("views of a node that is alone are its own", "[operations]") {
    Bench bench;
    Requester requester(bench);

    const json answer = requester.ask({{"op", "views"}});

    CHECK(answer.at("listed") == 0);
    CHECK(answer.at("complete") == true);
}

TEST_CASE("a client that asks for views meanwhile joins, and is answered when its time is over",
          "[operations]") {
    Bench bench;
    bench.meet();
    bench.silence_peer();
    Requester patient(bench);
    Requester hasty(bench);

    patient.send(R"({"op":"views"})");
    hasty.send(R"({"op":"views","timeout_ms":100})");
    REQUIRE(has_seen(bench, 2));
    bench.advance(150ms);

    const json partial = json::parse(hasty.receive());
    CHECK(partial.at("complete") == false);
    CHECK(partial.at("answered") == 0);
    CHECK_FALSE(patient.poll());
    bench.advance(1s);
    CHECK(json::parse(patient.receive()).at("complete") == true);
    const json status = patient.ask({{"op", "status"}});
    CHECK(status.at("survey").at("questions_sent") == 2);
}

TEST_CASE("views that a node is asked for while it leaves are answered before it ends",
          "[operations]") {
    Bench bench;
    bench.meet();
    bench.silence_peer();
    Requester requester(bench);
    requester.send(R"({"op":"views"})");
    REQUIRE(has_seen(bench, 1));

    bench.detector().leave(bench.now());
    bench.advance(5s);

    CHECK(json::parse(requester.receive()).contains("answered"));
}

TEST_CASE("the time for views has a bound", "[operations]") {
    Bench bench;
    Requester requester(bench);

    CHECK(requester.ask({{"op", "views"}, {"timeout_ms", 86'400'001}}).at("code") == "bad_request");
    CHECK(requester.ask({{"op", "views"}, {"member", "n2"}}).at("code") == "bad_request");
}

}  // namespace
}  // namespace hearsay

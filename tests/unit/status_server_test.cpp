#include "status_server.hpp"

#include <cstdint>
#include <filesystem>
#include <list>
#include <string>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <zmq.hpp>

#include "request.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"
#include "support/status_bench.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using nlohmann::json;
using testing::Bench;
using testing::eventually;
using testing::has_seen;
using testing::Requester;
using testing::ScratchDirectory;

TEST_CASE("a request in JSON is answered in JSON", "[status_server]") {
    Bench bench;
    Requester requester(bench);

    const json answer = requester.ask({{"op", "members"}});

    CHECK(answer.at("name") == "n1");
    CHECK(answer.at("cluster") == "demo");
    CHECK(answer.at("members").size() == 1);
    CHECK(answer.at("members").at(0).at("self") == true);
}

TEST_CASE("a request in msgpack is answered in msgpack", "[status_server]") {
    Bench bench;
    Requester requester(bench);
    std::string request;
    json::to_msgpack({{"op", "ping"}}, request);

    requester.send(request);
    const json answer = json::from_msgpack(requester.receive());

    CHECK(answer.at("name") == "n1");
    CHECK(answer.at("events") == bench.address("events"));
}

TEST_CASE("what cannot be carried out is answered with what would be right", "[status_server]") {
    Bench bench;
    Requester requester(bench);
    const auto [request, problem] = GENERATE(table<std::string, std::string>({
        {R"({"op":"foo"})", "unknown op \"foo\"; known: ping, members"},
        {R"({"op":7})", "argument \"op\" must be a string"},
        {R"({})", "argument \"op\" is missing"},
        {R"([1])", "not a request: send a map"},
        {R"({"op":"members")", "not a request: send a map"},
        {"\xff\xfe", "not a request: send a map"},
        {"", "not a request: send a map"},
        {R"({"op":"wait","timeout":5})", "unknown argument \"timeout\" of op \"wait\"; known: "},
        {R"({"op":"wait","alive":-1})", "argument \"alive\" must be a whole number"},
        {R"({"op":"wait","timeout_ms":99999999999})", "must be at most 86400000"},
        {R"({"op":"wait","failed":[1]})", "argument \"failed\" must be a string or a list"},
        {R"({"op":"wait","agree":"yes"})", "argument \"agree\" must be true or false"},
        {R"({"op":"explain"})", "argument \"member\" is missing"},
        {R"({"op":"tag","set":{"a":1}})", "argument \"set\" must be a map of strings"},
        {R"({"op":"tag","set":{"":"x"}})", "tags"},
        {R"({"op":"log_level","level":"loud"})", "there is no log level \"loud\"; known: debug"},
    }));
    CAPTURE(request);

    requester.send(request);
    const json answer = json::parse(requester.receive());

    CHECK_THAT(answer.at("error").get<std::string>(), Contains(problem));
    CHECK(bench.server().counters().refused == 1);
    CHECK(requester.ask({{"op", "ping"}}).contains("name"));
}

TEST_CASE("a request that nests too deep is refused", "[status_server]") {
    Bench bench;
    Requester requester(bench);
    // A map whose one value is an array in an array in an array and so on.
    const std::string deep = "\x81\xa2op" + std::string(8000, '\x91');

    requester.send(deep);
    const json answer = json::from_msgpack(requester.receive());

    CHECK(answer.at("code") == "bad_request");
}

TEST_CASE("an array that claims two thousand million elements is refused", "[status_server]") {
    Bench bench;
    Requester requester(bench);

    requester.send(std::string("\x81\xa2op\xdd\x7f\xff\xff\xff"));

    CHECK(json::from_msgpack(requester.receive()).at("code") == "bad_request");
}

TEST_CASE("a huge request is refused unread", "[status_server]") {
    Bench bench;
    Requester requester(bench);

    requester.send(std::string(request_bytes_max + 1, ' '));
    const json answer = json::parse(requester.receive());

    CHECK_THAT(answer.at("error").get<std::string>(), Contains("at most 16384 are read"));
}

TEST_CASE("a client that sends megabytes is hung up on, and others are served", "[status_server]") {
    Bench bench;
    Requester glutton(bench);
    Requester requester(bench);

    glutton.send(std::string(4'000'000, 'x'));

    CHECK(requester.ask({{"op", "ping"}}).contains("name"));
    CHECK(bench.server().counters().requests == 1);
}

TEST_CASE("what is not framed as a request is counted and dropped", "[status_server]") {
    Bench bench;
    Requester raw(bench, zmq::socket_type::dealer);
    Requester requester(bench);

    raw.send(R"({"op":"members"})");
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(raw.socket().send(zmq::str_buffer("x"), zmq::send_flags::sndmore));
    }
    raw.send("x");

    REQUIRE(has_seen(bench, 2));
    CHECK(bench.server().counters().refused == 2);
    CHECK(requester.ask({{"op", "ping"}}).contains("name"));
    CHECK_FALSE(raw.poll());
}

TEST_CASE("an envelope of several frames comes back as it was", "[status_server]") {
    Bench bench;
    Requester proxy(bench, zmq::socket_type::dealer);

    static_cast<void>(proxy.socket().send(zmq::str_buffer("hop"), zmq::send_flags::sndmore));
    static_cast<void>(proxy.socket().send(zmq::str_buffer(""), zmq::send_flags::sndmore));
    proxy.send(R"({"op":"ping"})");

    CHECK(proxy.receive() == "hop");
    CHECK(proxy.receive().empty());
    CHECK(json::parse(proxy.receive()).contains("name"));
}

TEST_CASE("a client that never reads its answers loses them, and others are served",
          "[status_server]") {
    Bench bench;
    Requester deaf(bench, zmq::socket_type::dealer);
    constexpr std::uint64_t count = 3000;
    // Never waiting: what it sends is taken in by the turns of this same thread.
    const auto send = [&](zmq::const_buffer part, zmq::send_flags flags) {
        return eventually([&] {
            bench.turn();
            return deaf.socket().send(part, flags | zmq::send_flags::dontwait).has_value();
        });
    };
    for (std::uint64_t i = 0; i < count; ++i) {
        REQUIRE(send(zmq::str_buffer(""), zmq::send_flags::sndmore));
        REQUIRE(send(zmq::str_buffer(R"({"op":"status"})"), zmq::send_flags::none));
    }
    REQUIRE(has_seen(bench, count));

    Requester requester(bench);

    CHECK(requester.ask({{"op", "ping"}}).contains("name"));
    CHECK(bench.server().counters().answers_dropped > 0);
}

TEST_CASE("clients that are gone give their places back", "[status_server]") {
    Bench bench;
    constexpr std::uint64_t waits_max = 256;
    {
        std::list<Requester> gone;
        for (std::uint64_t i = 0; i < waits_max; ++i) {
            gone.emplace_back(bench).send(R"({"op":"wait","alive":99,"timeout_ms":3600000})");
        }
        REQUIRE(has_seen(bench, waits_max));
        Requester late(bench);
        CHECK(late.ask({{"op", "wait"}, {"alive", 99}}).at("code") == "busy");
    }

    REQUIRE(eventually([&] {
        bench.turn();
        return bench.server().counters().waiting == 0;
    }));
    CHECK(Requester(bench).ask({{"op", "wait"}, {"alive", 1}}).at("holds") == true);
}

TEST_CASE("an act is done and answered however many wait", "[status_server]") {
    Bench bench;
    bench.meet();
    bench.silence_peer();
    std::list<Requester> waiting;
    for (std::uint64_t i = 0; i < 256; ++i) {
        waiting.emplace_back(bench).send(R"({"op":"wait","alive":99,"timeout_ms":3600000})");
    }
    REQUIRE(has_seen(bench, 256));

    Requester requester(bench);
    requester.send(R"({"op":"forget","member":"n2","force":true})");
    bench.turn();
    bench.advance(std::chrono::seconds(3));

    CHECK(json::parse(requester.receive()).at("forgotten") == "n2");
    CHECK(bench.detector().status(bench.now()).roster_size == 1);
}

TEST_CASE("only the owner may use the sockets, which are gone afterwards", "[status_server]") {
    const ScratchDirectory scratch;
    const std::filesystem::path path = scratch.path() / "status";
    zmq::context_t context;
    {
        testing::HeardLog log;
        const StatusServer server(context, "ipc://" + path.string(), log.log());
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0600U);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("an address that another server answers at is refused", "[status_server]") {
    Bench bench;

    CHECK_THROWS_AS(StatusServer(bench.context(), bench.address("status"), bench.log().log()),
                    StartError);
    CHECK(Requester(bench).ask({{"op", "ping"}}).contains("name"));
}

TEST_CASE("a tcp address answers questions, and does nothing for those who ask",
          "[status_server]") {
    Bench bench("tcp://127.0.0.1:0");
    Requester requester(bench);

    for (const char* const question : {"ping", "members", "status", "links"})
        CHECK(requester.ask({{"op", question}}).contains("name"));
    const json act = GENERATE(json{{"op", "leave"}}, json{{"op", "forget"}, {"member", "n2"}},
                              json{{"op", "tag"}, {"set", {{"role", "web"}}}},
                              json{{"op", "log_level"}, {"level", "error"}});
    const json answer = requester.ask(act);

    CHECK(answer.at("code") == "not_permitted");
    CHECK_THAT(answer.at("error").get<std::string>(),
               Contains("is refused here: a tcp address answers questions alone"));
    CHECK(bench.detector().self().tags.empty());
}

TEST_CASE("a free port is found and told", "[status_server]") {
    zmq::context_t context;
    testing::HeardLog log;
    const StatusServer server(context, "tcp://127.0.0.1:0", log.log());

    CHECK_THAT(server.address(), StartsWith("tcp://127.0.0.1:") && !EndsWith(":0"));
}

}  // namespace
}  // namespace hearsay

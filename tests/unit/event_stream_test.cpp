#include "event_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/status_bench.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;
using testing::Bench;
using testing::eventually;

Event event_of(EventKind kind, const std::string& name) {
    Event event;
    event.kind = kind;
    event.subject.name = name;
    return event;
}

/// What a few lines of any language are: a DEALER socket.
class Subscriber {
  public:
    explicit Subscriber(Bench& bench, int unread_max = 0)
        : bench_(bench), socket_(bench.context(), zmq::socket_type::dealer) {
        socket_.set(zmq::sockopt::linger, 0);
        socket_.set(zmq::sockopt::rcvhwm, unread_max);
        socket_.connect(bench.stream().address());
    }

    json ask(const std::string& request) {
        static_cast<void>(socket_.send(zmq::buffer(request), zmq::send_flags::none));
        return receive();
    }
    json receive() {
        std::optional<json> received;
        REQUIRE(eventually([&] {
            bench_.turn();
            received = poll();
            return received.has_value();
        }));
        return *received;
    }
    std::optional<json> poll() {
        zmq::message_t message;
        if (!socket_.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
        return json::parse(message.to_string_view());
    }

  private:
    Bench& bench_;
    zmq::socket_t socket_;
};

TEST_CASE("a subscriber is told where the stream begins, and then every event", "[event_stream]") {
    Bench bench;
    bench.publish(event_of(EventKind::joined, "n2"));
    Subscriber subscriber(bench);

    const json reply = subscriber.ask(R"({"op":"events"})");
    bench.publish(event_of(EventKind::left, "n3"));
    bench.publish(event_of(EventKind::joined, "n4"));
    const json first = subscriber.receive();
    const json second = subscriber.receive();

    CHECK(reply.at("subscribed") == true);
    CHECK(reply.at("name") == "n1");
    CHECK(reply.at("seq") == 1);
    CHECK(first.at("event") == "left");
    CHECK(first.at("member") == "n3");
    CHECK(first.at("seq") == 2);
    CHECK(second.at("seq") == 3);
}

TEST_CASE("a subscriber may want some kinds of event alone", "[event_stream]") {
    Bench bench;
    Subscriber subscriber(bench);
    subscriber.ask(R"({"op":"events","kinds":["failed","left"]})");

    bench.publish(event_of(EventKind::joined, "n2"));
    bench.publish(event_of(EventKind::failed, "n3"));

    CHECK(subscriber.receive().at("member") == "n3");
}

TEST_CASE("what is no request for events is refused", "[event_stream]") {
    Bench bench;
    Subscriber subscriber(bench);
    const auto [request, problem] = GENERATE(table<std::string, std::string>({
        {R"({"op":"members"})", "known: events"},
        {R"({"op":"events","since":3})", "unknown argument"},
        {"nonsense", "not a request"},
    }));
    CAPTURE(request);

    const json reply = subscriber.ask(request);

    CHECK_THAT(reply.at("error").get<std::string>(), Contains(problem));
    CHECK(bench.stream().counters().refused == 1);
    CHECK(bench.stream().counters().subscribers == 0);
}

TEST_CASE("a slow subscriber misses no failure, and is told how much else", "[event_stream]") {
    Bench bench;
    Subscriber slow(bench, 1);
    Subscriber quick(bench);
    slow.ask(R"({"op":"events"})");
    quick.ask(R"({"op":"events"})");
    constexpr std::uint64_t deaths = 500;
    constexpr std::uint64_t others = 5000;

    for (std::uint64_t i = 0; i < deaths; ++i)
        bench.publish(event_of(EventKind::failed, "dead" + std::to_string(i)));
    for (std::uint64_t i = 0; i < others; ++i) {
        bench.publish(event_of(EventKind::joined, "new" + std::to_string(i)));
        bench.turn();
    }

    std::uint64_t failed = 0;
    std::uint64_t joined = 0;
    std::uint64_t missed = 0;
    REQUIRE(eventually([&] {
        bench.turn();
        while (const auto event = slow.poll()) {
            const std::string kind = event->at("event");
            if (kind == "failed") ++failed;
            if (kind == "joined") ++joined;
            if (kind == "missed") missed += event->at("count").get<std::uint64_t>();
        }
        return failed + joined + missed == deaths + others;
    }));
    CHECK(failed == deaths);
    CHECK(missed > 0);
    CHECK(bench.stream().counters().missed >= missed);
}

TEST_CASE("a subscriber that is gone gives its place back", "[event_stream]") {
    Bench bench;
    {
        Subscriber subscriber(bench);
        subscriber.ask(R"({"op":"events"})");
        REQUIRE(bench.stream().counters().subscribers == 1);
    }
    CHECK(eventually([&] {
        bench.turn();
        return bench.stream().counters().subscribers == 0;
    }));
}

TEST_CASE("asking again and again is one subscription", "[event_stream]") {
    Bench bench;
    Subscriber subscriber(bench);
    for (int i = 0; i < 100; ++i)
        subscriber.ask(R"({"op":"events"})");

    CHECK(bench.stream().counters().subscribers == 1);
    bench.publish(event_of(EventKind::left, "n3"));
    CHECK(subscriber.receive().at("member") == "n3");
    bench.turn();
    CHECK_FALSE(subscriber.poll());
}

TEST_CASE("no more subscribe than there are places", "[event_stream]") {
    Bench bench;
    std::list<Subscriber> all;
    for (std::size_t i = 0; i < EventStream::subscribers_max; ++i)
        CHECK(all.emplace_back(bench).ask(R"({"op":"events"})").contains("subscribed"));

    CHECK(all.emplace_back(bench).ask(R"({"op":"events"})").at("code") == "busy");
}

}  // namespace
}  // namespace hearsay

#include "http_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "clock.hpp"
#include "listen_address.hpp"
#include "streams.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;

/// A connection that never waits.
class Visitor {
  public:
    explicit Visitor(const Endpoint& address)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(address.port);
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto* const generic =
            reinterpret_cast<const sockaddr*>(&place);  // NOLINT: that is how sockets are used.
        REQUIRE(::connect(socket_.number(), generic, sizeof(place)) == 0);
    }

    void ask(const std::string& path) const {
        const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        REQUIRE(::send(socket_.number(), request.data(), request.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(request.size()));
    }

    /// Takes what has come. False once the connection is closed.
    bool read() {
        std::array<char, 65536> space{};
        for (;;) {
            const ssize_t size = ::recv(socket_.number(), space.data(), space.size(), MSG_DONTWAIT);
            if (size == 0) return false;
            if (size < 0) return errno == EAGAIN;
            text_.append(space.data(), static_cast<std::size_t>(size));
        }
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    void leave() { socket_ = Descriptor(); }

  private:
    Descriptor socket_;
    std::string text_;
};

/// A server whose path /events is a stream, and which answers others when it is told to.
class Bench {
  public:
    /// Lets the server work until that is so, but not for ever.
    bool until(const std::function<bool()>& is_so) {
        const Instant deadline = steady_now() + 30s;
        while (!is_so()) {
            if (steady_now() > deadline) return false;
            streams.turn(server, steady_now());
            server.turn();
            PollSet set;
            server.watch(set);
            set.wait(std::min<Duration>(server.patience(), 5ms));
        }
        return true;
    }

    Endpoint address = *parse_listen_address("127.0.0.1:0");
    std::vector<HttpServer::RequestId> asked;
    std::set<HttpServer::RequestId> listening;
    Feed feed{"p"};
    Streams streams{feed};
    HttpServer server{listen_on(address),
                      20,
                      {.on_request =
                           [this](auto id, const HttpRequest& request) {
                               if (request.target != "/events") return asked.push_back(id);
                               listening.insert(id);
                               streams.open(server, id, request.last_event_id);
                           },
                       .on_stream_end =
                           [this](auto id) {
                               listening.erase(id);
                               streams.note_end(id);
                           }}};
};

TEST_CASE("an answer may come long after its question", "[http_server]") {
    Bench bench;
    Visitor visitor(bench.address);
    visitor.ask("/later");
    REQUIRE(bench.until([&] { return bench.asked.size() == 1; }));

    bench.server.answer(bench.asked[0], text_response(200, "text/plain", "here it is"));

    REQUIRE(bench.until([&] {
        REQUIRE(visitor.read());
        return visitor.text().find("here it is") != std::string::npos;
    }));
    CHECK_THAT(visitor.text(), StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(visitor.text(), Contains("Content-Security-Policy: default-src 'none'"));
    // What is answered twice was answered once.
    bench.server.answer(bench.asked[0], text_response(200, "text/plain", "again"));
}

TEST_CASE("a stream tells what is new until its listener leaves", "[http_server]") {
    Bench bench;
    Visitor visitor(bench.address);
    visitor.ask("/events");
    REQUIRE(bench.until([&] { return bench.listening.size() == 1; }));
    bench.feed.log().add_event("first");
    REQUIRE(bench.until([&] {
        REQUIRE(visitor.read());
        return visitor.text().find("data: first\n\n") != std::string::npos;
    }));

    visitor.leave();

    CHECK(bench.until([&] { return bench.listening.empty(); }));
    CHECK(bench.streams.is_empty());
}

TEST_CASE("a client that reads too little is hung up on, and nobody else", "[http_server]") {
    Bench bench;
    Visitor lazy(bench.address);
    lazy.ask("/events");
    Visitor quick(bench.address);
    quick.ask("/events");
    REQUIRE(bench.until([&] { return bench.listening.size() == 2; }));

    // The system takes a few megabytes off its hands first.
    int events = 0;
    REQUIRE(bench.until([&] {
        if (++events < 5000) bench.feed.log().add_event(std::string(10'000, 'x'));
        REQUIRE(quick.read());
        return bench.listening.size() == 1;
    }));

    CHECK(bench.feed.log().bytes() > Streams::unread_bytes_max);
    bench.feed.log().add_event("last");
    CHECK(bench.until([&] {
        REQUIRE(quick.read());
        return quick.text().find("data: last\n\n") != std::string::npos;
    }));
    CHECK(bench.until([&] { return !lazy.read(); }));
}

TEST_CASE("a server ends while somebody listens and somebody waits", "[http_server]") {
    auto bench = std::make_unique<Bench>();
    Visitor listener(bench->address);
    listener.ask("/events");
    Visitor waiter(bench->address);
    waiter.ask("/never");
    REQUIRE(bench->until([&] { return bench->listening.size() + bench->asked.size() == 2; }));

    bench.reset();

    CHECK_FALSE(listener.read());
    CHECK_FALSE(waiter.read());
}

}  // namespace
}  // namespace hearsay

// What is sent over a connection that does not stand yet.

#include <chrono>
#include <cstddef>
#include <string>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"
#include "support/transport_side.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::arrive;
using testing::generous;
using testing::Side;

/// Nobody listens there any more.
std::string free_endpoint() {
    const Side side;
    return side.endpoint();
}

TEST_CASE("a frame that waited longer than a round is never delivered", "[transport]") {
    Side a;
    const std::string endpoint = free_endpoint();
    a.send(endpoint, "stale");
    a.pass(generous.round + 1ms);
    Side b(endpoint);

    a.send(endpoint, "fresh");

    REQUIRE(arrive(b, 1, a));
    CHECK(b.arrivals().front().frame == "fresh");
    CHECK(a.counters().frames_stale == 1);
}

TEST_CASE("frames that wait for a connection are bounded in number", "[transport]") {
    Side a;
    const std::string endpoint = free_endpoint();
    constexpr std::size_t kept = 16;
    for (std::size_t i = 0; i < kept + 5; ++i)
        a.send(endpoint, std::to_string(i));
    Side b(endpoint);

    REQUIRE(arrive(b, kept, a));
    CHECK(b.arrivals().front().frame == "5");
    CHECK(b.arrivals().back().frame == std::to_string(kept + 4));
    CHECK(a.counters().frames_dropped == 5);
    CHECK_FALSE(a.transport().poll_broken().has_value());
}

TEST_CASE("frames that wait for a connection are bounded in bytes, and the newest stay",
          "[transport]") {
    Side a;
    const std::string endpoint = free_endpoint();
    for (const char* frame : {"1", "2", "3", "4", "5", "6"})
        a.send(endpoint, frame + std::string(limits::frame_bytes_max - 1, 'x'));
    Side b(endpoint);

    REQUIRE(arrive(b, 4, a));
    CHECK(b.arrivals().front().frame.front() == '3');
    CHECK(b.arrivals().back().frame.front() == '6');
    CHECK(a.counters().frames_dropped == 2);
}

TEST_CASE("a long roster waits whole for its connection", "[transport]") {
    Side a;
    const std::string endpoint = free_endpoint();
    const std::string page(16 * 1024, 'x');
    constexpr std::size_t pages = 16;
    for (std::size_t i = 0; i < pages; ++i)
        a.send(endpoint, page);
    Side b(endpoint);

    CHECK(arrive(b, pages, a));
    CHECK(a.counters().frames_dropped == 0);
}

}  // namespace
}  // namespace hearsay

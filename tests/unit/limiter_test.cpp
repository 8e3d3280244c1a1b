#include "limiter.hpp"

#include <chrono>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

TEST_CASE("one kind is admitted once a minute, with the count of the others", "[limiter]") {
    Limiter limiter;
    const Instant start(1h);

    CHECK(limiter.admit("a", start) == 0U);
    CHECK(limiter.admit("a", start + 1s) == std::nullopt);
    CHECK(limiter.admit("a", start + 59s) == std::nullopt);
    CHECK(limiter.admit("b", start + 59s) == 0U);
    CHECK(limiter.admit("a", start + 60s) == 2U);
}

TEST_CASE("endless kinds cost neither memory nor log", "[limiter]") {
    Limiter limiter;
    const Instant start(1h);
    int admitted = 0;

    for (int kind = 0; kind < 10'000; ++kind) {
        if (limiter.admit(std::to_string(kind), start)) ++admitted;
    }

    CHECK(admitted <= 257);
    CHECK(limiter.admit("after a minute there is room again", start + 2min).has_value());
}

}  // namespace
}  // namespace hearsay

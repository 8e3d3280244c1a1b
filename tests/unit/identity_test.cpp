#include "identity.hpp"

#include <chrono>
#include <cstdint>

#include "clock.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

std::uint64_t milliseconds_now() {
    const auto since_epoch = wall_now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(since_epoch) /
                                      1ms);
}

std::uint64_t incarnation_after(std::uint64_t former) {
    return make_identity("n1", "tcp://127.0.0.1:1", {}, former).incarnation;
}

TEST_CASE("an incarnation is the time of day", "[identity]") {
    const std::uint64_t before = milliseconds_now();
    const std::uint64_t incarnation = incarnation_after(0);
    CHECK(incarnation >= before);
    CHECK(incarnation <= milliseconds_now());
    CHECK(incarnation_after(before - 1000) >= before);
}

TEST_CASE("after the clock was set back a later life has a greater incarnation", "[identity]") {
    constexpr std::uint64_t day = std::chrono::milliseconds(24h).count();
    const std::uint64_t days = GENERATE(1U, 366U, 366U * 60);
    const std::uint64_t former = milliseconds_now() + days * day;
    CHECK(incarnation_after(former) == former + 1);
}

TEST_CASE("an incarnation that others would refuse is not gone on with", "[identity]") {
    const std::uint64_t century = std::chrono::milliseconds(std::chrono::years(100)).count();
    const std::uint64_t now = milliseconds_now();
    CHECK(incarnation_after(~std::uint64_t{0}) <= milliseconds_now());
    CHECK(incarnation_after(now + century + 60'000) <= milliseconds_now());
    CHECK(incarnation_after(now + century - 60'000) > now);
}

}  // namespace
}  // namespace hearsay

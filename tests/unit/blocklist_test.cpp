#include "blocklist.hpp"

#include <chrono>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{} + 1h;

TEST_CASE("a blocked key is free again after a while", "[blocklist]") {
    Blocklist blocked(10s);
    blocked.add("k1", "10.0.0.7", start);

    CHECK(blocked.has_key("k1", start + 9s));
    CHECK_FALSE(blocked.has_key("k2", start + 9s));
    CHECK_FALSE(blocked.has_key("k1", start + 10s));
    CHECK_FALSE(blocked.has_source("10.0.0.7", start));
}

TEST_CASE("one refused key does not block who shares its address, many do", "[blocklist]") {
    Blocklist blocked(10s);
    for (std::size_t i = 0; i < Blocklist::keys_of_source_max; ++i) {
        blocked.add("k" + std::to_string(i), "10.0.0.7", start);
        blocked.add("k0", "10.0.0.7", start);
    }
    CHECK_FALSE(blocked.has_source("10.0.0.7", start));

    blocked.add("one more", "10.0.0.7", start);

    CHECK(blocked.has_source("10.0.0.7", start + 9s));
    CHECK_FALSE(blocked.has_source("10.0.0.8", start));
    CHECK_FALSE(blocked.has_source("10.0.0.7", start + 10s));
}

TEST_CASE("a source that is quiet for a while begins anew", "[blocklist]") {
    Blocklist blocked(10s);
    for (std::size_t i = 0; i <= Blocklist::keys_of_source_max; ++i)
        blocked.add("k" + std::to_string(i), "10.0.0.7", start + 11s * static_cast<int>(i));

    CHECK_FALSE(blocked.has_source("10.0.0.7",
                                   start + 11s * static_cast<int>(Blocklist::keys_of_source_max)));
}

TEST_CASE("the table of blocked keys is bounded, and those that are over make room",
          "[blocklist]") {
    Blocklist blocked(10s);
    for (std::size_t i = 0; i < Blocklist::entries_max; ++i)
        blocked.add("k" + std::to_string(i), "s" + std::to_string(i), start);

    blocked.add("late", "late", start);
    CHECK_FALSE(blocked.has_key("late", start));

    blocked.add("late", "late", start + 10s);
    CHECK(blocked.has_key("late", start + 10s));
}

TEST_CASE("all blocks end together when that is wanted", "[blocklist]") {
    Blocklist blocked(10s);
    blocked.add("k1", "10.0.0.7", start);

    blocked.clear();

    CHECK_FALSE(blocked.has_key("k1", start));
}

}  // namespace
}  // namespace hearsay

#include "simulation/filler.hpp"

#include <algorithm>
#include <string>

#include "hearsay/codec.hpp"
#include "hearsay/config.hpp"

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

std::size_t bytes_of(const Tags& tags) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : tags)
        bytes += key.size() + value.size();
    return bytes;
}

TEST_CASE("tags are filled to so many bytes, within all limits", "[filler]") {
    const Tags some = GENERATE(Tags{}, Tags{{"role", "primary"}});
    CAPTURE(some.size());
    // With one short tag fifteen others are left.
    const std::size_t most = some.empty() ? 2560 : 15 * 160 + 11;

    for (std::size_t bytes = bytes_of(some); bytes <= most; ++bytes) {
        CAPTURE(bytes);
        const auto tags = filled(some, bytes);

        REQUIRE(tags);
        CHECK(bytes_of(*tags) >= bytes);
        CHECK(bytes_of(*tags) <= bytes + 8);
        CHECK(std::includes(tags->begin(), tags->end(), some.begin(), some.end()));
        const Identity identity{
            .life = LifeId{1}, .name = "n", .endpoint = "tcp://n:1", .tags = *tags};
        CHECK_FALSE(validate(identity));
    }
    CHECK_FALSE(filled(some, most + 9));
}

TEST_CASE("tags that are too long already are not cut", "[filler]") {
    CHECK_FALSE(filled({{"role", "primary"}}, 10));
    CHECK(filled({{"role", "primary"}}, 11) == Tags{{"role", "primary"}});
}

}  // namespace
}  // namespace hearsay::simulation

#include "hearsay/message.hpp"

#include <set>

#include "support/catch.hpp"

namespace hearsay {
namespace {

TEST_CASE("the roster key of a life with its first tags is its number", "[message]") {
    CHECK(roster_key(LifeId{42}, 0) == 42);
}

TEST_CASE("roster keys of neighbouring lives and versions are all different", "[message]") {
    std::set<std::uint64_t> keys;
    for (std::uint64_t life = 1; life <= 100; ++life) {
        for (std::uint64_t version = 0; version < 100; ++version) {
            keys.insert(roster_key(LifeId{life}, version));
        }
    }
    CHECK(keys.size() == 100 * 100);
}

TEST_CASE("changes of tags do not cancel in a sum or in an exclusive or of keys", "[message]") {
    const std::uint64_t one = roster_key(LifeId{1}, 1);
    const std::uint64_t two = roster_key(LifeId{2}, 1);
    const std::uint64_t one_later = roster_key(LifeId{1}, 2);
    const std::uint64_t two_later = roster_key(LifeId{2}, 2);

    CHECK((one ^ two) != (one_later ^ two_later));
    CHECK(one + two_later != one_later + two);
}

}  // namespace
}  // namespace hearsay

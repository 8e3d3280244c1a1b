#include "hearsay/key_use.hpp"

#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

// How links are made while a cluster moves to keys, or away from them.

namespace hearsay {
namespace {

using testing::arrive;
using testing::eventually;
using testing::link_up;
using testing::SampleKeys;
using testing::Side;

/// How far a side has moved; nothing is no keys.
using Stage = std::optional<KeyUse>;

/// A transport that takes its keys over later.
struct Mover {
    Mover(const SampleKeys& keys, const std::string& name) : ring(keys.path(), name) {}

    void go_on(Stage stage) {
        const bool has_keys = stage.has_value();
        side.transport().use_keys(has_keys ? &ring : nullptr, stage.value_or(KeyUse::offered));
    }

    Keyring ring;
    Side side;
};

struct Movers {
    Movers() {
        keys.add("n1");
        keys.add("n2");
        a.emplace(keys, "n1");
        b.emplace(keys, "n2");
    }
    /// True once a frame of `from` has come to `to` over a link that was dialled anew.
    [[nodiscard]] bool is_reached(Side& from, Side& to) const {
        const std::size_t before = to.arrivals().size();
        return eventually([&] {
            from.send(to.endpoint(), "anew");
            from.turn();
            to.turn();
            // A way that was refused lately waits a part of a round.
            from.pass(testing::generous.round / 8);
            return to.arrivals().size() > before;
        });
    }

    SampleKeys keys;
    std::optional<Mover> a;
    std::optional<Mover> b;
};

TEST_CASE("words of key use are read as they are written", "[key_use]") {
    for (const KeyUse use : {KeyUse::offered, KeyUse::preferred, KeyUse::required})
        CHECK(parse_key_use(text(use)) == use);
    CHECK(parse_key_use("none") == std::nullopt);
    CHECK(parse_key_use("") == std::nullopt);
}

TEST_CASE("members that are a step apart reach each other", "[key_use]") {
    const std::vector<std::pair<Stage, Stage>> steps{
        {std::nullopt, KeyUse::offered},       {KeyUse::offered, KeyUse::offered},
        {KeyUse::offered, KeyUse::preferred},  {KeyUse::preferred, KeyUse::preferred},
        {KeyUse::preferred, KeyUse::required},
    };
    for (const auto& [one, other] : steps) {
        Movers movers;
        movers.a->go_on(one);
        movers.b->go_on(other);
        CAPTURE(one.has_value(), other.has_value());
        CHECK(movers.is_reached(movers.a->side, movers.b->side));
        CHECK(movers.is_reached(movers.b->side, movers.a->side));
        CHECK(movers.b->side.log().find("refused") == std::string::npos);
    }
}

TEST_CASE("the speaker is known where the other side listens with keys", "[key_use]") {
    Movers movers;
    movers.a->go_on(KeyUse::offered);
    movers.b->go_on(KeyUse::preferred);
    REQUIRE(movers.is_reached(movers.a->side, movers.b->side));
    REQUIRE(movers.is_reached(movers.b->side, movers.a->side));
    CHECK(movers.b->side.arrivals().back().speaker == "n1");
    CHECK(movers.a->side.arrivals().back().speaker.empty());
}

TEST_CASE("a link is made anew in another way once the other side has moved", "[key_use]") {
    Movers movers;
    link_up(movers.a->side, movers.b->side);
    movers.a->go_on(KeyUse::offered);
    movers.b->go_on(KeyUse::offered);
    movers.a->side.send(movers.b->side.endpoint(), "the link stays");
    REQUIRE(arrive(movers.b->side, 2, movers.a->side));
    CHECK(movers.a->side.counters().dials == 1);

    movers.b->go_on(KeyUse::preferred);
    CHECK(movers.is_reached(movers.a->side, movers.b->side));
    CHECK(movers.b->side.arrivals().back().speaker == "n1");
    movers.b->go_on(KeyUse::offered);
    CHECK(movers.is_reached(movers.a->side, movers.b->side));
    CHECK(movers.b->side.arrivals().back().speaker.empty());
}

TEST_CASE("links without keys end once keys are required", "[key_use]") {
    Movers movers;
    movers.a->go_on(KeyUse::preferred);
    movers.b->go_on(KeyUse::offered);
    REQUIRE(movers.is_reached(movers.a->side, movers.b->side));
    REQUIRE(movers.a->side.counters().links_dialled == 1);
    movers.a->go_on(KeyUse::required);
    CHECK(movers.a->side.counters().links_dialled == 0);
}

TEST_CASE("links with keys end once there are none", "[key_use]") {
    Movers movers;
    movers.a->go_on(KeyUse::offered);
    movers.b->go_on(KeyUse::preferred);
    REQUIRE(movers.is_reached(movers.a->side, movers.b->side));
    movers.a->go_on(std::nullopt);
    CHECK(movers.a->side.counters().links_dialled == 0);
}

TEST_CASE("keys are dropped and taken again at once", "[key_use]") {
    Movers movers;
    for (int time = 0; time < 10; ++time) {
        movers.a->go_on(KeyUse::offered);
        movers.a->go_on(std::nullopt);
    }
    movers.a->go_on(KeyUse::offered);
    movers.b->go_on(KeyUse::preferred);
    CHECK(movers.is_reached(movers.a->side, movers.b->side));
}

TEST_CASE("a member without keys does not reach one that listens with them", "[key_use]") {
    Movers movers;
    movers.b->go_on(KeyUse::preferred);
    movers.a->side.send(movers.b->side.endpoint(), "hello");
    for (int turn = 0; turn < 20; ++turn) {
        movers.a->side.turn();
        movers.b->side.turn();
    }
    movers.a->go_on(KeyUse::offered);
    REQUIRE(movers.is_reached(movers.a->side, movers.b->side));
    for (const testing::Arrival& arrival : movers.b->side.arrivals())
        CHECK(arrival.speaker == "n1");
}

}  // namespace
}  // namespace hearsay

#include <cstdint>

#include "hearsay/codec.hpp"

#include "numbers.hpp"
#include "support/tellers.hpp"

namespace hearsay {
namespace {

using testing::stand_in_credential;
using testing::Teller;
using testing::Three;

TEST_CASE("a message without proofs is refused", "[proofs]") {
    Three three;
    static_cast<void>(three.c.hear(three.a.head(9), three.a));
    CHECK_FALSE(three.c.is_admitted);
}

TEST_CASE("nobody speaks with the key of another", "[proofs]") {
    Three three;
    static_cast<void>(three.c.hear(three.a.say(three.a.head(9)), three.b));
    CHECK_FALSE(three.c.is_admitted);
    static_cast<void>(three.c.hear(three.a.introduce(10), three.b));
    CHECK_FALSE(three.c.is_admitted);
    static_cast<void>(three.c.hear(three.a.say(three.a.head(11)), three.a));
    CHECK(three.c.is_admitted);
}

TEST_CASE("a heartbeat that is told by another is proven by its mark", "[proofs]") {
    Three three;
    static_cast<void>(three.b.hear(three.a.say(three.a.head(300)), three.a));
    Message parts;
    parts.rows = {three.a.row(300)};
    const Message relayed = three.b.say(three.told(parts));

    SECTION("as it was said") {
        CHECK(three.c.hear(relayed, three.b).rows.size() == 1);
        CHECK(three.c.proofs.dropped() == 0);
    }
    SECTION("with a greater number") {
        Message forged = relayed;
        forged.rows[0].heartbeat = 301;
        CHECK(three.c.hear(forged, three.b).rows.empty());
        CHECK(three.c.proofs.dropped() == 1);
    }
    SECTION("without the mark") {
        Message forged = relayed;
        forged.rows[0].mark = {};
        CHECK(three.c.hear(forged, three.b).rows.empty());
    }
    SECTION("with the mark of a smaller one") {
        Message forged = relayed;
        forged.rows[0].mark = three.b.prover.before(relayed.rows[0].mark);
        CHECK(three.c.hear(forged, three.b).rows.empty());
    }
    SECTION("beyond the end of all marks") {
        Message forged = relayed;
        forged.rows[0].heartbeat = numbers::chain_marks() + 2;
        CHECK(three.c.hear(forged, three.b).rows.empty());
    }
    SECTION("as the last of all") {
        Message forged = relayed;
        forged.rows[0].heartbeat = heartbeat_left;
        CHECK(three.c.hear(forged, three.b).rows.empty());
    }
}

TEST_CASE("what is no news needs no proof", "[proofs]") {
    Three three;
    static_cast<void>(three.c.hear(three.a.say(three.a.head(300)), three.a));
    Message message = three.b.say(three.told({}));
    message.rows = {three.a.row(299)};

    CHECK(three.c.hear(message, three.b).rows.size() == 1);
}

TEST_CASE("a row about a stranger is left as a reason to ask for it", "[proofs]") {
    Three three;
    Message message = three.b.say(three.told({}));
    message.rows = {{.life = LifeId{99}, .heartbeat = 5}};

    CHECK(three.c.hear(message, three.b).rows.size() == 1);
}

TEST_CASE("only the life itself proves that it left", "[proofs]") {
    Three three;
    const Message farewell = three.a.say(three.a.head(heartbeat_left));
    REQUIRE(three.b.hear(farewell, three.a).heartbeat == heartbeat_left);
    Message parts;
    parts.rows = {three.a.row(heartbeat_left)};

    CHECK(three.c.hear(three.b.say(three.told(parts)), three.b).rows.size() == 1);
}

TEST_CASE("a head whose marks are not known tells no heartbeat", "[proofs]") {
    Three three;
    Message message = three.a.say(three.a.head(9));
    message.mark = {};

    CHECK(three.c.hear(message, three.a).heartbeat == heartbeat_untold);
    CHECK(three.c.is_admitted);
}

TEST_CASE("one speaker costs no more than its share of a round", "[proofs]") {
    Three three;
    const std::size_t lies = numbers::checks_each_round() + 1;
    Message parts;
    parts.forgets = {{.life = three.a.self.life, .heartbeat = 5}};
    const Message honest = three.b.say(three.told(parts));
    Message flood = honest;
    flood.forgets.assign(lies, {.life = LifeId{1}, .heartbeat = 1, .signer = three.b.self.life});

    REQUIRE(three.c.hear(flood, three.b).forgets.empty());
    CHECK(three.c.hear(honest, three.b).forgets.empty());
    SECTION("others have theirs") {
        Message other = three.a.head(three.a.heartbeat + 1);
        other.forgets = honest.forgets;
        CHECK(three.c.hear(three.a.say(other), three.a).forgets.size() == 1);
    }
    SECTION("and the next round begins anew") {
        three.c.proofs.begin_round();
        CHECK(three.c.hear(honest, three.b).forgets.size() == 1);
    }
}

/// Rows that each take a walk along all marks to see that they are wrong.
std::vector<Row> far_lies(const Teller& about, std::size_t count) {
    Row row = about.row(262'144);
    row.mark = {};
    return {count, row};
}

TEST_CASE("a round has the time of 512 signatures for a speaker, or of 2,048 marks for each",
          "[proofs]") {
    Three three;
    Message parts;
    parts.forgets = {{.life = three.a.self.life, .heartbeat = 5}};
    const Message honest = three.b.say(three.told(parts));
    three.c.proofs.begin_round();
    const auto is_checked_after = [&](const Message& lies) {
        static_cast<void>(three.c.hear(lies, three.b));
        return three.c.hear(honest, three.b).forgets.size() == 1;
    };
    Message lies = honest;
    const Forget forged{.life = LifeId{1}, .heartbeat = 1, .signer = three.b.self.life};

    SECTION("510 signatures") {
        lies.forgets.assign(510, forged);
        CHECK(is_checked_after(lies));
    }
    SECTION("512 signatures") {
        lies.forgets.assign(512, forged);
        CHECK_FALSE(is_checked_after(lies));
    }
    SECTION("three walks along all marks") {
        lies.forgets.clear();
        lies.rows = far_lies(three.a, 3);
        CHECK(is_checked_after(lies));
    }
    SECTION("five of them") {
        lies.forgets.clear();
        lies.rows = far_lies(three.a, 5);
        lies.forgets.assign(130, forged);
        CHECK_FALSE(is_checked_after(lies));
    }
}

TEST_CASE("new marks are made when a sixteenth of 262,144 is left, and told 32 times", "[proofs]") {
    Teller a("a");
    CHECK_FALSE(a.proofs.must_renew(245'760));
    CHECK(a.proofs.must_renew(245'761));
    CHECK_FALSE(a.proofs.is_fresh(1));
    a.proofs.renew(245'761);
    CHECK(a.proofs.is_fresh(245'761 + 31));
    CHECK_FALSE(a.proofs.is_fresh(245'761 + 32));
}

TEST_CASE("before its marks end a life goes on with others", "[proofs]") {
    Three three;
    const Heartbeat last = numbers::chain_marks() - 1;
    CHECK_FALSE(three.a.proofs.must_renew(last / 2));
    REQUIRE(three.a.proofs.must_renew(last));
    static_cast<void>(three.b.hear(three.a.say(three.a.head(last)), three.a));

    three.a.proofs.renew(last);
    ++three.a.self.tags_version;

    CHECK_FALSE(three.a.proofs.must_renew(last));
    CHECK(three.a.proofs.is_fresh(last + 1));
    CHECK_FALSE(three.a.proofs.is_fresh(last + numbers::told_anew()));
    const Message later = three.a.introduce(last + 3);
    CHECK(three.b.hear(later, three.a).heartbeat == last + 3);
    CHECK(three.c.hear(later, three.a).heartbeat == last + 3);
    Message parts;
    parts.rows = {three.a.row(last + 3)};
    CHECK(three.c.hear(three.b.say(three.told(parts)), three.b).rows.size() == 1);
}

TEST_CASE("each life of a member has an id and marks of its own", "[proofs]") {
    Three three;
    const LifeId former = three.a.self.life;
    three.a.self.life = three.a.proofs.begin_life();
    CHECK(three.a.self.life != former);

    three.a.heartbeat = 0;
    CHECK(three.c.hear(three.a.introduce(1), three.a).introductions.size() == 1);
    CHECK(three.c.proofs.is_bearer(three.a.key, three.a.self.life));
    CHECK_FALSE(three.c.proofs.is_bearer(three.b.key, three.a.self.life));
}

TEST_CASE("lives of which nothing is kept are forgotten", "[proofs]") {
    Three three;
    REQUIRE(three.c.proofs.size() == 3);
    three.c.proofs.retain([&](LifeId life) { return life == three.b.self.life; });
    CHECK(three.c.proofs.size() == 2);
    CHECK_FALSE(three.c.proofs.is_bearer(three.a.key, three.a.self.life));
}

TEST_CASE("a buried life keeps what it has proven, and may introduce itself again", "[proofs]") {
    Three three;
    static_cast<void>(three.c.hear(three.a.say(three.a.head(300)), three.a));
    three.c.proofs.bury(three.a.self.life);
    three.c.proofs.bury(LifeId{5});
    CHECK_FALSE(three.c.proofs.is_certified(three.a.self.life));

    Message parts = three.c.head(9);
    parts.introductions = {{.identity = three.a.self, .heartbeat = 300, .age = {}}};
    parts.rows = {three.a.row(300)};
    const Message told = three.c.say(parts);
    CHECK(told.introductions.empty());
    CHECK(three.b.hear(told, three.c).rows.size() == 1);

    CHECK(three.c.hear(three.a.introduce(301), three.a).introductions.size() == 1);
    CHECK(three.c.proofs.is_certified(three.a.self.life));
    parts.introductions.front().heartbeat = 301;
    CHECK(three.c.say(parts).introductions.size() == 1);
}

/// Of some member of its own.
PublicKey key_of(std::uint64_t id) {
    return stand_in_credential(std::to_string(id)).key;
}

TEST_CASE("of each cause signatures are held of the smallest ids, as evidence does", "[proofs]") {
    Accusers accusers;
    Accusation silent;
    silent.life = LifeId{1};
    silent.heartbeat = 5;
    Accusation refused = silent;
    refused.cause = Cause::refused;
    const std::uint64_t last = limits::accusers_max + 9;
    for (std::uint64_t id = last; id > 9; --id)
        accusers.hold(silent, LifeId{id}, key_of(id), Signature{});
    accusers.hold(refused, LifeId{last + 1}, key_of(last + 1), Signature{});
    CHECK(accusers.find(silent, LifeId{last}) != nullptr);
    accusers.hold(silent, LifeId{9}, key_of(9), Signature{});

    CHECK(accusers.find(silent, LifeId{9}) != nullptr);
    CHECK(accusers.find(silent, LifeId{last}) == nullptr);
    CHECK(accusers.find(refused, LifeId{last + 1}) != nullptr);
    accusers.forget(LifeId{1});
    CHECK(accusers.find(silent, LifeId{9}) == nullptr);
}

TEST_CASE("all lives of one key take one place among the accusers", "[proofs]") {
    Accusers accusers;
    Accusation silent;
    silent.life = LifeId{1};
    silent.heartbeat = 5;
    const PublicKey honest = stand_in_credential("honest").key;
    const PublicKey liar = stand_in_credential("liar").key;
    accusers.hold(silent, LifeId{99}, honest, Signature{});
    for (std::uint64_t id = 2; id < 2 + limits::accusers_max; ++id)
        accusers.hold(silent, LifeId{id}, liar, Signature{});

    CHECK(accusers.find(silent, LifeId{99}) != nullptr);
    CHECK(accusers.find(silent, LifeId{1 + limits::accusers_max}) != nullptr);
    CHECK(accusers.find(silent, LifeId{2}) == nullptr);
}

TEST_CASE("a life begins even if this node's certificate is good no more", "[proofs]") {
    Teller a("a");
    a.prover.bad_name = "a";
    const LifeId life = a.proofs.begin_life();

    CHECK(number(life) != 0);
    CHECK(a.proofs.is_own_key());
    CHECK_FALSE(a.proofs.may_forget());
    CHECK_FALSE(a.proofs.is_certified(life));
    CHECK_FALSE(a.proofs.is_certified(LifeId{5}));
}

TEST_CASE("a certificate may be good no more", "[proofs]") {
    Three three;
    CHECK(three.c.proofs.is_certified(three.a.self.life));
    three.c.prover.bad_name = "a";
    CHECK_FALSE(three.c.proofs.is_certified(three.a.self.life));
    CHECK(three.c.proofs.is_certified(three.b.self.life));
}

}  // namespace
}  // namespace hearsay

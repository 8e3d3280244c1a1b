#include <vector>

#include "statements.hpp"
#include "support/tellers.hpp"

namespace hearsay {
namespace {

using testing::Teller;
using testing::Three;

TEST_CASE("an introduction is the word of the life, even if another brings it", "[proofs]") {
    Teller a("a");
    Teller b("b");
    Teller c("c");
    b.meet(a);
    c.meet(b);
    Message message = b.head(9);
    message.introductions = {{.identity = a.self, .heartbeat = 1, .age = {}}};
    const Message relayed = b.say(message);
    REQUIRE(relayed.introductions.size() == 1);
    const auto is_believed = [&](const Message& told) {
        return c.hear(told, b).introductions.size() == 1;
    };

    SECTION("as it was said") {
        CHECK(is_believed(relayed));
    }
    SECTION("at another endpoint") {
        Message forged = relayed;
        forged.introductions[0].identity.endpoint = "tcp://b:1";
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with other tags") {
        Message forged = relayed;
        forged.introductions[0].identity.tags["role"] = "web";
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with later tags") {
        Message forged = relayed;
        ++forged.introductions[0].identity.tags_version;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("of a later incarnation") {
        Message forged = relayed;
        ++forged.introductions[0].identity.incarnation;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("under another name") {
        Message forged = relayed;
        forged.introductions[0].identity.name = "z";
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with other marks") {
        Message forged = relayed;
        forged.introductions[0].voucher.anchor[0] ^= std::byte{1};
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with another salt") {
        Message forged = relayed;
        forged.introductions[0].voucher.salt[0] ^= std::byte{1};
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with the certificate of the one that brings it") {
        Message forged = relayed;
        forged.introductions[0].voucher.certificate = b.prover.certificate();
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("with a bad certificate") {
        c.prover.bad_name = "a";
        CHECK_FALSE(is_believed(relayed));
    }
    SECTION("at an endpoint that its certificate does not list") {
        c.prover.endpoints = {"tcp://a:7701"};
        CHECK_FALSE(is_believed(relayed));
        c.prover.endpoints = {"tcp://x:1", "tcp://a:7700"};
        CHECK(is_believed(relayed));
    }
}

TEST_CASE("nobody bears a name but by its certificate, nor the life of another", "[proofs]") {
    Teller thief("thief");
    Teller c("c");
    Message message = thief.head(9);
    message.introductions = {{.identity = thief.self, .heartbeat = 0, .age = {}}};

    SECTION("name") {
        message.introductions[0].identity.name = "a";
    }
    SECTION("life") {
        message.introductions[0].identity.life = LifeId{77};
    }
    // It signs all of it with its own key.
    Message signed_by_it = thief.say(message);
    if (signed_by_it.introductions.empty()) {
        signed_by_it.introductions = message.introductions;
        Voucher& voucher = signed_by_it.introductions[0].voucher;
        voucher.certificate = thief.prover.certificate();
        voucher.signature = thief.prover.sign(
            life_statement("demo", signed_by_it.introductions[0].identity, voucher));
    }
    CHECK(c.hear(signed_by_it, thief).introductions.empty());
}

/// That this accuser does not hear that member.
Message accusation(const Teller& accused, LifeId accuser) {
    Message parts;
    parts.accusations = {{.life = accused.self.life,
                          .heartbeat = accused.heartbeat,
                          .age = {},
                          .cause = Cause::silence,
                          .accusers = {accuser}}};
    return parts;
}

TEST_CASE("an accusation counts for those who signed it", "[proofs]") {
    Three three;
    const Message parts = accusation(three.a, three.b.self.life);
    const Message message = three.b.say(three.told(parts));
    REQUIRE(message.accusations.size() == 1);
    const auto is_believed = [&](const Message& told) {
        return three.c.hear(told, three.b).accusations.size() == 1;
    };

    SECTION("as it was said") {
        CHECK(is_believed(message));
    }
    SECTION("and is passed on") {
        REQUIRE(is_believed(message));
        Message relayed = three.c.head(three.c.heartbeat + 1);
        relayed.accusations = parts.accusations;
        CHECK(three.a.hear(three.c.say(relayed), three.c).accusations.size() == 1);
    }
    SECTION("of another cause") {
        Message forged = message;
        forged.accusations[0].cause = Cause::refused;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("in the name of another") {
        Message forged = message;
        forged.accusations[0].accusers = {three.c.self.life};
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("in the name of a stranger") {
        Message forged = message;
        forged.accusations[0].accusers = {LifeId{99}};
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("of another life") {
        Message forged = message;
        forged.accusations[0].life = three.c.self.life;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("of an earlier heartbeat") {
        static_cast<void>(three.c.hear(three.a.say(three.a.head(40)), three.a));
        Message forged = message;
        forged.accusations[0].heartbeat = 40;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("of a heartbeat that was never said") {
        Message forged = message;
        forged.accusations[0].heartbeat += 1;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("some of whom did not sign") {
        Message forged = message;
        Accusation& accusation = forged.accusations[0];
        accusation.accusers.push_back(three.c.self.life);
        accusation.signatures.push_back(accusation.signatures[0]);
        const Message left = three.c.hear(forged, three.b);
        REQUIRE(left.accusations.size() == 1);
        CHECK(left.accusations[0].accusers == std::vector{three.b.self.life});
    }
}

TEST_CASE("what nobody signed is not passed on", "[proofs]") {
    Three three;
    Message parts;
    parts.accusations = {{.life = three.a.self.life,
                          .heartbeat = three.a.heartbeat,
                          .age = {},
                          .cause = Cause::silence,
                          .accusers = {three.c.self.life}}};

    CHECK(three.b.say(three.told(parts)).accusations.empty());
}

TEST_CASE("a removal is signed by a member that may do so", "[proofs]") {
    Three three;
    Message parts;
    parts.forgets = {{.life = three.a.self.life, .heartbeat = 5}};
    const Message message = three.b.say(three.told(parts));
    const auto is_believed = [&](const Message& told) {
        return three.c.hear(told, three.b).forgets.size() == 1;
    };

    SECTION("as it was said") {
        CHECK(is_believed(message));
    }
    SECTION("and is passed on as it was signed") {
        const Message received = three.c.hear(message, three.b);
        Message relayed = three.c.head(three.c.heartbeat + 1);
        relayed.forgets = received.forgets;
        CHECK(three.a.hear(three.c.say(relayed), three.c).forgets.size() == 1);
    }
    SECTION("of another heartbeat") {
        Message forged = message;
        forged.forgets[0].heartbeat = heartbeat_left;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("in the name of another") {
        Message forged = message;
        forged.forgets[0].signer = three.c.self.life;
        CHECK_FALSE(is_believed(forged));
    }
    SECTION("by one that may not") {
        Teller strict("strict");
        strict.prover.plain_name = "b";
        strict.meet(three.b);
        CHECK(strict.hear(message, three.b).forgets.empty());
        CHECK(strict.proofs.may_forget());
        strict.prover.plain_name = "strict";
        CHECK_FALSE(strict.proofs.may_forget());
    }
}

TEST_CASE("what nobody signed is passed on until keys are required", "[proofs]") {
    Three three;
    const Message parts = accusation(three.a, LifeId{99});
    CHECK(three.b.say(three.told(parts)).accusations.empty());

    three.b.prover.requires_proofs = false;

    const Message passed = three.b.say(three.told(parts));
    REQUIRE(passed.accusations.size() == 1);
    CHECK(passed.accusations[0].accusers == std::vector{LifeId{99}});
    CHECK(passed.accusations[0].signatures == std::vector<Signature>(1));
    CHECK(three.c.hear(passed, three.b).accusations.empty());
}

}  // namespace
}  // namespace hearsay

#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::eventually;
using testing::generous;
using testing::RawSocket;
using testing::SampleKeys;
using testing::SecureSide;
using testing::Side;

/// A member n1 that has dialled somebody who knows the secret of the links, and says what a test
/// wants.
struct Trap {
    Trap() {
        side().send(liar.endpoint(), "hello");
        REQUIRE(turns_until([&] { return liar.hear(heard); }));
        greeting = std::get<Greeting>(decode_link_frame(testing::bytes(heard), "demo").value());
    }

    Side& side() { return a.side(); }
    template <typename Condition>
    bool turns_until(const Condition& is_so) {
        return eventually([&] {
            side().turn();
            return is_so();
        });
    }
    [[nodiscard]] bool is_refused() {
        return turns_until([&] { return side().counters().proofs_refused == 1; });
    }
    [[nodiscard]] const CurvePair& caller() { return a.ring().dialler(); }
    /// The right answer of n2 to a greeting of this key with this nonce.
    [[nodiscard]] LinkProof proof(const CurvePair& dialler, const Nonce& nonce) const {
        return {.certificate = n2.certificate(),
                .signature = n2.sign(proof_statement(dialler.public_key, nonce))};
    }

    SampleKeys keys;
    PublicKey key_of_n1 = keys.add("n1");
    PublicKey key_of_n2 = keys.add("n2");
    SecureSide a{keys, "n1"};
    Keyring n2{keys.path(), "n2"};
    RawSocket liar{a.ring().listener()};
    std::string heard;
    Greeting greeting;
};

TEST_CASE("a dialler greets before anything else, with a nonce of its own each time",
          "[link_proofs]") {
    Trap trap;
    Trap other;

    CHECK(trap.greeting.certificate == trap.a.ring().certificate());
    CHECK(trap.greeting.nonce != other.greeting.nonce);
    CHECK(trap.turns_until([&] { return trap.liar.hear(trap.heard); }));
    CHECK(trap.heard == "hello");
}

TEST_CASE("what comes before the proof is not heard, and what comes after it is", "[link_proofs]") {
    Trap trap;
    trap.liar.answer("too early");
    REQUIRE(trap.turns_until([&] { return trap.side().counters().frames_unproven == 1; }));

    trap.liar.answer(encode(trap.proof(trap.caller(), trap.greeting.nonce), "demo"));
    trap.liar.answer("in time");

    REQUIRE(trap.turns_until([&] { return !trap.side().arrivals().empty(); }));
    CHECK(trap.side().arrivals().size() == 1);
    CHECK(trap.side().arrivals().front().frame == "in time");
    CHECK(trap.side().arrivals().front().speaker == "n2");
}

TEST_CASE("a proof that proves nothing ends the link, and the log says why", "[link_proofs]") {
    Trap trap;
    const Nonce& nonce = trap.greeting.nonce;
    LinkProof proof = trap.proof(trap.caller(), nonce);
    std::string reason = "it shows the certificate of n2, and does not prove that it has its key";
    SECTION("it is for another nonce") {
        proof = trap.proof(trap.caller(), Nonce{std::byte{1}});
    }
    SECTION("it is for another dialler") {
        proof = trap.proof(SigningKey::draw().curve_pair(), nonce);
    }
    SECTION("another key has signed it") {
        proof.signature = trap.a.ring().sign(proof_statement(trap.caller().public_key, nonce));
    }
    SECTION("its certificate is of another cluster") {
        const SampleKeys others("prod");
        others.add("n2");
        const Keyring other(others.path(), "n2");
        proof = {.certificate = other.certificate(),
                 .signature = other.sign(proof_statement(trap.caller().public_key, nonce))};
        reason = "its certificate is not good: of another cluster";
    }
    SECTION("its certificate is revoked") {
        trap.keys.revoke(1, {trap.key_of_n2});
        REQUIRE_FALSE(trap.a.ring().reload());
        reason = "its certificate is not good: revoked";
    }

    trap.liar.answer(encode(proof, "demo"));
    trap.liar.answer("hello");

    CHECK(trap.is_refused());
    CHECK(trap.side().transport().poll_broken());
    CHECK(trap.side().arrivals().empty());
    CHECK_THAT(trap.side().log(),
               Contains("refused the node at " + trap.liar.endpoint() + ": " + reason));
}

TEST_CASE("a proof of an earlier link is no proof of the next", "[link_proofs]") {
    Trap trap;
    const auto proof = encode(trap.proof(trap.caller(), trap.greeting.nonce), "demo");
    trap.liar.answer(proof);
    trap.liar.answer("hello");
    REQUIRE(trap.turns_until([&] { return !trap.side().arrivals().empty(); }));

    RawSocket next(trap.a.ring().listener());
    trap.side().send(next.endpoint(), "hello");
    REQUIRE(trap.turns_until([&] { return next.hear(trap.heard); }));
    next.answer(proof);
    next.answer("hello");

    CHECK(trap.is_refused());
    CHECK(trap.side().arrivals().size() == 1);
}

TEST_CASE("a dialler that waits for its proof in vain greets once more", "[link_proofs]") {
    Trap trap;
    trap.side().pass(generous.round);
    trap.liar.answer("without a proof");
    std::string again;
    const auto is_greeting = [&] {
        return trap.liar.hear(again) && is_link_frame(testing::bytes(again));
    };
    REQUIRE(trap.turns_until(is_greeting));

    const auto greeting = decode_link_frame(testing::bytes(again), "demo");
    REQUIRE(greeting);
    const Nonce nonce = std::get<Greeting>(greeting.value()).nonce;
    trap.liar.answer(encode(trap.proof(trap.caller(), nonce), "demo"));
    trap.liar.answer("with one");

    REQUIRE(trap.turns_until([&] { return !trap.side().arrivals().empty(); }));
    CHECK(trap.side().arrivals().front().frame == "with one");
}

}  // namespace
}  // namespace hearsay

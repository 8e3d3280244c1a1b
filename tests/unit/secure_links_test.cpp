#include <chrono>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::arrive;
using testing::eventually;
using testing::generous;
using testing::link_up;
using testing::RawSocket;
using testing::SampleKeys;
using testing::SecureSide;
using testing::Side;

/// Members n1 and n2 of one cluster, and a link from n1 to n2.
struct Pair {
    Pair() {
        keys.add("n1");
        keys.add("n2");
        a.emplace(keys, "n1");
        b.emplace(keys, "n2");
    }
    Side& one() { return a->side(); }
    Side& other() { return b->side(); }

    SampleKeys keys;
    std::optional<SecureSide> a;
    std::optional<SecureSide> b;
};

TEST_CASE("frames flow both ways, and each side knows who has sent them", "[secure_links]") {
    Pair pair;

    const LinkId link = link_up(pair.one(), pair.other());
    pair.other().send("", "answer", link);
    REQUIRE(arrive(pair.one(), 1, pair.other()));

    CHECK(pair.other().arrivals().back().frame == "hello");
    CHECK(pair.other().arrivals().back().speaker == "n1");
    CHECK(pair.one().arrivals().back().frame == "answer");
    CHECK(pair.one().arrivals().back().speaker == "n2");
    for (const Side* side : {&pair.one(), &pair.other()}) {
        CHECK(side->counters().frames_unproven == 0);
        CHECK(side->counters().greetings_refused == 0);
        CHECK(side->counters().proofs_refused == 0);
        CHECK(side->counters().handshakes_refused == 0);
    }
}

TEST_CASE("a long frame takes a secured connection of its own", "[secure_links]") {
    Pair pair;
    link_up(pair.one(), pair.other());

    pair.one().send(pair.other().endpoint(), std::string(short_frame_bytes_max + 1, 'x'));
    REQUIRE(arrive(pair.other(), 2, pair.one()));

    CHECK(pair.other().arrivals().back().link == LinkId::none);
    CHECK(pair.other().arrivals().back().speaker == "n1");
    CHECK(pair.one().counters().dials == 2);
}

TEST_CASE("over an ipc socket members know each other as well", "[secure_links]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    SecureSide a(keys, "n1", "ipc://" + (keys.path() / "a").string());
    SecureSide b(keys, "n2", "ipc://" + (keys.path() / "b").string());

    const LinkId link = link_up(a.side(), b.side());
    b.side().send("", "answer", link);
    REQUIRE(arrive(a.side(), 1, b.side()));

    CHECK(b.side().arrivals().back().speaker == "n1");
    CHECK(a.side().arrivals().back().speaker == "n2");
}

TEST_CASE("a member greets anew when the other starts again at its endpoint", "[secure_links]") {
    Pair pair;
    const std::string endpoint = pair.other().endpoint();
    link_up(pair.one(), pair.other());
    pair.b.reset();
    pair.b.emplace(pair.keys, "n2", endpoint);

    REQUIRE(eventually([&] {
        pair.one().send(endpoint, "again");
        pair.one().turn();
        pair.other().turn();
        return !pair.other().arrivals().empty();
    }));

    CHECK(pair.other().arrivals().front().speaker == "n1");
    const LinkId link = pair.other().arrivals().back().link;
    pair.other().send("", "answer", link);
    REQUIRE(arrive(pair.one(), 1, pair.other()));
    CHECK(pair.one().arrivals().back().speaker == "n2");
}

TEST_CASE("another member that takes over an endpoint is known by its own name", "[secure_links]") {
    Pair pair;
    pair.keys.add("n3");
    const std::string endpoint = pair.other().endpoint();
    const LinkId link = link_up(pair.one(), pair.other());
    pair.other().send("", "answer", link);
    REQUIRE(arrive(pair.one(), 1, pair.other()));
    pair.b.reset();
    pair.b.emplace(pair.keys, "n3", endpoint);

    REQUIRE(eventually([&] {
        pair.one().send(endpoint, "again");
        pair.one().turn();
        pair.other().turn();
        return !pair.other().arrivals().empty();
    }));
    pair.other().send("", "mine", pair.other().arrivals().back().link);
    REQUIRE(arrive(pair.one(), 2, pair.other()));

    CHECK(pair.one().arrivals().front().speaker == "n2");
    CHECK(pair.one().arrivals().back().speaker == "n3");
}

/// True if one of the two sides says that the other one has keys or none; the first to see it hangs
/// up, and the other one may learn no more than that.
bool is_told(const Side& dialler, const std::string& obstacle, const Side& listener) {
    if (obstacle.find("start ") != std::string::npos) return true;
    return listener.counters().handshakes_refused > 0 && dialler.arrivals().empty();
}

TEST_CASE("a plain node gets nothing in, and learns why", "[secure_links]") {
    const SampleKeys keys;
    keys.add("n2");
    SecureSide b(keys, "n2");
    const std::string endpoint = b.side().endpoint();
    Side plain(
        TransportOptions{.bind = "tcp://127.0.0.1:0", .link = generous, .seeds = {endpoint}});

    plain.send(endpoint, "hello");
    REQUIRE(eventually([&] {
        plain.turn();
        b.side().turn();
        return is_told(plain, plain.transport().obstacle(endpoint), b.side());
    }));
    REQUIRE(eventually([&] {
        plain.turn();
        return !plain.transport().obstacle(endpoint).empty();
    }));

    CHECK_THAT(plain.transport().obstacle(endpoint),
               Contains("wants keys, and this node has none"));
    CHECK(b.side().arrivals().empty());
}

TEST_CASE("a member says nothing to a plain node, and learns why", "[secure_links]") {
    const SampleKeys keys;
    keys.add("n1");
    Side plain;
    SecureSide a(keys, "n1", "tcp://127.0.0.1:0", {plain.endpoint()});

    a.side().send(plain.endpoint(), "hello");
    REQUIRE(eventually([&] {
        plain.turn();
        a.side().turn();
        return is_told(a.side(), a.side().transport().obstacle(plain.endpoint()), plain);
    }));
    REQUIRE(eventually([&] {
        a.side().turn();
        return !a.side().transport().obstacle(plain.endpoint()).empty();
    }));

    CHECK_THAT(a.side().transport().obstacle(plain.endpoint()),
               Contains("has no keys") || Contains("has the keys of another cluster, or none"));
    CHECK(plain.arrivals().empty());
}

TEST_CASE("a node with the keys of another cluster cannot shake hands, and both logs say why",
          "[secure_links]") {
    const SampleKeys keys;
    keys.add("n2");
    const SampleKeys others;
    others.add("n1");
    SecureSide b(keys, "n2");
    const std::string endpoint = b.side().endpoint();
    SecureSide stranger(others, "n1", "tcp://127.0.0.1:0", {endpoint});

    stranger.side().send(endpoint, "hello");
    REQUIRE(eventually([&] {
        stranger.side().turn();
        b.side().turn();
        return b.side().log().find("refused a connection from ") != std::string::npos &&
               !stranger.side().transport().obstacle(endpoint).empty();
    }));

    CHECK_THAT(stranger.side().transport().obstacle(endpoint),
               Contains("has the keys of another cluster"));
    CHECK_THAT(b.side().log(), Contains(": it has the keys of another cluster"));
    CHECK(b.side().counters().handshakes_refused > 0);
    CHECK(b.side().arrivals().empty());
}

/// Turns the side, and answers handshakes, until it is so.
template <typename Condition>
bool turns_until(Side& side, const Condition& is_so) {
    return eventually([&] {
        side.turn();
        return is_so();
    });
}

/// A member n2, and somebody who knows the secret of the links and dials it.
struct Gate {
    explicit Gate(const CurvePair& pair) {
        keys.add("n1");
        keys.add("n2");
        b.emplace(keys, "n2");
        dial(pair);
    }
    void dial(const CurvePair& pair) {
        caller.emplace(side().endpoint(), pair, b->ring().listener().public_key);
    }

    Side& side() { return b->side(); }
    /// Greets with this certificate, and says something.
    void greet(const std::vector<std::byte>& certificate, const std::string& cluster = "demo") {
        caller->say(encode(Greeting{.certificate = certificate}, cluster));
        caller->say("hello");
    }
    [[nodiscard]] bool is_refused() {
        return turns_until(side(), [&] { return side().counters().greetings_refused == 1; });
    }

    SampleKeys keys;
    std::optional<SecureSide> b;
    std::optional<RawSocket> caller;
};

TEST_CASE("who greets with a good certificate of its key is heard, and is proven to",
          "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());
    const Nonce nonce{std::byte{7}};
    const auto certificate =
        gate.keys.signed_by_cluster(gate.keys.certificate("n9", key.public_key()));

    gate.caller->say(encode(Greeting{.certificate = certificate, .nonce = nonce}, "demo"));
    gate.caller->say("hello");
    REQUIRE(turns_until(gate.side(), [&] { return !gate.side().arrivals().empty(); }));

    CHECK(gate.side().arrivals().front().speaker == "n9");
    std::string frame;
    REQUIRE(eventually([&] { return gate.caller->hear(frame); }));
    const auto answer = decode_link_frame(testing::bytes(frame), "demo");
    REQUIRE(answer);
    const auto* const proof = std::get_if<LinkProof>(&answer.value());
    REQUIRE(proof != nullptr);
    const auto credential = gate.b->ring().read(proof->certificate);
    REQUIRE(credential);
    CHECK(credential->name == "n2");
    CHECK(Keyring::verify(credential->key, proof_statement(key.curve_pair().public_key, nonce),
                          proof->signature));
}

TEST_CASE("a certificate that is not good opens nothing", "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());
    const SampleKeys others("prod");
    Certificate certificate = gate.keys.certificate("n9", key.public_key());
    std::vector<std::byte> shown;
    std::string reason;
    SECTION("it has expired") {
        certificate.valid_from -= 48h;
        certificate.valid_until = certificate.valid_from + 24h;
        shown = gate.keys.signed_by_cluster(certificate);
        reason = "expired 1 day ago";
    }
    SECTION("it is of another cluster") {
        shown = others.signed_by_cluster(others.certificate("n9", key.public_key()));
        reason = "of another cluster";
    }
    SECTION("another cluster has signed it") {
        shown = others.signed_by_cluster(certificate);
        reason = "signed by no key of this cluster";
    }
    SECTION("it is revoked") {
        gate.keys.revoke(1, {key.public_key()});
        REQUIRE_FALSE(gate.b->ring().reload());
        shown = gate.keys.signed_by_cluster(certificate);
        reason = "revoked";
    }
    SECTION("there is none") {
        reason = "no certificate";
    }

    gate.greet(shown);

    CHECK(gate.is_refused());
    CHECK(gate.side().arrivals().empty());
    CHECK_THAT(gate.side().log(),
               Contains("refused the link from 127.0.0.1: its certificate is not good: " + reason));
    // It is hung up on, and the key is blocked for a while.
    CHECK(turns_until(gate.side(), [&] { return gate.side().counters().links_accepted == 0; }));
    CHECK(turns_until(gate.side(), [&] { return gate.side().counters().keys_refused > 0; }));
}

TEST_CASE("so many greetings are answered in a round, and more do no harm", "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());
    const auto certificate =
        gate.keys.signed_by_cluster(gate.keys.certificate("n9", key.public_key()));

    for (int count = 0; count < 6; ++count)
        gate.caller->say(encode(Greeting{.certificate = certificate, .nonce = {}}, "demo"));
    gate.caller->say("hello");
    REQUIRE(turns_until(gate.side(), [&] { return !gate.side().arrivals().empty(); }));

    CHECK(gate.side().counters().frames_unproven == 2);
    CHECK(gate.side().counters().greetings_refused == 0);
    gate.side().pass(generous.round);
    gate.side().turn();
    gate.caller->say(encode(Greeting{.certificate = certificate, .nonce = {}}, "demo"));
    int proofs = 0;
    std::string frame;
    CHECK(turns_until(gate.side(), [&] {
        proofs += gate.caller->hear(frame) ? 1 : 0;
        return proofs == 5;
    }));
}

TEST_CASE("a certificate of somebody else's key opens nothing", "[secure_links]") {
    Gate gate(SigningKey::draw().curve_pair());

    gate.greet(Keyring(gate.keys.path(), "n1").certificate());

    CHECK(gate.is_refused());
    CHECK(gate.side().arrivals().empty());
    CHECK_THAT(gate.side().log(),
               Contains("it shows the certificate of n1, and does not have its key"));
}

TEST_CASE("a greeting of another cluster opens nothing", "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());

    gate.greet(gate.keys.signed_by_cluster(gate.keys.certificate("n9", key.public_key())), "prod");

    CHECK(gate.is_refused());
    CHECK_THAT(gate.side().log(), Contains("it greets cluster \"prod\""));
}

TEST_CASE("what comes before a greeting is not heard, and soon ends the connection",
          "[secure_links]") {
    Gate gate(SigningKey::draw().curve_pair());

    for (int count = 0; count < 4; ++count)
        gate.caller->say("hello");

    CHECK(turns_until(gate.side(), [&] { return gate.side().counters().frames_unproven == 4; }));
    CHECK(turns_until(gate.side(), [&] { return gate.side().counters().links_accepted == 0; }));
    CHECK(gate.side().arrivals().empty());
    CHECK_THAT(gate.side().log(), Contains("it has shown no certificate"));
}

TEST_CASE("a key that has greeted needs no new greeting over its next connection",
          "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());
    gate.greet(gate.keys.signed_by_cluster(gate.keys.certificate("n9", key.public_key())));
    REQUIRE(turns_until(gate.side(), [&] { return gate.side().arrivals().size() == 1; }));

    RawSocket next(gate.side().endpoint(), key.curve_pair(), gate.b->ring().listener().public_key);
    next.say("again");

    CHECK(turns_until(gate.side(), [&] { return gate.side().arrivals().size() == 2; }));
    CHECK(gate.side().arrivals().back().speaker == "n9");
}

TEST_CASE("a key speaks for nobody but its bearer", "[secure_links]") {
    const SigningKey key = SigningKey::draw();
    Gate gate(key.curve_pair());
    gate.greet(gate.keys.signed_by_cluster(gate.keys.certificate("n9", key.public_key())));
    REQUIRE(turns_until(gate.side(), [&] { return gate.side().arrivals().size() == 1; }));

    RawSocket thief(gate.side().endpoint(), SigningKey::draw().curve_pair(),
                    gate.b->ring().listener().public_key);
    thief.say("again");

    CHECK(turns_until(gate.side(), [&] { return gate.side().counters().frames_unproven == 1; }));
    CHECK(gate.side().arrivals().size() == 1);
}

}  // namespace
}  // namespace hearsay

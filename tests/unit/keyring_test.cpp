#include "keyring.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "hearsay/node.hpp"

#include "support/catch.hpp"
#include "support/keyring_refusal.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using testing::refusal;
using testing::SampleKeys;
using namespace std::chrono_literals;

TEST_CASE("members of a cluster believe each other", "[keys]") {
    const SampleKeys keys;
    const PublicKey key = keys.add("n1");
    keys.add("n2");
    const Keyring one(keys.path(), "n1");
    const Keyring other(keys.path(), "n2");

    const auto credential = other.read(one.certificate());

    REQUIRE(credential);
    CHECK(*credential ==
          Credential{.name = "n1", .key = key, .may_forget = false, .endpoints = {}});
    const Signature signature = one.sign(as_bytes("a statement"));
    CHECK(Keyring::verify(credential->key, as_bytes("a statement"), signature));
    CHECK_FALSE(Keyring::verify(credential->key, as_bytes("another one"), signature));
    CHECK(one.cluster() == "demo");
}

TEST_CASE("all listen with one key, and each dials with its own", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    const Keyring one(keys.path(), "n1");
    const Keyring other(keys.path(), "n2");

    CHECK(one.listener().public_key == other.listener().public_key);
    CHECK(one.listener().secret_key == other.listener().secret_key);
    CHECK(one.dialler().public_key != other.dialler().public_key);
    CHECK(Keyring::curve_key(other.read(one.certificate())->key) == one.dialler().public_key);
    CHECK(Keyring::curve_key(PublicKey{}) == std::array<std::byte, 32>{});
}

TEST_CASE("ZeroMQ shakes hands with these keys", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    const Keyring one(keys.path(), "n1");
    const Keyring other(keys.path(), "n2");
    const auto buffer = [](const std::array<std::byte, 32>& key) { return zmq::buffer(key); };
    zmq::context_t context;
    zmq::socket_t listening(context, zmq::socket_type::pull);
    zmq::socket_t dialling(context, zmq::socket_type::push);
    for (zmq::socket_t* socket : {&listening, &dialling}) {
        socket->set(zmq::sockopt::linger, 0);
        socket->set(zmq::sockopt::rcvtimeo, 30'000);
    }
    listening.set(zmq::sockopt::curve_server, true);
    listening.set(zmq::sockopt::curve_secretkey, buffer(one.listener().secret_key));
    listening.bind("tcp://127.0.0.1:*");
    dialling.set(zmq::sockopt::curve_serverkey, buffer(other.listener().public_key));
    dialling.set(zmq::sockopt::curve_publickey, buffer(other.dialler().public_key));
    dialling.set(zmq::sockopt::curve_secretkey, buffer(other.dialler().secret_key));
    dialling.connect(listening.get(zmq::sockopt::last_endpoint));

    dialling.send(zmq::str_buffer("hello"));
    zmq::message_t message;

    REQUIRE(listening.recv(message));
    CHECK(message.to_string() == "hello");
}

TEST_CASE("what a certificate grants is read", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const Keyring keyring(keys.path(), "n1");
    Certificate certificate = keys.certificate("n2", SigningKey::draw().public_key());
    certificate.credential.may_forget = true;
    certificate.credential.endpoints = {"tcp://10.0.0.7:7700"};

    CHECK(keyring.read(keys.signed_by_cluster(certificate)) == certificate.credential);
}

TEST_CASE("a certificate that is not to be believed is refused with the reason", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const Keyring keyring(keys.path(), "n1");
    Certificate certificate = keys.certificate("n2", SigningKey::draw().public_key());
    REQUIRE_FALSE(refusal(keyring, keys.signed_by_cluster(certificate)));

    SECTION("a stranger signed it") {
        const auto bytes = issue(certificate, SigningKey::draw());
        CHECK(refusal(keyring, bytes) == "signed by no key of this cluster");
    }
    SECTION("it is of another cluster") {
        certificate.cluster = "x";
        CHECK(refusal(keyring, keys.signed_by_cluster(certificate)) == "of another cluster \"x\"");
    }
    SECTION("its time is over") {
        certificate.valid_until = certificate.valid_from - 72h;
        certificate.valid_from = certificate.valid_until - 1h;
        CHECK(refusal(keyring, keys.signed_by_cluster(certificate)) == "expired 3 days ago");
    }
    SECTION("its time has not come") {
        certificate.valid_from += 150min;
        CHECK_THAT(*refusal(keyring, keys.signed_by_cluster(certificate)),
                   Contains("not valid before 20") && EndsWith(" hours: is a clock wrong?"));
    }
    SECTION("the clock that made it is a little ahead") {
        certificate.valid_from += 4min;
        CHECK_FALSE(refusal(keyring, keys.signed_by_cluster(certificate)));
    }
    SECTION("it is none") {
        const std::string text(300, 'x');
        CHECK(refusal(keyring, as_bytes(text)) == "no certificate, or one of another version");
        CHECK(refusal(keyring, {}) == "no certificate, or one of another version");
    }
}

TEST_CASE("a certificate that was read before is still looked at", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const PublicKey key = keys.add("n2");
    Keyring keyring(keys.path(), "n1");
    const Keyring other(keys.path(), "n2");
    REQUIRE_FALSE(refusal(keyring, other.certificate()));

    SECTION("whether its key was revoked") {
        keys.revoke(1, {key});
        REQUIRE_FALSE(keyring.reload());
        CHECK(refusal(keyring, other.certificate()) == "revoked");
    }
    SECTION("whether its issuer is trusted") {
        SampleKeys rotated;
        rotated.add("n1");
        for (const char* file : {"cluster.trust", "n1.key"})
            keys.scratch.write(file, rotated.scratch.read(file));
        REQUIRE_FALSE(keyring.reload());
        CHECK(refusal(keyring, other.certificate()) == "signed by no key of this cluster");
    }
}

TEST_CASE("more certificates than are kept are all read", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const Keyring keyring(keys.path(), "n1");
    std::vector<std::vector<std::byte>> certificates;
    const PublicKey key = SigningKey::draw().public_key();
    for (int i = 0; i < 2500; ++i) {
        const std::string name = "m" + std::to_string(i);
        certificates.push_back(keys.signed_by_cluster(keys.certificate(name, key)));
    }
    for (int round = 0; round < 2; ++round) {
        for (const auto& certificate : certificates)
            CHECK(keyring.read(certificate));
    }
}

TEST_CASE("a new key of the cluster is trusted beside the old one", "[keys]") {
    SampleKeys keys;
    keys.add("n1");
    Keyring keyring(keys.path(), "n1");
    const std::vector<std::byte> former = keyring.certificate();
    keys.secret.keys.push_back(SigningKey::draw());
    keys.trust.keys.push_back(keys.secret.keys.back().public_key());
    keys.save();
    keys.add("n1");

    REQUIRE_FALSE(keyring.reload());

    CHECK(keyring.certificate() != former);
    CHECK_FALSE(refusal(keyring, keyring.certificate()));
    CHECK_FALSE(refusal(keyring, former));

    keys.trust.keys.erase(keys.trust.keys.begin());
    keys.save();
    REQUIRE_FALSE(keyring.reload());
    CHECK_FALSE(refusal(keyring, keyring.certificate()));
    CHECK(refusal(keyring, former) == "signed by no key of this cluster");
}

TEST_CASE("a node whose own certificate nobody would believe does not start", "[keys]") {
    const SampleKeys keys;
    const PublicKey key = keys.add("n1");
    const auto start = [&] { const Keyring keyring(keys.path(), "n1"); };
    REQUIRE_NOTHROW(start());
    Certificate certificate = keys.certificate("n1", key);
    const auto present = [&](const std::vector<std::byte>& bytes) {
        keys.files.write("n1", {.key = keys.files.node("n1").key, .certificate = bytes});
    };

    SECTION("it has expired") {
        certificate.valid_from -= 93 * 24h;
        certificate.valid_until -= 93 * 24h;
        present(keys.signed_by_cluster(certificate));
        CHECK_THROWS_WITH(start(), Contains("n1.key: its certificate expired 3 days ago; `hearsay "
                                            "certify n1` renews it"));
    }
    SECTION("a stranger signed it") {
        present(issue(certificate, SigningKey::draw()));
        CHECK_THROWS_WITH(start(),
                          Contains("n1.key: its certificate is signed by no key of this cluster"));
    }
    SECTION("it is of another name") {
        certificate.credential.name = "n2";
        present(keys.signed_by_cluster(certificate));
        CHECK_THROWS_WITH(start(), Contains("n1.key: its certificate is of another name or key"));
    }
    SECTION("it is of another key") {
        certificate.credential.key = SigningKey::draw().public_key();
        present(keys.signed_by_cluster(certificate));
        CHECK_THROWS_WITH(start(), Contains("n1.key: its certificate is of another name or key"));
    }
    SECTION("its key is revoked") {
        keys.revoke(1, {key});
        CHECK_THROWS_WITH(start(), Contains("n1.key: its key is revoked; `hearsay certify"));
    }
    SECTION("its time has not come, which may be the fault of a clock") {
        certificate.valid_from += 150min;
        present(keys.signed_by_cluster(certificate));
        try {
            start();
            FAIL("it started");
        } catch (const StartError& error) {
            CHECK_THAT(error.what(), Contains("n1.key: its certificate is not valid before 20"));
            CHECK(error.outlook() == StartError::Outlook::may_pass);
        }
    }
}

TEST_CASE("a reload that fails leaves all as it was", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    Keyring keyring(keys.path(), "n1");
    const std::vector<std::byte> certificate = keyring.certificate();
    const auto listener = keyring.listener().public_key;

    SECTION("a file is broken") {
        keys.scratch.write("n1.key", "half a fi");
    }
    SECTION("a file is gone") {
        std::filesystem::remove(keys.files.trust_file());
    }
    SECTION("they are of another cluster") {
        const SampleKeys other("other");
        other.add("n1");
        for (const char* file : {"cluster.trust", "n1.key"})
            keys.scratch.write(file, other.scratch.read(file));
    }
    const auto problem = keyring.reload();

    REQUIRE(problem);
    CHECK(problem->find('\n') == std::string::npos);
    CHECK(keyring.cluster() == "demo");
    CHECK(keyring.certificate() == certificate);
    CHECK(keyring.listener().public_key == listener);
    CHECK_FALSE(refusal(keyring, certificate));
}

}  // namespace
}  // namespace hearsay

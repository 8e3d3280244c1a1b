#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "keyring.hpp"
#include "support/catch.hpp"
#include "support/keyring_refusal.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using testing::refusal;
using testing::SampleKeys;

/// The keys of n1, which has read a list of version 7 that revokes n2.
struct OneRevoked {
    SampleKeys keys;
    PublicKey own = keys.add("n1");
    PublicKey key = keys.add("n2");
    std::vector<std::byte> certificate = keys.files.node("n2").certificate;
    Keyring keyring = read();

    [[nodiscard]] Keyring read() const {
        keys.revoke(7, {key});
        return {keys.path(), "n1"};
    }
};

TEST_CASE("a folder with an older list of revoked keys, or none, leaves the later one in force",
          "[keys]") {
    OneRevoked revoked;
    auto& [keys, own, key, certificate, keyring] = revoked;

    keys.revoke(6, {});
    CHECK_FALSE(keyring.reload());
    CHECK(keyring.revocations_version() == 7);
    std::filesystem::remove(keys.files.revoked_file());
    CHECK_FALSE(keyring.reload());
    CHECK(refusal(keyring, certificate) == "revoked");

    keys.revoke(7, {});
    CHECK_FALSE(keyring.reload());
    CHECK_FALSE(refusal(keyring, certificate));
}

TEST_CASE("a list of revoked keys from elsewhere is taken over if it is newer and good", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const PublicKey key = keys.add("n2");
    keys.revoke(2, {});
    Keyring keyring(keys.path(), "n1");
    std::string reason;

    keys.revoke(1, {key});
    CHECK_FALSE(keyring.take_revocations(keys.scratch.read("cluster.revoked"), &reason));
    keys.revoke(2, {key});
    CHECK_FALSE(keyring.take_revocations(keys.scratch.read("cluster.revoked"), &reason));
    CHECK(reason.empty());
    const SampleKeys stranger;
    stranger.revoke(3, {key});
    CHECK_FALSE(keyring.take_revocations(stranger.scratch.read("cluster.revoked"), &reason));
    CHECK(reason.starts_with("the list: it is signed by no key of this cluster"));
    CHECK(keyring.revoked_count() == 0);

    keys.revoke(3, {key});
    const std::string list = keys.scratch.read("cluster.revoked");
    CHECK(keyring.take_revocations(list));
    CHECK(keyring.revocations_version() == 3);
    CHECK(keyring.revocations_text() == list);
    CHECK(refusal(keyring, keys.files.node("n2").certificate) == "revoked");
    CHECK_FALSE(keyring.is_own_key_revoked());
}

TEST_CASE("a list of revoked keys that is not to be believed changes nothing", "[keys]") {
    OneRevoked revoked;
    auto& [keys, own, key, certificate, keyring] = revoked;
    REQUIRE(refusal(keyring, certificate) == "revoked");

    SECTION("a stranger signed it") {
        const SampleKeys stranger;
        stranger.revoke(8, {});
        keys.scratch.write("cluster.revoked", stranger.scratch.read("cluster.revoked"));
        CHECK_THAT(*keyring.reload(), Contains("/cluster.revoked: it is signed by no key of this"));
    }
    SECTION("a line of it was taken out") {
        std::string text = keys.scratch.read("cluster.revoked");
        const std::size_t begin = text.find("revoked " + hex(key));
        REQUIRE(begin != std::string::npos);
        text.erase(begin, text.find('\n', begin) + 1 - begin);
        keys.scratch.write("cluster.revoked", text);
        CHECK_THAT(*keyring.reload(), Contains("/cluster.revoked: it is signed by no key of this"));
    }
    SECTION("its version was raised by hand") {
        std::string text = keys.scratch.read("cluster.revoked");
        text.replace(text.find("version 7"), 9, "version 8");
        keys.scratch.write("cluster.revoked", text);
        CHECK_THAT(*keyring.reload(), Contains("/cluster.revoked: it is signed by no key of this"));
    }
    SECTION("it is of another cluster") {
        const SampleKeys other("other");
        other.revoke(8, {});
        keys.scratch.write("cluster.revoked", other.scratch.read("cluster.revoked"));
        CHECK_THAT(*keyring.reload(), EndsWith("it is of another cluster \"other\""));
    }
    CHECK(refusal(keyring, certificate) == "revoked");
}

TEST_CASE("each of many revoked keys is known, and no other", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    std::vector<PublicKey> revoked;
    for (int i = 0; i < 50; ++i)
        revoked.push_back(SigningKey::draw().public_key());
    keys.revoke(1, revoked);
    const Keyring keyring(keys.path(), "n1");

    for (const PublicKey& key : revoked) {
        CHECK(refusal(keyring, keys.signed_by_cluster(keys.certificate("n2", key))) == "revoked");
    }
    const PublicKey other = SigningKey::draw().public_key();
    CHECK_FALSE(refusal(keyring, keys.signed_by_cluster(keys.certificate("n2", other))));
}

TEST_CASE("a comment changes no list of revoked keys", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const PublicKey key = keys.add("n2");
    keys.revoke(1, {key});
    keys.scratch.write("cluster.revoked",
                       keys.scratch.read("cluster.revoked") + "\n# n2 is lost\n");
    const Keyring keyring(keys.path(), "n1");

    CHECK(refusal(keyring, keys.files.node("n2").certificate) == "revoked");
}

}  // namespace
}  // namespace hearsay

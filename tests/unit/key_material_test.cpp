#include "key_material.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>

#include <sodium.h>

#include "support/catch.hpp"

namespace hearsay {
namespace {

Secret secret_of(std::string_view digits) {
    Secret secret;
    REQUIRE(read_hex(digits, secret.bytes()));
    return secret;
}

// RFC 8032, section 7.1, tests 1 and 2.
TEST_CASE("signatures are those of Ed25519", "[keys]") {
    const SigningKey key(
        secret_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    CHECK(hex(key.public_key()) ==
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    CHECK(hex(key.sign({})) ==
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
          "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");

    const SigningKey other(
        secret_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    CHECK(hex(other.sign(as_bytes("r"))) ==
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST_CASE("a signature is of one statement and one key", "[keys]") {
    const SigningKey key = SigningKey::draw();
    const SigningKey other = SigningKey::draw();
    Signature signature = key.sign(as_bytes("n1 leaves"));

    CHECK(is_signed(key.public_key(), as_bytes("n1 leaves"), signature));
    CHECK_FALSE(is_signed(key.public_key(), as_bytes("n2 leaves"), signature));
    CHECK_FALSE(is_signed(key.public_key(), as_bytes(""), signature));
    CHECK_FALSE(is_signed(other.public_key(), as_bytes("n1 leaves"), signature));
    CHECK_FALSE(is_signed(PublicKey{}, as_bytes("n1 leaves"), signature));
    for (std::byte& byte : signature) {
        byte ^= std::byte{1};
        CHECK_FALSE(is_signed(key.public_key(), as_bytes("n1 leaves"), signature));
        byte ^= std::byte{1};
    }
}

// The values that libsodium's own test of the conversion expects.
TEST_CASE("the X25519 form is that of libsodium", "[keys]") {
    const SigningKey key(
        secret_of("421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee"));
    const CurvePair pair = key.curve_pair();

    CHECK(hex(pair.public_key) ==
          "f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50");
    CHECK(hex(pair.secret_key) ==
          "8052030376d47112be7f73ed7a019293dd12ad910b654455798b4667d73de166");
    CHECK(curve_form(key.public_key()) == pair.public_key);
}

TEST_CASE("both halves of an X25519 pair belong together", "[keys]") {
    const CurvePair one = SigningKey::draw().curve_pair();
    const CurvePair other = curve_pair_of(draw_link_secret());
    const auto shared = [](const CurvePair& own, const CurvePair& peer) {
        std::array<unsigned char, crypto_box_BEFORENMBYTES> result{};
        REQUIRE(crypto_box_beforenm(
                    result.data(), reinterpret_cast<const unsigned char*>(peer.public_key.data()),
                    reinterpret_cast<const unsigned char*>(own.secret_key.data())) == 0);
        return result;
    };

    CHECK(shared(one, other) == shared(other, one));
}

TEST_CASE("what is no key has no X25519 form", "[keys]") {
    PublicKey key{};
    CHECK_FALSE(curve_form(key));
    key.fill(std::byte{0xff});
    CHECK_FALSE(curve_form(key));
    // The neutral element: all that it signs is good for everything.
    key.fill(std::byte{0});
    key.front() = std::byte{1};
    CHECK_FALSE(curve_form(key));
}

TEST_CASE("keys that are drawn differ, and a seed gives its key again", "[keys]") {
    std::set<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        const SigningKey key = SigningKey::draw();
        keys.insert(hex(key.public_key()));
        CHECK(SigningKey(key.seed()).public_key() == key.public_key());
    }
    CHECK(keys.size() == 100);
}

TEST_CASE("hex digits are read if they are as many as bytes", "[keys]") {
    std::array<std::byte, 2> bytes{};
    CHECK(read_hex("0aFf", bytes));
    CHECK(hex(bytes) == "0aff");
    for (const char* text : {"", "0", "0af", "0aff0", "0aff00", "0afg", " 0aff", "0a ff", "-aff"}) {
        CAPTURE(text);
        CHECK_FALSE(read_hex(text, bytes));
    }
    CHECK_FALSE(read_hex(std::string_view("0a\0f", 4), bytes));
}

TEST_CASE("secret text is put together in place", "[keys]") {
    SecretText text(16);
    text.add("key ");
    const char* const place = text.view().data();
    text.add_hex(as_bytes("AB"));
    text.add("\n");

    CHECK(text.view() == "key 4142\n");
    CHECK(text.view().data() == place);
}

}  // namespace
}  // namespace hearsay

#include "key_listing.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/node.hpp"

#include "support/catch.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::SampleKeys;
using namespace std::chrono_literals;

constexpr auto day = 24h;

std::string text_of(const SampleKeys& keys, WallTime now) {
    const std::vector<ListedKey> list = list_keys(keys.files, now);
    REQUIRE(list.size() == 1);
    return list.front().text;
}

TEST_CASE("a listing says until when a key is good", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const auto made = decode_certificate(keys.files.node("n1").certificate)->valid_from;

    CHECK(text_of(keys, made + 1h) == "good for 89 days");
    CHECK(text_of(keys, made + 60 * day - 1s) == "good for 30 days");
    CHECK(text_of(keys, made + 60 * day) == "renew it: two thirds of its life are over");
    CHECK(text_of(keys, made + 90 * day) == "expired less than a minute ago");
    CHECK(text_of(keys, made + 93 * day) == "expired 3 days ago");
    CHECK_THAT(text_of(keys, made - 2h), StartsWith("not valid before 2"));
}

TEST_CASE("a listing says which keys are revoked, with or without a file", "[keys]") {
    const SampleKeys keys;
    const PublicKey key = keys.add("n1");
    const PublicKey lost = SigningKey::draw().public_key();
    keys.revoke(1, {key, lost});

    const auto list = list_keys(keys.files, wall_now() + 2h);

    REQUIRE(list.size() == 2);
    CHECK(list[0].name == "n1");
    CHECK(list[0].key == key);
    CHECK(list[0].certificate);
    CHECK(list[1].key == lost);
    CHECK_FALSE(list[1].certificate);
    for (const ListedKey& listed : list) {
        CHECK(listed.state == KeyState::revoked);
        CHECK(listed.text == "revoked 2 hours ago");
    }
}

TEST_CASE("a listing says which certificates an old cluster key has signed", "[keys]") {
    SampleKeys keys;
    keys.add("n1");
    keys.secret.keys.push_back(SigningKey::draw());
    keys.trust.keys.push_back(keys.secret.keys.back().public_key());
    keys.save();
    CHECK(text_of(keys, wall_now()) == "renew it: an old cluster key signed it");
    keys.add("n1");
    CHECK(text_of(keys, wall_now()) == "good for 89 days");
}

TEST_CASE("a listing says why a certificate is not to be believed", "[keys]") {
    const SampleKeys keys;
    const PublicKey key = keys.add("n1");
    Certificate certificate = keys.certificate("n1", key);
    const auto present = [&](const std::vector<std::byte>& bytes) {
        keys.files.write("n1", {.key = keys.files.node("n1").key, .certificate = bytes});
        return text_of(keys, wall_now());
    };

    CHECK(present(issue(certificate, SigningKey::draw())) == "signed by no key of this cluster");
    CHECK(present(std::vector(20, std::byte{7})) == "no certificate that can be read");
    certificate.credential.name = "n2";
    CHECK(present(keys.signed_by_cluster(certificate)) == "a certificate of another name or key");
    certificate.cluster = "other";
    CHECK(present(keys.signed_by_cluster(certificate)) == "of another cluster \"other\"");
}

TEST_CASE("a file that cannot be read hides no other", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.scratch.write("n2.key", "half a fi");
    std::filesystem::permissions(keys.path() / "n2.key", std::filesystem::perms(0600));
    keys.add("n10");
    for (const char* other : {"n3.key.new", "n3", ".key", "-n.key", "n4.KEY"})
        keys.scratch.write(other, "");

    const auto list = list_keys(keys.files, wall_now());

    REQUIRE(list.size() == 3);
    CHECK(list[0].state == KeyState::good);
    CHECK(list[1].state == KeyState::unreadable);
    CHECK_THAT(list[1].text, Contains("/n2.key:1: it is no such file"));
    CHECK(list[2].name == "n10");
}

TEST_CASE("a listing fits a terminal, whatever is in it", "[keys]") {
    const SampleKeys keys;
    const std::string name(64, 'n');
    SigningKey key = SigningKey::draw();
    Certificate certificate = keys.certificate(name, key.public_key());
    certificate.credential.may_forget = true;
    certificate.credential.endpoints.assign(2, "tcp://a-long-name-of-a-host.example.com:7700");
    keys.files.write(name,
                     {.key = std::move(key), .certificate = keys.signed_by_cluster(certificate)});
    keys.add("n2");

    const auto list = list_keys(keys.files, wall_now() + 70 * day);
    std::istringstream lines(keys_view(list, {.color = Color::off, .width = 80}));

    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(column_count(line) <= 80);
    }
}

TEST_CASE("a listing as JSON says what does not apply", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.revoke(1, {SigningKey::draw().public_key()});

    const auto json = keys_json(list_keys(keys.files, wall_now()), keys.trust);

    CHECK(json.at("cluster") == "demo");
    CHECK(json.at("relink_steps_done").is_null());
    const auto& one = json.at("keys").at(0);
    CHECK(one.at("state") == "good");
    CHECK(one.at("operator") == false);
    CHECK(one.at("endpoints").empty());
    const auto& revoked = json.at("keys").at(1);
    CHECK(revoked.at("state") == "revoked");
    CHECK(revoked.at("valid_until").is_null());
    CHECK(revoked.at("key").get<std::string>().size() == 64);
}

TEST_CASE("a listing says how far a change of the link secret is", "[keys]") {
    SampleKeys keys;
    const auto json = [&] { return keys_json({}, keys.trust).at("relink_steps_done"); };
    CHECK(relink_note(keys.trust).empty());

    take_relink_step(keys.trust);
    CHECK(relink_note(keys.trust) ==
          "New link secret: step 1 of 3. Once all nodes have it: hearsay keygen --relink\n");
    CHECK(json() == 1);
    take_relink_step(keys.trust);
    CHECK_THAT(relink_note(keys.trust), StartsWith("New link secret: step 2 of 3. "));
    CHECK(json() == 2);
    take_relink_step(keys.trust);
    CHECK(relink_note(keys.trust).empty());
    CHECK(json().is_null());
}

}  // namespace
}  // namespace hearsay

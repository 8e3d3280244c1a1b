#include "node_keys.hpp"

#include <chrono>
#include <string>

#include "hearsay/node.hpp"

#include "support/catch.hpp"
#include "support/heard_log.hpp"
#include "support/parsing.hpp"
#include "support/running_node.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::eventually;
using testing::options_of;
using testing::Running;
using testing::SampleKeys;

NodeOptions with_keys(const SampleKeys& keys, const std::string& name,
                      const std::vector<std::string>& seeds = {}) {
    NodeOptions options = options_of(name, seeds);
    options.keys = keys.path();
    return options;
}

/// Certifies a member for these endpoints, whose certificate is made `ago` and good for a day.
void certify(const SampleKeys& keys, const std::string& name, std::chrono::hours ago,
             const std::vector<std::string>& endpoints = {}) {
    SigningKey key = SigningKey::draw();
    Certificate certificate = keys.certificate(name, key.public_key());
    certificate.valid_from -= ago;
    certificate.valid_until = certificate.valid_from + 24h;
    certificate.credential.endpoints = endpoints;
    keys.files.write(name,
                     {.key = std::move(key), .certificate = keys.signed_by_cluster(certificate)});
}

TEST_CASE("nodes with keys find each other", "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    keys.add("b");
    Running a(with_keys(keys, "a"));
    Running b(with_keys(keys, "b", {a.node().endpoint()}));
    a.start();
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(b.sees("a", MemberState::alive));
    CHECK(eventually([&] { return a.node().status().digest == b.node().status().digest; }));
}

TEST_CASE("a node whose cluster is not named takes that of its keys", "[node_keys]") {
    const SampleKeys keys("granary");
    keys.add("a");
    NodeOptions options = with_keys(keys, "a");
    options.config.cluster = "";

    const Node node(options);

    CHECK(node.options().config.cluster == "granary");
}

TEST_CASE("a node does not start with keys that are not its own", "[node_keys]") {
    const SampleKeys keys("granary");
    keys.add("a");
    CHECK_THROWS_WITH(Node(with_keys(keys, "a")),
                      Contains("these are keys of cluster \"granary\", this node is of \"demo\""));
    NodeOptions options = with_keys(keys, "nobody");
    options.config.cluster = "granary";
    CHECK_THROWS_AS(Node(options), StartError);
    options.keys = "/nowhere";
    CHECK_THROWS_AS(Node(options), StartError);
}

TEST_CASE("a node does not start with a certificate that is over", "[node_keys]") {
    const SampleKeys keys;
    certify(keys, "a", 72h);

    CHECK_THROWS_WITH(Node(with_keys(keys, "a")), Contains("expired 2 days ago"));
}

TEST_CASE("a node starts only where its certificate says that it is", "[node_keys]") {
    const SampleKeys keys;
    certify(keys, "a", 0h, {"tcp://192.0.2.7:7700"});
    NodeOptions options = with_keys(keys, "a");

    CHECK_THROWS_WITH(Node(options), Contains("is for tcp://192.0.2.7:7700, not for tcp://127."));
    options.advertise = "tcp://192.0.2.7:7700";
    CHECK_NOTHROW(Node(options));
}

TEST_CASE("two thirds through its life a certificate is warned of, once a day", "[node_keys]") {
    const SampleKeys keys;
    certify(keys, "a", 20h);
    certify(keys, "b", 1h);
    testing::HeardLog log;
    const Instant start = Instant{} + 1h;
    NodeKeys old(with_keys(keys, "a"), log.log());
    NodeKeys young(with_keys(keys, "b"), log.log());

    static_cast<void>(young.look(start));
    CHECK(log.text().empty());
    static_cast<void>(old.look(start));
    const std::string once = log.text();
    CHECK_THAT(once, Contains("the certificate of this node is good for 3 hours more"));
    static_cast<void>(old.look(start + 23h));
    CHECK(log.text() == once);
    static_cast<void>(old.look(start + 24h));
    CHECK(log.text() == once + once);
}

TEST_CASE("keys that are read again tell what has changed", "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    testing::HeardLog log;
    NodeKeys node_keys(with_keys(keys, "a"), log.log());

    CHECK(node_keys.reload("tcp://192.0.2.7:7700") == Renewal::certificates);
    keys.add("a");
    CHECK(node_keys.reload("tcp://192.0.2.7:7700") == Renewal::pairs);
    certify(keys, "a", 0h, {"tcp://192.0.2.8:7700"});
    CHECK(node_keys.reload("tcp://192.0.2.7:7700") == std::nullopt);
    CHECK_THAT(log.text(), Contains("keys are not reloaded, all stays as it was: the certificate"));
}

TEST_CASE("a list of revoked keys that a member has sent is kept in the data directory",
          "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    const PublicKey lost = keys.add("b");
    const testing::ScratchDirectory data;
    const Instant start = Instant{} + 1h;
    NodeOptions options = with_keys(keys, "a");
    options.data_directory = data.path();
    testing::HeardLog log;
    keys.revoke(4, {lost});
    const RevocationNotice notice{.list = keys.scratch.read("cluster.revoked"), .sender = "c"};
    std::filesystem::remove(keys.files.revoked_file());
    NodeKeys first(options, log.log());

    CHECK(first.take_revocations(notice, start));
    CHECK_FALSE(first.take_revocations(notice, start));
    CHECK_THAT(log.text(), Contains("takes the list of revoked keys, version 4, from c: 1 key"));
    NodeKeys second(options, log.log());
    CHECK(second.revocations_version() == 4);

    data.write("cluster.revoked", notice.list.substr(0, notice.list.size() / 2));
    NodeKeys third(options, log.log());
    CHECK(third.revocations_version() == 0);
    CHECK_THAT(log.text(), Contains("ignores the list of revoked keys in"));
    CHECK_FALSE(third.take_revocations({.list = "no list\n\x1b[2J", .sender = "c"}, start));
    CHECK_THAT(log.text(), Contains("refused a list of revoked keys from c: the list"));
    CHECK_THAT(log.text(), !Contains("\x1b"));
    const std::string once = log.text();
    CHECK_FALSE(third.take_revocations({.list = "no list", .sender = "c"}, start + 59s));
    CHECK(log.text() == once);
    CHECK_FALSE(third.take_revocations({.list = "no list", .sender = "c"}, start + 60s));
    CHECK(log.text() != once);
}

TEST_CASE("a node whose own key is revoked says so", "[node_keys]") {
    const SampleKeys keys;
    const PublicKey own = keys.add("a");
    testing::HeardLog log;
    NodeKeys node_keys(with_keys(keys, "a"), log.log());
    keys.revoke(1, {own});

    CHECK(node_keys.take_revocations({.list = keys.scratch.read("cluster.revoked"), .sender = "b"},
                                     Instant{}));

    CHECK_THAT(log.text(), Contains("the key of this node is revoked"));
    CHECK_THAT(log.text(), Contains("`hearsay certify --new-key a`"));
}

TEST_CASE("without keys there is nothing to read again", "[node_keys]") {
    testing::HeardLog log;
    NodeKeys none(options_of("a"), log.log());

    static_cast<void>(none.look(Instant{}));

    CHECK(none.ring() == nullptr);
    CHECK_FALSE(none.good_until());
    CHECK_FALSE(none.reload("tcp://192.0.2.7:7700"));
    CHECK(log.text().empty());
}

TEST_CASE("a node without keys that strangers reach warns of it once an hour", "[node_keys]") {
    const Instant start = Instant{} + 1h;
    testing::HeardLog log;
    NodeKeys plain(options_of("a"), log.log());
    for (const char* const here : {"tcp://127.0.0.1:7700", "tcp://[::1]:7700", "ipc:///run/a"}) {
        plain.note_bound(here);
        CHECK_FALSE(plain.is_exposed());
        static_cast<void>(plain.look(start));
    }
    CHECK(log.text().empty());

    plain.note_bound("tcp://192.0.2.7:7700");
    CHECK(plain.is_exposed());
    static_cast<void>(plain.look(start));
    const std::string once = log.text();
    CHECK_THAT(once,
               Contains("listens without keys: strangers that reach tcp://192.0.2.7:7700 can"));
    static_cast<void>(plain.look(start + 59min));
    CHECK(log.text() == once);
    static_cast<void>(plain.look(start + 60min));
    CHECK(log.text() == once + once);
}

TEST_CASE("nothing warns a node that has keys, or is told to be insecure", "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    NodeOptions insecure = options_of("a");
    insecure.insecure = true;
    testing::HeardLog log;
    for (const NodeOptions& options : {with_keys(keys, "a"), insecure}) {
        NodeKeys node_keys(options, log.log());
        node_keys.note_bound("tcp://0.0.0.0:7700");
        static_cast<void>(node_keys.look(Instant{} + 1h));
        CHECK(node_keys.is_exposed() == options.insecure);
    }
    CHECK(log.text().empty());
    CHECK(testing::node({"--insecure"}).node.insecure);
    CHECK_FALSE(testing::node({}).node.insecure);
}

TEST_CASE("the folder of keys is an option, and may stand for the cluster", "[node_keys]") {
    const SampleKeys keys("granary");
    keys.add("n1");
    const std::string folder = keys.path().string();

    const auto command = testing::parse({"node", "--name", "n1", "--keys", folder});
    REQUIRE(command);
    const NodeOptions& node = std::get<NodeCommand>(command.value()).node;
    CHECK(node.keys == folder);
    CHECK(node.config.cluster == "granary");
    CHECK(testing::node({}, {{"HEARSAY_KEYS", folder}}).node.keys == folder);
    CHECK_THAT(testing::fault(testing::parse({"node", "--name", "n2", "--keys", folder})),
               Contains("--keys cannot be used: " + folder));
}

TEST_CASE("a node that runs takes one step between no keys and keys that are required",
          "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    testing::HeardLog log;
    NodeKeys node(options_of("a"), log.log());
    const auto with = [&](KeyUse use) { return KeyChoice{keys.path(), use}; };
    const std::string endpoint = "tcp://127.0.0.1:7700";

    CHECK_THROWS_WITH(node.check_step(with(KeyUse::preferred)),
                      Contains("goes from no keys to key-use offered first"));
    CHECK_THROWS_AS(node.check_step(with(KeyUse::required)), StartError);
    for (const KeyUse use : {KeyUse::offered, KeyUse::preferred, KeyUse::required}) {
        CHECK_NOTHROW(node.check_step(with(use)));
        CHECK(node.change(with(use), endpoint));
        CHECK(node.prover()->is_required() == (use == KeyUse::required));
    }
    CHECK_FALSE(node.change(with(KeyUse::required), endpoint));
    CHECK_THROWS_WITH(node.check_step({}), Contains("to key-use preferred first"));
    CHECK_THROWS_WITH(node.check_step({"/elsewhere", KeyUse::required}),
                      Contains("another folder of keys needs a restart"));
}

TEST_CASE("keys that cannot be used leave all as it was", "[node_keys]") {
    const SampleKeys keys;
    testing::HeardLog log;
    NodeKeys node(options_of("a"), log.log());

    CHECK_FALSE(node.change({keys.path(), KeyUse::offered}, "tcp://127.0.0.1:7700"));

    CHECK_THAT(log.text(), Contains("keys are not taken, all stays as it was"));
    CHECK(node.prover() == nullptr);
    keys.add("a");
    CHECK(node.change({keys.path(), KeyUse::offered}, "tcp://127.0.0.1:7700"));
}

TEST_CASE("a list of revoked keys that comes as the keys are dropped is nothing", "[node_keys]") {
    const SampleKeys keys;
    keys.add("a");
    testing::HeardLog log;
    NodeOptions options = with_keys(keys, "a");
    options.key_use = KeyUse::offered;
    NodeKeys node(options, log.log());
    CHECK(node.change({}, "tcp://127.0.0.1:7700"));
    CHECK_FALSE(node.take_revocations({}, Instant{} + 1h));
}

}  // namespace
}  // namespace hearsay

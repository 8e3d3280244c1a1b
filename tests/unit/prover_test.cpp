#include "prover.hpp"

#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using testing::SampleKeys;

TEST_CASE("a prover proves with the keys of its keyring", "[keys]") {
    const SampleKeys keys;
    const PublicKey key = keys.add("n1");
    const Keyring keyring(keys.path(), "n1");
    const KeyringProver prover(keyring);

    CHECK(prover.certificate() == keyring.certificate());
    REQUIRE(prover.read(prover.certificate()));
    CHECK(prover.read(prover.certificate())->key == key);
    CHECK_FALSE(prover.read(as_bytes("nothing")));
    CHECK(prover.verify(key, as_bytes("so"), prover.sign(as_bytes("so"))));
    CHECK_FALSE(prover.verify(key, as_bytes("so"), prover.sign(as_bytes("other"))));
}

TEST_CASE("all provers take the same steps back", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    const Keyring one(keys.path(), "n1");
    const Keyring other(keys.path(), "n2");
    Mark mark{};
    for (std::size_t i = 0; i < mark.size(); ++i)
        mark[i] = std::byte(i);

    const Mark earlier = KeyringProver(one).before(mark);

    // SipHash-2-4-128 of "hearsay heartbeat 1" under the key 00 01 02 ... 0f.
    CHECK(hex(earlier) == "09c8216d007d76c1f2b82ba8a0acadcf");
    CHECK(KeyringProver(other).before(mark) == earlier);
}

TEST_CASE("a chain of marks does not come back to itself", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const Keyring keyring(keys.path(), "n1");
    KeyringProver prover(keyring);

    std::set<std::string> seen;
    for (int chain = 0; chain < 10; ++chain) {
        Mark mark = prover.draw();
        for (int step = 0; step < 100; ++step) {
            seen.insert(hex(mark));
            mark = prover.before(mark);
        }
    }
    CHECK(seen.size() == 1000);
}

}  // namespace
}  // namespace hearsay

#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using testing::arrive;
using testing::eventually;
using testing::link_up;
using testing::SampleKeys;
using testing::SecureSide;

TEST_CASE("members whose certificate is revoked lose their links at a reload", "[reloaded_keys]") {
    SampleKeys keys;
    const PublicKey revoked = keys.add("n1");
    keys.add("n2");
    keys.add("n3");
    SecureSide a(keys, "n1");
    SecureSide b(keys, "n2");
    SecureSide c(keys, "n3");
    link_up(a.side(), b.side());
    const LinkId kept = link_up(c.side(), b.side());
    b.side().send(a.side().endpoint(), "hello");
    REQUIRE(arrive(a.side(), 1, b.side()));
    REQUIRE(b.side().counters().links_accepted == 2);

    keys.revoke(1, {revoked});
    REQUIRE_FALSE(b.ring().reload());
    b.side().transport().take_over_keys(Renewal::certificates);

    CHECK(eventually([&] {
        b.side().turn();
        return b.side().counters().links_accepted == 1;
    }));
    CHECK_THAT(b.side().log(), Contains("ends the links of n1") && Contains("revoked"));
    b.side().send("", "still here", kept);
    CHECK(arrive(c.side(), 1, b.side()));
    // It comes back, and the key is known to be blocked.
    CHECK(eventually([&] {
        a.side().send(b.side().endpoint(), "again");
        a.side().turn();
        b.side().turn();
        return b.side().counters().keys_refused > 0;
    }));
    CHECK(b.side().arrivals().size() == 2);
}

TEST_CASE("new pairs are taken over at a reload, and nobody is refused meanwhile",
          "[reloaded_keys]") {
    SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    SecureSide a(keys, "n1");
    SecureSide b(keys, "n2");
    const std::string endpoint = b.side().endpoint();
    link_up(a.side(), b.side());
    keys.trust.link = draw_link_secret();
    keys.save();
    keys.add("n2");

    for (SecureSide* const side : {&a, &b}) {
        REQUIRE_FALSE(side->ring().reload());
        side->side().transport().take_over_keys(Renewal::pairs);
    }

    REQUIRE(eventually([&] {
        a.side().send(endpoint, "again");
        a.side().turn();
        b.side().turn();
        return b.side().arrivals().size() > 1;
    }));
    CHECK(b.side().endpoint() == endpoint);
    CHECK(b.side().arrivals().back().speaker == "n1");
}

}  // namespace
}  // namespace hearsay

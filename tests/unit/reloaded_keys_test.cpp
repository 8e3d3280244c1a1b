#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::arrive;
using testing::eventually;
using testing::link_up;
using testing::SampleKeys;
using testing::SecureSide;

/// n1 and n2 are linked. The certificate of n1 is good for five seconds.
struct ShortLived {
    ShortLived() {
        files.write("n1", {.key = SigningKey(key.seed()), .certificate = certificate_for(5s)});
        keys.add("n2");
        a.emplace(keys, "n1");
        b.emplace(keys, "n2");
        link = link_up(a->side(), b->side());
    }

    [[nodiscard]] std::vector<std::byte> certificate_for(std::chrono::seconds span) const {
        Certificate certificate = keys.certificate("n1", key.public_key());
        certificate.valid_until = certificate.valid_from + span;
        return keys.signed_by_cluster(certificate);
    }
    /// A round in which n1 speaks, so that its link is not idle.
    void pass_round() {
        a->side().send(b->side().endpoint(), "tick");
        for (SecureSide* const side : {&*a, &*b}) {
            side->side().pass(testing::generous.round);
            side->side().turn();
        }
    }

    SampleKeys keys;
    const KeyFolder& files = keys.files;
    SigningKey key = SigningKey::draw();
    WallTime began = wall_now();
    std::optional<SecureSide> a;
    std::optional<SecureSide> b;
    LinkId link{};
};

TEST_CASE("a link ends when the certificate behind it expires", "[reloaded_keys]") {
    ShortLived two;

    CHECK(eventually([&] {
        two.pass_round();
        return two.b->side().log().find("ends the links of n1") != std::string::npos;
    }));

    CHECK_THAT(two.b->side().log(), Contains("expired"));
    CHECK(eventually([&] {
        two.b->side().turn();
        return two.b->side().counters().links_accepted == 0;
    }));
}

TEST_CASE("a link outlives the certificate that was renewed meanwhile", "[reloaded_keys]") {
    ShortLived two;
    two.files.write("n1",
                    {.key = SigningKey(two.key.seed()), .certificate = two.certificate_for(1h)});
    REQUIRE_FALSE(two.a->ring().reload());
    two.a->side().transport().take_over_keys(Renewal::certificates);
    two.a->side().send(two.b->side().endpoint(), "renewed");
    REQUIRE(arrive(two.b->side(), 2, two.a->side()));

    REQUIRE(eventually([&] {
        two.pass_round();
        return wall_now() > two.began + 6s;
    }));

    CHECK_THAT(two.b->side().log(), !Contains("ends the links"));
    two.b->side().send("", "still here", two.link);
    CHECK(arrive(two.a->side(), 1, two.b->side()));
}

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

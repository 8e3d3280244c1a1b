#include "revocation_notices.hpp"

#include <chrono>
#include <string>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/secure_side.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::arrive;
using testing::eventually;
using testing::link_up;
using testing::RawSocket;
using testing::SampleKeys;
using testing::SecureSide;

constexpr Duration round = 1s;
constexpr Instant start = Instant{} + 1h;

Speaker speaker(const std::string& name) {
    Speaker made;
    made.credential.name = name;
    return made;
}

TEST_CASE("a frame that brings a list of revoked keys is known by its first bytes", "[notices]") {
    const auto frame = revocation_notice("list");

    CHECK(is_revocation_notice(frame));
    CHECK(testing::text_of(frame) == "hskr\x01list");
    CHECK_FALSE(is_revocation_notice(std::span(frame).first(5)));
    CHECK_FALSE(is_revocation_notice(std::as_bytes(std::span("hsay\x01list", 9))));
    CHECK_FALSE(is_revocation_notice({}));
}

TEST_CASE("a member is heard four times a round, and the others none the less", "[notices]") {
    RevocationNotices notices(round);
    Speaker talker = speaker("n1");
    Speaker other = speaker("n2");
    const auto frame = revocation_notice("list");

    for (std::size_t i = 0; i < RevocationNotices::per_round_max; ++i)
        CHECK(notices.take(frame, talker, start));
    CHECK_FALSE(notices.take(frame, talker, start + round - 1us));
    CHECK(notices.take(frame, other, start));
    CHECK(notices.take(frame, talker, start + round));

    const auto first = notices.poll();
    REQUIRE(first);
    CHECK(first->list == "list");
    CHECK(first->sender == "n1");
    for (std::size_t i = 0; i < RevocationNotices::per_round_max + 1; ++i)
        CHECK(notices.poll());
    CHECK_FALSE(notices.poll());
}

TEST_CASE("lists that are too long, or too many at once, are dropped", "[notices]") {
    RevocationNotices notices(round);
    Speaker talker = speaker("n1");
    CHECK(notices.take(revocation_notice(std::string(revocations_bytes_max, 'x')), talker, start));
    CHECK_FALSE(notices.take(revocation_notice(std::string(revocations_bytes_max + 1, 'x')), talker,
                             start));

    for (std::size_t i = 1; i < RevocationNotices::waiting_max; ++i) {
        Speaker one = speaker("n2");
        CHECK(notices.take(revocation_notice("list"), one, start));
    }
    Speaker last = speaker("n3");
    CHECK_FALSE(notices.take(revocation_notice("list"), last, start));
}

/// Members n1 and n2 of which n1 has dialled n2, and the list that revokes n9.
struct Pair {
    Pair() {
        keys.add("n1");
        keys.add("n2");
        lost = keys.add("n9");
        a.emplace(keys, "n1");
        b.emplace(keys, "n2");
    }
    /// The list, which is in no folder any more.
    std::string list(std::uint64_t version) {
        keys.revoke(version, {lost});
        std::string text = keys.scratch.read("cluster.revoked");
        std::filesystem::remove(keys.files.revoked_file());
        return text;
    }
    static std::optional<RevocationNotice> awaited(SecureSide& hearer, SecureSide& other) {
        std::optional<RevocationNotice> notice;
        CHECK(eventually([&] {
            other.side().turn();
            hearer.side().turn();
            notice = hearer.side().transport().poll_notice();
            return notice.has_value();
        }));
        return notice;
    }

    SampleKeys keys;
    PublicKey lost{};
    std::optional<SecureSide> a;
    std::optional<SecureSide> b;
};

TEST_CASE("over a new link the member with the newer list tells it the other", "[notices]") {
    Pair pair;
    const std::string list = pair.list(2);
    const bool has_dialler_news = GENERATE(true, false);
    SecureSide& teller = has_dialler_news ? *pair.a : *pair.b;
    SecureSide& hearer = has_dialler_news ? *pair.b : *pair.a;
    REQUIRE(teller.ring().take_revocations(list));
    REQUIRE(hearer.ring().take_revocations(pair.list(1)));

    const LinkId link = link_up(pair.a->side(), pair.b->side());
    pair.b->side().send("", "answer", link);
    const auto notice = Pair::awaited(hearer, teller);

    REQUIRE(notice);
    CHECK(notice->list == list);
    CHECK(notice->sender == (has_dialler_news ? "n1" : "n2"));
    CHECK_FALSE(teller.side().transport().poll_notice());
    REQUIRE(arrive(pair.a->side(), 1, pair.b->side()));
    // It is no message.
    CHECK(hearer.side().arrivals().size() == 1);
}

TEST_CASE("a list that was taken over is told to all who have a link", "[notices]") {
    Pair pair;
    const LinkId link = link_up(pair.a->side(), pair.b->side());
    pair.b->side().send("", "answer", link);
    REQUIRE(arrive(pair.a->side(), 1, pair.b->side()));
    const std::string list = pair.list(1);

    REQUIRE(pair.b->ring().take_revocations(list));
    pair.b->side().transport().take_over_revocations(start);
    const auto forth = Pair::awaited(*pair.a, *pair.b);
    REQUIRE(forth);
    CHECK(forth->list == list);
    REQUIRE(pair.a->ring().take_revocations(forth->list));
    pair.a->side().transport().take_over_revocations(start);
    const auto back = Pair::awaited(*pair.b, *pair.a);

    REQUIRE(back);
    CHECK_FALSE(pair.b->ring().take_revocations(back->list));
}

TEST_CASE("who has shown no certificate is not listened to", "[notices]") {
    Pair pair;
    const CurvePair stranger = SigningKey::draw().curve_pair();
    RawSocket socket(pair.b->side().endpoint(), stranger, pair.b->ring().listener().public_key);

    socket.say(revocation_notice(pair.list(1)));

    CHECK(eventually([&] {
        pair.b->side().turn();
        return pair.b->side().counters().frames_unproven == 1;
    }));
    CHECK_FALSE(pair.b->side().transport().poll_notice());
}

}  // namespace
}  // namespace hearsay

// R1: who a member is, and who bears a name.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "member_table.hpp"
#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr LinkId dialled{1000};
constexpr LinkId accepted{1001};

/// Another life of this node's own name, at another endpoint, met where it was dialled.
Peer namesake(std::uint64_t incarnation) {
    Peer other = peer(77);
    other.identity.name = LoneDetector::self().name;
    other.identity.incarnation = incarnation;
    other.link = dialled;
    return other;
}

/// The other bearer introduces itself, and says whether others confirm its name.
void meet_bearer(LoneDetector& lone, Peer& other, bool is_confirmed) {
    Message message = lone.message(other);
    message.is_confirmed = is_confirmed;
    message.introductions.push_back(introduction(other));
    lone.hand_in(message, other.link);
}

bool has_given_way(LoneDetector& lone) {
    return lone.detector().name_conflict().has_value();
}

/// A later life of the peer's name, at another endpoint.
Peer newcomer_of(const Peer& bearer) {
    Peer newcomer = peer(88);
    newcomer.identity.name = bearer.name();
    newcomer.identity.incarnation = bearer.identity.incarnation + 1;
    return newcomer;
}

/// What somebody says who knows nobody yet.
Message first_message(const LoneDetector& lone, Peer& newcomer) {
    Message message = lone.message(newcomer);
    message.digest = MemberTable::digest_of_one(newcomer.identity);
    message.introductions.push_back(introduction(newcomer));
    return message;
}

bool tells_of(const Sent& sent, const Peer& peer) {
    const auto& all = sent.message.introductions;
    return std::any_of(all.begin(), all.end(),
                       [&](const Introduction& each) { return each.identity.life == peer.life(); });
}

}  // namespace

TEST_CASE("R1: a node raises its incarnation above that of a life that had its endpoint",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Peer former = namesake(5000);
    former.identity.endpoint = LoneDetector::self().endpoint;

    lone.hear(peers[0], introduction(former));

    CHECK(lone.status().self.incarnation == 5001);
    CHECK(lone.status().self.life == LoneDetector::self().life);
    CHECK_FALSE(lone.detector().name_conflict().has_value());
}

TEST_CASE("R1: a node raises its incarnation above that of a life that no longer advances",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);

    lone.hear(peers[0], introduction(namesake(5000), 1s));

    CHECK(lone.status().self.incarnation == 5001);
    CHECK_FALSE(lone.detector().name_conflict().has_value());
}

TEST_CASE("R1: an earlier life of its name lowers no incarnation", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);

    lone.hear(peers[0], introduction(namesake(10), 1s));

    CHECK(lone.status().self.incarnation == LoneDetector::self().incarnation);
}

TEST_CASE("R1: a node that has just started gives way to the bearer that it meets", "[rules]") {
    LoneDetector lone;
    Peer bearer = namesake(2000);

    meet_bearer(lone, bearer, true);

    REQUIRE(has_given_way(lone));
    CHECK(*lone.detector().name_conflict() == bearer.identity);
}

TEST_CASE("R1: nobody gives way to what others tell, or to what comes over a link not dialled",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Peer other = namesake(1);

    SECTION("a peer tells of an older bearer") {
        peers[0].link = dialled;
        Message told = lone.message(peers[0]);
        told.is_confirmed = true;
        told.introductions.push_back(introduction(other));
        lone.hand_in(told, peers[0].link);
    }
    SECTION("it dials this node") {
        other.link = accepted;
        meet_bearer(lone, other, true);
    }
    SECTION("it comes over no link of its own") {
        other.link = LinkId::none;
        meet_bearer(lone, other, true);
    }
    lone.pass(5s, peers);

    CHECK_FALSE(has_given_way(lone));
    // It is asked where it says it is.
    REQUIRE_FALSE(lone.sent_to(other).empty());
    CHECK(lone.sent_to(other).front().link == LinkId::none);
    CHECK(asks(lone.sent_to(other).front()));
}

TEST_CASE("R1: of two confirmed bearers that meet the one with the greater incarnation stops",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    lone.hear(peers[0]);
    const bool is_later = GENERATE(false, true);
    Peer other = namesake(is_later ? 1001 : 999);

    meet_bearer(lone, other, true);

    CHECK(has_given_way(lone) == !is_later);
}

TEST_CASE("R1: a confirmed bearer does not give way to one that is not, whatever its age",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    lone.hear(peers[0]);
    Peer other = namesake(999);

    meet_bearer(lone, other, false);
    lone.hand_in(first_message(lone, other), other.link);

    CHECK_FALSE(has_given_way(lone));
}

TEST_CASE("R1: a node that heard nobody for fail_after is confirmed by nobody for a round",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    lone.hear(peers[0]);
    const bool was_away = GENERATE(false, true);
    lone.stall(was_away ? 1s : 999ms);
    lone.hear(peers[0]);
    Peer other = namesake(1001);

    SECTION("a confirmed bearer is met at once") {
        meet_bearer(lone, other, true);
        CHECK(has_given_way(lone) == was_away);
    }
    SECTION("a round later the peer has confirmed it again") {
        lone.pass(199ms);
        lone.hear(peers[0]);
        lone.turn();
        lone.pass(1ms);
        lone.hear(peers[0]);
        meet_bearer(lone, other, true);
        CHECK_FALSE(has_given_way(lone));
    }
}

TEST_CASE("R1: of two bearers who know nobody the one with the greater incarnation stops",
          "[rules]") {
    LoneDetector lone;
    const bool is_later = GENERATE(false, true);
    CAPTURE(is_later);
    Peer other = namesake(is_later ? 1001 : 999);

    lone.hand_in(first_message(lone, other), other.link);

    CHECK(has_given_way(lone) == !is_later);
}

TEST_CASE("R1: a node that meets another life at its own endpoint is not there, and gives way",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    lone.hear(peers[0]);
    Peer other = namesake(GENERATE(999U, 1001U));
    other.identity.endpoint = LoneDetector::self().endpoint;

    meet_bearer(lone, other, false);

    CHECK(has_given_way(lone));
}

TEST_CASE("R1: a newcomer to a name that is borne elsewhere is refused and told of the bearer",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Peer newcomer = newcomer_of(peers[0]);

    lone.hear(newcomer, introduction(newcomer));

    CHECK(lone.member("p1")->identity == peers[0].identity);
    CHECK(lone.status().counters.refused_lives == 1);
    REQUIRE_FALSE(lone.sent_to(newcomer).empty());
    CHECK(tells_of(lone.sent_to(newcomer).front(), peers[0]));
    CHECK(lone.sent_to(newcomer).size() == 1);
}

TEST_CASE("R1: a node that refuses a newcomer looks after the bearer, and accuses a silent one",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    lone.pass(500ms, peers);
    const auto asked = lone.receivers(peers, asks);
    const auto unasked = std::partition(
        peers.begin(), peers.end(), [&](const Peer& each) { return asked.contains(each.life()); });
    REQUIRE(unasked != peers.end());
    const Peer bearer = *unasked;
    peers.erase(unasked);
    Peer newcomer = newcomer_of(bearer);
    lone.forget_outputs();

    lone.hear(newcomer, introduction(newcomer));
    CHECK(count_of(lone.sent_to(bearer), asks) == 1);
    lone.pass(700ms, peers);
    lone.hear(newcomer, introduction(newcomer));

    CHECK(lone.detector().explain(bearer.name(), lone.now())->member->accusers ==
          std::vector{LoneDetector::self().name});
}

TEST_CASE("R1: who runs elsewhere takes its name back when a later bearer is gone", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    Peer& bearer = peers[0];
    let_first_fail(lone, peers);
    Peer newcomer = newcomer_of(bearer);
    lone.hear(newcomer, introduction(newcomer));
    REQUIRE(lone.member("p1")->identity == newcomer.identity);
    lone.pass(4s, but_first(peers));
    REQUIRE(lone.state(newcomer) == MemberState::failed);

    bearer.identity.incarnation = newcomer.identity.incarnation + 1;
    ++bearer.heartbeat;
    lone.hear(bearer, introduction(bearer));

    CHECK(lone.member("p1")->identity == bearer.identity);
    CHECK(lone.member("p1")->state == MemberState::alive);
}

TEST_CASE("R19: an incarnation more than a century ahead is refused", "[rules]") {
    constexpr std::uint64_t century = 1000ULL * 3600 * 24 * 366 * 100;
    LoneDetector lone;
    auto peers = lone.meet(1);
    lone.pass(1s, peers);
    // The time since the start counts, too.
    const std::uint64_t most = LoneDetector::self().incarnation + 1050 + century;
    Peer greatest = peer(2);
    greatest.identity.incarnation = most;
    Peer beyond = peer(3);
    beyond.identity.incarnation = most + 1;
    Peer self = namesake(most + 1);
    self.identity.endpoint = LoneDetector::self().endpoint;

    lone.hear(greatest, introduction(greatest));
    lone.hear(beyond, introduction(beyond));
    lone.hear(peers[0], introduction(self));

    CHECK(lone.member("p2").has_value());
    CHECK_FALSE(lone.member("p3").has_value());
    CHECK(lone.status().self.incarnation == LoneDetector::self().incarnation);
    CHECK(lone.status().counters.refused_lives == 2);
}

}  // namespace hearsay::testing

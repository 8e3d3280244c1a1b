// R20: whoever cannot keep up takes its time.

#include <algorithm>
#include <chrono>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// So many rounds begin late, each by a little more than a quarter; the peers are heard meanwhile.
void be_late(LoneDetector& lone, std::span<Peer> peers, int rounds) {
    for (int i = 0; i < rounds; ++i) {
        lone.stall(lone.detector().config().round * 3 / 2);
        for (Peer& each : peers)
            lone.hear(each);
        lone.turn();
    }
}

void let_promise(std::span<Peer> peers, Duration interval) {
    for (Peer& each : peers)
        each.promise = std::chrono::ceil<Milliseconds>(interval);
}

bool tells_no_heartbeat(const Sent& sent) {
    return sent.message.heartbeat == heartbeat_untold;
}

/// The first three fall silent, and the last one accuses them. When they were heard last.
Instant three_fall_silent(LoneDetector& lone, std::vector<Peer>& peers) {
    for (Peer& each : peers)
        lone.hear(each);
    lone.turn();
    const Instant last_words = lone.now();
    const std::span<Peer> talker = std::span(peers).subspan(3);
    lone.pass(800ms, talker);
    for (std::size_t i = 0; i < 3; ++i)
        lone.hear(talker[0], accusation(peers[i], {talker[0].life()}));
    return last_words;
}

/// After how long they were failed.
Duration three_failed_after(LoneDetector& lone, std::vector<Peer>& peers) {
    const Instant last_words = three_fall_silent(lone, peers);
    const std::span<Peer> talker = std::span(peers).subspan(3);
    while (lone.events(EventKind::failed).size() < 3 && lone.now() - last_words < 20s)
        lone.pass(round / 4, talker);
    return lone.now() - last_words;
}

}  // namespace

TEST_CASE("R20: after three late rounds it takes and promises two for one", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 2);
    CHECK(lone.status().pace == 1);
    lone.forget_outputs();

    be_late(lone, peers, 1);
    CHECK(lone.status().pace == 2);
    CHECK(lone.sent().back().message.promise == 2 * round);

    lone.forget_outputs();
    lone.pass(10 * round, peers);
    const std::size_t asked = count_of(lone.sent_to(peers[0]), asks);
    CHECK(asked >= 4);
    CHECK(asked <= 6);
}

TEST_CASE("R20: it is as much slower to hold others for silent and for failed", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 3);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();
    lone.forget_outputs();

    lone.pass(2s - 1ms, but_first(peers));
    for (Peer& each : but_first(peers))
        lone.hear(each, accusation(peers[0], {each.life()}));
    REQUIRE(lone.status().pace == 2);
    const auto first = std::find_if(lone.sent().begin(), lone.sent().end(), accuses);
    REQUIRE(first != lone.sent().end());
    CHECK(first->at - last_words >= 1200ms);
    CHECK(lone.state(peers[0]) == MemberState::suspect);

    lone.pass(round, but_first(peers));
    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R20: it returns to its pace when its rounds are punctual again", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 3);

    lone.pass(2 * round * 7, peers);
    CHECK(lone.status().pace == 2);
    lone.pass(2 * round * 2, peers);
    CHECK(lone.status().pace == 1);
    CHECK(lone.detector().config().round == round);
}

TEST_CASE("R20: whoever is promised a longer time looks after it later", "[rules]") {
    LoneDetector lone;
    Peer smaller = peer(7);
    smaller.identity.life = LifeId{7};
    auto peers = lone.meet(4);
    lone.hear(smaller, introduction(smaller));
    lone.pass(round, peers);
    Message question = lone.question(smaller);
    question.promise = 800ms;
    lone.hand_in(question, smaller.link);
    const Instant asked_at = lone.now();
    lone.forget_outputs();

    lone.pass(20 * round, peers);

    const auto sent = lone.sent_to(smaller);
    const auto first = std::find_if(sent.begin(), sent.end(), asks);
    REQUIRE(first != sent.end());
    CHECK(first->at - asked_at > 9 * round);
    CHECK(first->at - asked_at <= 10 * round);
}

TEST_CASE("R20: whoever was late believes a quorum of all observers, suspects among them",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    SECTION("two of two that are not suspect convict for a steady node") {
        CHECK(three_failed_after(lone, peers) < 1200ms);
    }
    SECTION("after a late round that takes eight punctual ones") {
        be_late(lone, peers, 1);
        CHECK(three_failed_after(lone, peers) >= 7 * round);
        CHECK(lone.now() - lone.events(EventKind::failed).front().at <= round);
    }
}

TEST_CASE("R20: so does whoever has slow neighbours for half of all", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const std::span<Peer> talker = std::span(peers).subspan(3);
    let_promise(std::span(peers).subspan(2), 2 * round);

    SECTION("until the silence is believed") {
        CHECK(three_failed_after(lone, peers) >= 10s);
    }
    SECTION("until fewer are slow") {
        three_fall_silent(lone, peers);
        lone.pass(3s, talker);
        CHECK(lone.events(EventKind::failed).empty());

        let_promise(talker, round);
        lone.pass(2 * round, talker);
        CHECK(lone.events(EventKind::failed).size() == 3);
    }
}

TEST_CASE("R20: the explanation names the quorum by which this node goes", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    const auto quorum = [&] {
        return lone.detector().explain(peers[0].name(), lone.now())->quorum;
    };
    // Two of four are suspect.
    lone.pass(800ms, std::span(peers).subspan(2));
    CHECK(quorum() == 2);

    lone.stall(round * 3 / 2);
    lone.turn();
    CHECK(quorum() == 3);
}

TEST_CASE("R20: a closed door proves as much to whoever was late", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    be_late(lone, peers, 1);
    lone.hear(peers[0], accusation(peers[1], {peers[0].life()}));
    lone.turn();

    // By the only observer that is not suspect itself.
    lone.lose_link(peers[0]);
    lone.refuse(peers[0]);
    lone.pass(2 * round);

    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R20: a late round excuses the ears", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    lone.forget_outputs();

    // Deaf after a round and a half, were it not for the round that is late by a quarter.
    lone.stall(round * 7 / 4);
    lone.turn();

    CHECK(count_of(lone.sent(), tells_no_heartbeat) == 0);
}

TEST_CASE("R20: late rounds now and then do not keep the deaf from believing the silence",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    for (int i = 0; i < 10; ++i) {
        lone.pass(2s);
        lone.stall(round * 3 / 2);
        lone.turn();
    }

    CHECK(lone.events(EventKind::failed).size() == 4);
}

TEST_CASE("R20: whoever is answered only is not deaf when it returns to its pace", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 6);
    REQUIRE(lone.status().pace == 4);
    lone.forget_outputs();

    for (int i = 0; i < 60 * 10; ++i) {
        const std::size_t sent_before = lone.sent().size();
        lone.pass(round / 10);
        const bool has_asked = count_of(lone.sent(), asks) > 0 && lone.sent().size() > sent_before;
        for (Peer& each : peers)
            if (has_asked) lone.hear(each);
    }

    CHECK(lone.status().pace == 1);
    CHECK(count_of(lone.sent(), tells_no_heartbeat) == 0);
    CHECK(count_of(lone.sent(), accuses) == 0);
}

TEST_CASE("R20: whoever is asked by slow neighbours alone hears them well", "[rules]") {
    LoneDetector lone;
    std::vector<Peer> peers;
    for (std::uint64_t index = 1; index <= 4; ++index) {
        peers.push_back(peer(index));
        peers.back().identity.life = LifeId{index};
        lone.hear(peers.back(), introduction(peers.back()));
    }
    lone.pass(4 * round, peers);
    let_promise(peers, 4 * round);
    lone.pass(8 * round, peers);
    lone.forget_outputs();

    lone.pass(100 * round, peers);

    CHECK(count_of(lone.sent(), tells_no_heartbeat) == 0);
    CHECK(lone.events().empty());
    CHECK_FALSE(lone.status().is_withdrawn);
    CHECK(lone.status().peers_heard == 4);
}

TEST_CASE("R20: whoever has failed and takes its time returns, again and again", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    for (int returns = 1; returns <= 3; ++returns) {
        let_first_fail(lone, peers);
        let_promise(std::span(peers).first(1), 4 * round);

        for (int words = 0; words < 10; ++words) {
            lone.hear(peers[0]);
            lone.pass(4 * round, but_first(peers));
        }

        CHECK(lone.state(peers[0]) == MemberState::alive);
        CHECK(lone.events(EventKind::recovered).size() == static_cast<std::size_t>(returns));
        lone.pass(round);
    }
}

TEST_CASE("R20: a closed door says nothing of whoever takes its time, and is talked with",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    let_promise(std::span(peers).first(1), 4 * round);
    lone.hear(peers[0]);
    lone.pass(7 * round / 2, but_first(peers));

    lone.refuse(peers[0]);

    CHECK(lone.status().counters.accusations_made == 0);
}

}  // namespace hearsay::testing

// R20: a node that cannot keep up takes its time.

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

}  // namespace

TEST_CASE("R20: after four late rounds it takes and promises two for one", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 3);
    CHECK(lone.status().pace == 1);
    lone.forget_outputs();

    be_late(lone, peers, 1);
    CHECK(lone.status().pace == 2);
    CHECK(lone.sent().back().message.promise == 2 * round);

    lone.forget_outputs();
    lone.pass(2 * round * 3, peers);
    CHECK(lone.status().pace == 2);
    const std::size_t asked = count_of(lone.sent_to(peers[0]), asks);
    CHECK(asked >= 3);
    CHECK(asked <= 4);
}

TEST_CASE("R20: it is as much slower to hold others for silent and for failed", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 4);
    lone.hear(peers[0]);
    const Instant last_words = lone.now();
    lone.forget_outputs();

    lone.pass(1300ms, but_first(peers));
    for (Peer& each : but_first(peers))
        lone.hear(each, accusation(peers[0], {each.life()}));
    REQUIRE(lone.status().pace == 2);
    const auto first = std::find_if(lone.sent().begin(), lone.sent().end(), accuses);
    REQUIRE(first != lone.sent().end());
    CHECK(first->at - last_words >= 1200ms);

    be_late(lone, but_first(peers), 1);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    lone.pass(2 * round, but_first(peers));
    CHECK(lone.state(peers[0]) == MemberState::failed);
}

TEST_CASE("R20: it returns to its pace when its rounds are punctual again", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 4);

    lone.pass(2 * round * 3, peers);
    CHECK(lone.status().pace == 2);
    lone.pass(2 * round * 2, peers);
    CHECK(lone.status().pace == 1);
    CHECK(lone.detector().config().round == round);
}

TEST_CASE("R20: a node that is promised a longer time looks after it later", "[rules]") {
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

TEST_CASE("R20: a refusal proves as much to a node that was late", "[rules]") {
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

TEST_CASE("R20: late rounds now and then do not keep the isolated from believing the silence",
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

TEST_CASE("R20: a node that is only answered is not isolated when it returns to its pace",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    be_late(lone, peers, 8);
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

TEST_CASE("R20: a node asked by slow neighbours alone hears them well", "[rules]") {
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

TEST_CASE("R20: a member that failed and takes its time returns, again and again", "[rules]") {
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

TEST_CASE("R20: a refusal says nothing of a member that takes its time, and is talked with",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    let_promise(std::span(peers).first(1), 4 * round);
    lone.hear(peers[0]);
    lone.pass(7 * round / 2, but_first(peers));

    lone.refuse(peers[0]);

    CHECK(lone.status().counters.accusations_made == 0);
}

TEST_CASE("R20: whose rounds are late convicts nobody without a quorum", "[rules]") {
    Config config = LoneDetector::local();
    config.ring_count = 4;
    LoneDetector lone(config);
    auto peers = lone.meet(30);
    std::partition(peers.begin(), peers.end(),
                   [&](const Peer& each) { return lone.member(each.name())->is_observed; });
    lone.pass(2s, but_first(peers));
    REQUIRE(lone.state(peers[0]) == MemberState::suspect);

    // Now and then a round is late, and not often enough for another pace.
    for (int times = 0; times < 4; ++times) {
        be_late(lone, but_first(peers), 1);
        lone.pass(3 * round, but_first(peers));
    }
    CHECK(lone.status().pace == 1);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    lone.pass(3s, but_first(peers));

    CHECK(lone.state(peers[0]) == MemberState::failed);
}

}  // namespace hearsay::testing

// R12: when a node is degraded, and how that ends.

#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// Nobody is heard until it withdraws. Returns its peers.
std::vector<Peer> be_isolated_for_long(LoneDetector& lone) {
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    lone.pass(3s);
    REQUIRE(lone.events(EventKind::withdrew).size() == 1);
    return peers;
}

/// Its neighbours are heard now and then, and of the others, which hear them well, so many in each
/// round; until it withdraws, or for sixty rounds. Returns the others.
std::vector<Peer> hear_neighbours_late(LoneDetector& lone, const std::vector<Peer>& peers,
                                       std::size_t answering) {
    std::vector<Peer> late;
    std::vector<Peer> others;
    for (const Peer& each : peers)
        (lone.member(each.name())->is_observed ? late : others).push_back(each);
    for (std::size_t turn = 0; turn < 60 && !lone.status().is_withdrawn; ++turn) {
        for (Peer& each : late) {
            ++each.heartbeat;
            lone.hear(others[0], row(each));
            if (turn % 8 == 0) lone.hear(each);
        }
        std::rotate(others.begin(), others.begin() + 5, others.end());
        lone.pass(round, std::span(others).first(answering));
    }
    return others;
}

}  // namespace

TEST_CASE("R12: a node with too little of the processor does not take itself for degraded",
          "[rules]") {
    LoneDetector lone;
    auto peers = be_isolated_for_long(lone);

    lone.stall(round * 3 / 2);
    lone.turn();
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(2 * round);
    CHECK_FALSE(lone.status().is_withdrawn);
    lone.pass(4 * round);
    CHECK(lone.status().is_withdrawn);
}

TEST_CASE("R12: a node that hears nobody asks sixteen members by chance in each round", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(60);
    lone.pass(400ms, peers);
    lone.pass(round * 3 / 2);
    std::vector<Peer> others;
    for (const Peer& each : peers) {
        if (!lone.member(each.name())->is_observed) others.push_back(each);
    }
    lone.forget_outputs();

    lone.pass(round);

    // Some are drawn twice, and neighbours are asked anyway.
    const std::size_t asked = lone.receivers(others, asks).size();
    CHECK(asked >= 10);
    CHECK(asked <= 16);
}

TEST_CASE("R12: one link that was in time for fourteen rounds proves that a node hears well",
          "[rules]") {
    Config config = LoneDetector::local();
    config.ring_count = 4;
    LoneDetector lone(config);
    auto peers = lone.meet(30);
    std::partition(peers.begin(), peers.end(),
                   [&](const Peer& each) { return lone.member(each.name())->is_observed; });
    std::vector<bool> withdrawn;
    for (int turn = 0; turn < 30; ++turn) {
        // The first hears all others, of which this node hears none.
        lone.hear(peers[0]);
        for (Peer& each : but_first(peers)) {
            ++each.heartbeat;
            lone.hear(peers[0], row(each));
        }
        lone.pass(round);
        withdrawn.push_back(lone.status().is_withdrawn);
    }

    CHECK(withdrawn[12]);
    CHECK_FALSE(withdrawn[16]);
}

TEST_CASE("R12: where words come now and then, a silence of ten fail_after counts all the same",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(5);
    // Each word ends an isolation, and begins a window anew.
    for (int word = 0; word < 10; ++word) {
        lone.hear(peers[0]);
        lone.pass(900ms);
    }
    CHECK(lone.status().counters.accusations_made == 0);
    for (int word = 0; word < 6; ++word) {
        lone.hear(peers[0]);
        lone.pass(900ms);
    }

    lone.hear(peers[0]);
    CHECK(lone.state(peers[0]) == MemberState::alive);
    for (const Peer& each : but_first(peers))
        CHECK(lone.state(each) == MemberState::failed);
}

TEST_CASE("R12: a node that hears some links late convicts nobody without a quorum", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto first_other = std::partition(peers.begin(), peers.end(), [&](const Peer& each) {
        return lone.member(each.name())->is_observed;
    });
    REQUIRE(first_other - peers.begin() == 4);
    // Two of the neighbours are heard by others alone.
    const auto pass_rounds = [&](int rounds, bool is_first_heard) {
        for (int turn = 0; turn < rounds; ++turn) {
            if (is_first_heard) lone.hear(peers[0]);
            for (Peer& each : std::span(peers).subspan(1, 2)) {
                ++each.heartbeat;
                lone.hear(peers[3], row(each));
            }
            lone.pass(round, std::span(peers).subspan(3));
        }
    };

    pass_rounds(20, true);
    pass_rounds(20, false);
    CHECK(lone.state(peers[0]) == MemberState::suspect);
    CHECK_FALSE(lone.status().is_withdrawn);
    pass_rounds(40, false);

    CHECK(lone.state(peers[0]) == MemberState::failed);
    CHECK(lone.state(peers[1]) == MemberState::alive);
}

TEST_CASE("R12: a node that hears most links late withdraws, and accuses nobody any more",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 5);

    REQUIRE(lone.status().is_withdrawn);
    const std::uint64_t accusations = lone.status().counters.accusations_made;
    lone.forget_outputs();
    lone.pass(700ms, std::span(others).first(5));
    CHECK(lone.status().counters.accusations_made == accusations);
    const Heartbeat kept = lone.detector().heartbeat();

    SECTION("a refused dial proves that it hears, and it is back") {
        lone.refuse(peers[0]);
        CHECK_FALSE(lone.status().is_withdrawn);
        CHECK(lone.events(EventKind::returned).size() == 1);
    }
    SECTION("it does not refute") {
        Accusation about_self = accusation(others[0], {others[1].life()});
        about_self.life = LoneDetector::self().life;
        about_self.heartbeat = kept;
        lone.forget_outputs();
        lone.hear(others[1], about_self);
        lone.turn();
        CHECK(lone.detector().heartbeat() == kept);
        CHECK(lone.status().counters.refutations == 0);
    }
    SECTION("it returns when it hears well again") {
        for (int turn = 0; turn < 40; ++turn)
            lone.pass(round, peers);
        CHECK(lone.events(EventKind::returned).size() == 1);
        CHECK(lone.detector().heartbeat() > kept);
    }
}

TEST_CASE("R12: a degraded node believes in a silence of ten fail_after", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(40);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 5);
    REQUIRE(lone.status().is_withdrawn);
    const auto heard = std::span(others).first(5);
    const std::uint64_t accusations = lone.status().counters.accusations_made;

    // A word comes every round, and each ends its isolation.
    lone.pass(8s, heard);
    CHECK(lone.status().counters.accusations_made == accusations);
    lone.pass(12s, heard);

    CHECK_FALSE(lone.status().is_withdrawn);
    for (const Peer& each : heard)
        CHECK(lone.state(each) == MemberState::alive);
    // Silent neighbours have made room for those next in line, until all were heard.
    for (const Member& each : lone.detector().members(lone.now())) {
        if (each.is_observed) CHECK(each.silence <= round);
    }
}

TEST_CASE("R12: nobody withdraws because its neighbours are ill, while others answer", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    std::vector<Peer> others = hear_neighbours_late(lone, peers, 10);

    CHECK_FALSE(lone.status().is_withdrawn);
    CHECK(lone.events(EventKind::withdrew).empty());
    // It asked some of them in the last round.
    lone.forget_outputs();
    lone.pass(round, others);
    CHECK(lone.receivers(others, asks).size() >= 4);
}

/// A node that has withdrawn, the peers that it still hears, and one that others had it fail.
struct Withdrawn {
    Withdrawn() {
        std::vector<LifeId> accusers{heard[0].life(), heard[1].life(), heard[2].life()};
        std::sort(accusers.begin(), accusers.end());
        lone.hear(heard[0], accusation(silent, accusers));
        lone.pass(4s, heard);
        REQUIRE(lone.status().is_withdrawn);
        REQUIRE(lone.state(silent) == MemberState::failed);
    }
    LoneDetector lone{};
    std::vector<Peer> others = hear_neighbours_late(lone, lone.meet(20), 5);
    std::span<Peer> heard = std::span(others).first(4);
    Peer silent = others[10];
};

TEST_CASE("R12: a withdrawn node does not accuse the failed anew", "[rules]") {
    Withdrawn node;
    const std::uint64_t accusations = node.lone.status().counters.accusations_made;
    node.lone.forget_outputs();

    ++node.silent.heartbeat;
    node.lone.hear(node.heard[0], row(node.silent, 4s));
    node.lone.pass(round, node.heard);

    REQUIRE(node.lone.status().is_withdrawn);
    CHECK(node.lone.status().counters.accusations_made == accusations);
    CHECK(node.lone.receivers(node.heard, accuses).empty());
}

TEST_CASE("R12: a withdrawn node does not accuse the buried", "[rules]") {
    Withdrawn node;
    REQUIRE(node.lone.detector().forget(node.silent.name(), false, node.lone.now()) ==
            ForgetOutcome::done);
    node.lone.forget_outputs();

    node.lone.hear(node.heard[0], row(node.silent));
    node.lone.pass(round, node.heard);

    REQUIRE(node.lone.status().is_withdrawn);
    CHECK(node.lone.receivers(node.heard, accuses).empty());
}

TEST_CASE("R16: a withdrawn node adds no word of its own", "[rules]") {
    Withdrawn node;
    auto& [lone, others, heard, silent] = node;

    Message question = lone.question(heard[0]);
    question.roster = {roster_key(silent.life(), 0)};
    lone.hand_in(question, heard[0].link);

    const Message& reply = lone.sent().back().message;
    REQUIRE(reply.accusations.size() == 1);
    CHECK(reply.accusations.front().accusers.size() == 3);
}

}  // namespace hearsay::testing

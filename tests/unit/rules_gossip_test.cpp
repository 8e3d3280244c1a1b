// R5, R6, R7: who talks with whom.

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "rings.hpp"
#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration round = 200ms;

/// The rings of a roster of this node and `peers`.
Rings rings_of(const std::vector<Peer>& peers) {
    Rings rings(2);
    rings.insert(LoneDetector::self().life);
    for (const Peer& each : peers)
        rings.insert(each.life());
    return rings;
}

std::set<LifeId> neighbours_of_self(const std::vector<Peer>& peers,
                                    const Rings::Predicate& is_silent) {
    const auto lives = rings_of(peers).neighbours(LoneDetector::self().life, is_silent);
    return {lives.begin(), lives.end()};
}

std::set<LifeId> neighbours_of_self(const std::vector<Peer>& peers) {
    return neighbours_of_self(peers, [](LifeId) { return false; });
}

auto is_one_of(std::set<LifeId> lives) {
    return [lives = std::move(lives)](const Peer& peer) { return lives.contains(peer.life()); };
}

Peer peer_of_smaller_life() {
    Peer smaller = peer(7);
    smaller.identity.life = LifeId{7};
    return smaller;
}

/// Knows a talker, its random partner for a thousand rounds, and is to meet a peer whose turn it is
/// to ask.
struct BesideSmaller {
    BesideSmaller() {
        lone.hear(talker[0], introduction(talker[0]));
        lone.pass(round, talker);
    }
    static Config config() {
        Config config = LoneDetector::local();
        config.partner_rounds = 1000;
        return config;
    }

    LoneDetector lone{config()};
    std::vector<Peer> talker{peer(1)};
    Peer smaller = peer_of_smaller_life();
};

}  // namespace

TEST_CASE("R5: in a cluster of five everybody is observed", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);

    lone.pass(400ms, peers);

    for (const Peer& each : peers)
        CHECK(lone.member(each.name())->is_observed);
}

TEST_CASE("R5: in a greater cluster those are observed who stand beside on a ring", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    lone.pass(400ms, peers);
    const auto neighbours = neighbours_of_self(peers);

    CHECK(neighbours.size() >= 2);
    CHECK(neighbours.size() <= 4);
    for (const Peer& each : peers) {
        CAPTURE(each.name());
        CHECK(lone.member(each.name())->is_observed == neighbours.contains(each.life()));
    }
}

TEST_CASE("R5: behind a suspect neighbour the next two are asked at once", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    lone.pass(400ms, peers);
    const auto before = neighbours_of_self(peers);
    Peer& suspect = *std::find_if(peers.begin(), peers.end(),
                                  [&](const Peer& each) { return before.contains(each.life()); });
    Peer& accuser = &suspect == &peers[0] ? peers[1] : peers[0];
    const auto after =
        neighbours_of_self(peers, [&](LifeId life) { return life == suspect.life(); });
    REQUIRE(after.size() > before.size());

    lone.forget_outputs();
    lone.hear(accuser, accusation(suspect, {accuser.life()}));
    lone.turn();

    const auto asked = lone.receivers(peers, asks);
    for (const LifeId life : after)
        CHECK((before.contains(life) || asked.contains(life)));
}

TEST_CASE("R6: the side with the smaller life id asks every round, the other answers", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Peer smaller = peer_of_smaller_life();
    lone.hear(smaller, introduction(smaller));
    lone.hand_in(lone.question(smaller), smaller.link);
    lone.forget_outputs();

    for (int turn = 0; turn < 10; ++turn) {
        lone.pass(round, peers);
        lone.hand_in(lone.question(smaller), smaller.link);
    }

    CHECK(count_of(lone.sent_to(peers[0]), asks) >= 9);
    CHECK(count_of(lone.sent_to(peers[0]), asks) <= 11);
    CHECK(lone.sent_to(smaller).size() - count_of(lone.sent_to(smaller), asks) == 10);
    for (const Sent& each : lone.sent())
        CHECK(each.message.promise == round);
}

TEST_CASE("R6: where the asker does not come for two rounds and a quarter the other side asks",
          "[rules]") {
    BesideSmaller beside;
    beside.lone.hear(beside.talker[0], introduction(beside.smaller));
    beside.lone.turn();
    const Instant met_at = beside.lone.now();
    beside.lone.forget_outputs();

    beside.lone.pass(1s, beside.talker);

    const auto sent = beside.lone.sent_to(beside.smaller);
    const auto first = std::find_if(sent.begin(), sent.end(), asks);
    REQUIRE(first != sent.end());
    CHECK(first->at - met_at > round * 9 / 4);
    CHECK(first->at - met_at <= round * 13 / 4);
}

TEST_CASE("R6: a peer that asks without a promise has not come as a neighbour", "[rules]") {
    BesideSmaller beside;
    beside.lone.hear(beside.smaller, introduction(beside.smaller));
    beside.lone.pass(1s, beside.talker);
    beside.lone.forget_outputs();

    // As somebody does who looks for the lost (R15).
    Message call = beside.lone.question(beside.smaller);
    call.promise = Milliseconds::zero();
    beside.lone.hand_in(call, beside.smaller.link);
    beside.lone.pass(2 * round, beside.talker);

    CHECK(count_of(beside.lone.sent_to(beside.smaller), asks) == 2);
}

TEST_CASE("R6: ring neighbours are promised the next message, and nobody else", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    lone.pass(400ms, peers);
    lone.forget_outputs();
    const auto neighbours = neighbours_of_self(peers);

    for (int turn = 0; turn < 20; ++turn) {
        for (Peer& each : peers)
            lone.hand_in(lone.question(each), each.link);
        lone.pass(round);
    }

    for (const Peer& each : peers) {
        CAPTURE(each.name());
        const Duration promise = neighbours.contains(each.life()) ? round : 0ms;
        REQUIRE(lone.sent_to(each).size() >= 20);
        for (const Sent& sent : lone.sent_to(each))
            CHECK(sent.message.promise == promise);
    }
}

TEST_CASE("R6: a neighbour that is dropped gets one last message that promises nothing",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(400ms, peers);
    std::vector<Peer> all = peers;
    for (std::uint64_t index = 5; index <= 30; ++index)
        all.push_back(peer(index));
    const auto neighbours = neighbours_of_self(all);
    const Peer& dropped = *std::find_if(all.begin(), all.end(), [&](const Peer& each) {
        return !neighbours.contains(each.life());
    });
    REQUIRE(dropped.life() <= peers.back().life());

    lone.forget_outputs();
    for (std::size_t i = 4; i < all.size(); ++i)
        lone.hear(all[i], introduction(all[i]));
    lone.turn();

    const auto sent = lone.sent_to(dropped);
    REQUIRE_FALSE(sent.empty());
    CHECK(count_of(sent, [](const Sent& each) {
              return each.message.promise == 0ms && each.message.introductions.empty();
          }) == 1);
    CHECK(sent.back().message.promise == 0ms);
}

TEST_CASE("R6: nobody is observed who has neither promised nor been asked", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Peer smaller = peer_of_smaller_life();
    lone.hear(peers[0], introduction(smaller));
    lone.forget_outputs();

    while (!lone.member(smaller.name())->is_observed) {
        CHECK(count_of(lone.sent_to(smaller), asks) == 0);
        CHECK(lone.status().counters.accusations_made == 0);
        lone.pass(50ms, peers);
    }

    const auto sent = lone.sent_to(smaller);
    const Instant asked_at = std::find_if(sent.begin(), sent.end(), asks)->at;
    lone.pass(1s, peers);
    REQUIRE(lone.events(EventKind::suspected).size() == 1);
    CHECK(lone.events(EventKind::suspected).front().at >= asked_at + round * 3 / 2);
}

TEST_CASE("R6: an answer goes back over the connection of the question", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);

    lone.hand_in(lone.question(peers[0]), LinkId{1234});

    REQUIRE(lone.sent().size() == 1);
    CHECK(lone.sent().front().link == LinkId{1234});
    CHECK(lone.sent().front().endpoint == peers[0].identity.endpoint);
}

TEST_CASE("R7: now and then one random member is asked that is no neighbour, often the same",
          "[rules]") {
    const std::size_t rounds = LoneDetector::local().partner_rounds;
    const std::size_t every = LoneDetector::local().partner_every;
    LoneDetector lone;
    auto peers = lone.meet(40);
    const auto neighbours = neighbours_of_self(peers);
    std::vector<LifeId> partners;
    std::vector<std::size_t> lengths;

    for (std::size_t turn = 0; turn < 50 * rounds; ++turn) {
        lone.forget_outputs();
        lone.pass(round, peers);
        for (const LifeId life : lone.receivers(peers, asks)) {
            if (neighbours.contains(life)) continue;
            const bool is_same = !partners.empty() && partners.back() == life;
            if (!is_same) partners.push_back(life);
            if (!is_same) lengths.push_back(0);
            ++lengths.back();
        }
    }

    // Fifty draws of the thirty-six that are no neighbours; a few are the same twice in a row.
    CHECK(partners.size() >= 45);
    CHECK(partners.size() <= 51);
    CHECK(std::set(partners.begin(), partners.end()).size() >= 15);
    for (std::size_t i = 1; i + 1 < lengths.size(); ++i)
        CHECK(lengths[i] % (rounds / every) == 0);
}

TEST_CASE("R7: an answer carries one row, least-sent first, none the receiver hears itself",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    Peer& asker = *std::find_if(peers.begin(), peers.end(), is_one_of(neighbours_of_self(peers)));
    const auto observers = rings_of(peers).observers(asker.life());
    std::map<LifeId, int> told;

    // Its observers but this node, and itself, are nobody's news.
    const auto is_self = [](LifeId life) { return life == LoneDetector::self().life; };
    const auto known = std::count_if(observers.begin(), observers.end(), std::not_fn(is_self)) + 1;
    const std::size_t candidates = 20 - static_cast<std::size_t>(known);
    for (std::size_t asked = 0; asked < 3 * candidates; ++asked) {
        lone.forget_outputs();
        lone.hand_in(lone.question(asker), asker.link);
        REQUIRE(lone.sent().size() == 1);
        CHECK(lone.sent().front().message.rows.size() == 1);
        for (const Row& row : lone.sent().front().message.rows)
            ++told[row.life];
    }

    CHECK(told.size() == candidates);
    CHECK_FALSE(told.contains(asker.life()));
    for (const auto& [life, count] : told) {
        CHECK(std::abs(count - 3) <= 1);
        CHECK_FALSE(std::binary_search(observers.begin(), observers.end(), life));
    }
}

TEST_CASE("R7: of those that are no neighbours two in a round are told rows", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(20);
    const auto is_neighbour = is_one_of(neighbours_of_self(peers));

    for (int turn = 0; turn < 2; ++turn) {
        lone.pass(round, peers);
        lone.forget_outputs();
        for (Peer& each : peers) {
            if (!is_neighbour(each)) lone.hand_in(lone.question(each), each.link);
        }
        CHECK(lone.sent().size() >= 16);
        CHECK(count_of(lone.sent(), brings_rows) == 2);
    }
}

TEST_CASE("R7: while somebody is in doubt the partner is asked every round, and told three rows",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(40);
    const auto is_to_stranger = [](const Sent& each) {
        return asks(each) && each.message.promise == 0ms;
    };
    const auto questions_of_eight_rounds = [&] {
        lone.forget_outputs();
        lone.pass(8 * round, peers);
        std::vector<Sent> questions = lone.sent();
        std::erase_if(questions, std::not_fn(is_to_stranger));
        return questions;
    };
    CHECK(questions_of_eight_rounds().size() == 2);

    // Its words are heard by nobody here.
    Peer lost = peer(41);
    lone.hear(peers[0], introduction(lost));
    lone.hear(peers[0], accusation(lost, {peers[0].life()}));
    const std::vector<Sent> questions = questions_of_eight_rounds();

    CHECK(questions.size() >= 7);
    for (const Sent& each : questions)
        CHECK(each.message.rows.size() == 3);
}

TEST_CASE("R7: a node that all neighbours ask, and that hears none of them, speaks every round",
          "[rules]") {
    BesideSmaller beside;
    std::vector<Peer> askers;
    for (std::uint64_t index = 0; index < 30; ++index) {
        askers.push_back(peer(100 + index));
        askers.back().identity.life = LifeId{10 + index};
        beside.lone.hear(beside.talker[0], introduction(askers.back()));
    }
    for (int turn = 0; turn < 4; ++turn) {
        for (Peer& each : askers)
            beside.lone.hand_in(beside.lone.question(each), each.link);
        beside.lone.pass(round, beside.talker);
    }

    // In two rounds its turn to ask the partner does not come twice.
    for (int turn = 0; turn < 2; ++turn) {
        beside.lone.forget_outputs();
        beside.lone.pass(round);
        CHECK_FALSE(beside.lone.sent().empty());
    }
}

TEST_CASE("R5: the member after a suspect is asked if long silent, whichever of the two must speak",
          "[rules]") {
    LoneDetector lone;
    std::vector<Peer> peers;
    for (std::uint64_t index = 1; index <= 20; ++index) {
        peers.push_back(peer(index));
        // They would speak first.
        peers.back().identity.life = LifeId{index};
        lone.hear(peers.back(), introduction(peers.back()));
    }
    const auto before = neighbours_of_self(peers);
    const auto is_neighbour = [&](const Peer& each) { return before.contains(each.life()); };
    std::partition(peers.begin(), peers.end(), is_neighbour);
    const auto after =
        neighbours_of_self(peers, [&](LifeId life) { return life == peers[0].life(); });
    const std::span neighbours = std::span(peers).first(before.size());
    lone.pass(GENERATE(400ms, 600ms), neighbours);
    const bool is_silent = lone.member(peers.back().name())->silence >= 600ms;
    lone.forget_outputs();

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.turn();

    for (const Peer& each : but_first(peers)) {
        const bool is_new = after.contains(each.life()) && !before.contains(each.life());
        if (is_new) CHECK((count_of(lone.sent_to(each), asks) == 1) == is_silent);
    }
}

}  // namespace hearsay::testing

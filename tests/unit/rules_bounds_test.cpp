// R18, R19: what is not let in, and how much of everything there may be.

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

std::uint64_t rejected(const LoneDetector& lone, DecodeError error) {
    return lone.status().counters.rejected.at(static_cast<std::size_t>(error));
}

/// A row about the node itself.
Row row_of_self(Heartbeat heartbeat) {
    return {.life = LoneDetector::self().life, .heartbeat = heartbeat, .age = {}};
}

/// The first peer introduces the others, up to `members` with this node, with the longest words.
void fill(LoneDetector& lone, Peer& first, std::uint64_t members) {
    std::uint64_t index = 2;
    while (index < members) {
        Message message = lone.message(first);
        for (int count = 0; count < 200 && index < members; ++count, ++index)
            message.introductions.push_back(introduction(peer(index)));
        lone.hand_in(message, first.link);
    }
}

}  // namespace

TEST_CASE("R18: messages of a foreign cluster are counted and change nothing else", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Peer stranger = peer(2);
    Message foreign = lone.question(stranger);
    foreign.cluster = "other";
    foreign.introductions = {introduction(stranger)};
    foreign.rows = {Row{.life = peers[0].life(), .heartbeat = heartbeat_left, .age = {}}};

    const auto rejection = lone.detector().handle_message(encode(foreign), LinkId{2}, lone.now());
    lone.turn();

    REQUIRE(rejection.has_value());
    CHECK(rejection->error == DecodeError::foreign_cluster);
    CHECK(rejection->found == "other");
    CHECK(rejected(lone, DecodeError::foreign_cluster) == 1);
    CHECK(lone.sent_to(stranger).empty());
    CHECK_FALSE(lone.member("p2").has_value());
    CHECK(lone.state(peers[0]) == MemberState::alive);
}

TEST_CASE("R18: messages of a foreign version are counted", "[rules]") {
    LoneDetector lone;
    Peer stranger = peer(2);
    auto frame = encode(lone.message(stranger));
    frame[4] = std::byte{wire_version + 1};

    CHECK(lone.detector().handle_message(frame, LinkId{2}, lone.now()).has_value());

    CHECK(rejected(lone, DecodeError::foreign_version) == 1);
    CHECK(lone.status().counters.messages_received == 1);
    CHECK(lone.status().counters.bytes_received == frame.size());
}

TEST_CASE("R18: a node's own message that comes back is counted and changes nothing", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    Message own = lone.question(peers[0]);
    own.from = LoneDetector::self().life;

    lone.hand_in(own, LinkId{3});

    CHECK(lone.status().counters.echoes == 1);
    CHECK(lone.sent().empty());
}

TEST_CASE("R19: a life of which others know more than it has said begins anew", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    const Heartbeat own = lone.status().heartbeat;
    Introduction told{.identity = LoneDetector::self(), .heartbeat = own, .age = {}};
    Accusation accused = accusation(peers[0], {peers[1].life()});
    accused.life = LoneDetector::self().life;
    accused.heartbeat = own;

    SECTION("what it has said itself changes nothing") {
        lone.hear(peers[0], row_of_self(own));
        lone.hear(peers[0], told);
        lone.hear(peers[0], accused);
        CHECK(lone.status().self.life == LoneDetector::self().life);
        CHECK(lone.events(EventKind::renewed).empty());
        return;
    }
    SECTION("of its heartbeat, in a row") {
        lone.hear(peers[0], row_of_self(GENERATE_COPY(own + 100, heartbeat_left)));
    }
    SECTION("of its heartbeat, in an introduction") {
        told.heartbeat = own + 100;
        lone.hear(peers[0], told);
    }
    SECTION("of its heartbeat, in an accusation") {
        accused.heartbeat = own + 100;
        lone.hear(peers[0], accused);
    }
    SECTION("of its tags") {
        told.identity.tags_version = 1;
        told.identity.tags = {{"role", "forged"}};
        lone.hear(peers[0], told);
    }
    lone.turn();

    CHECK(lone.status().self.life != LoneDetector::self().life);
    CHECK(lone.status().self.incarnation == LoneDetector::self().incarnation + 1);
    CHECK(lone.status().self.tags.empty());
    CHECK(lone.events(EventKind::renewed).size() == 1);
    CHECK(lone.sent_to(peers[1]).back().message.heartbeat < 10);
    CHECK(introduces(lone.sent_to(peers[1]).back()));
}

TEST_CASE("R19: a life that begins anew looks who is at its endpoint", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);

    lone.hear(peers[0], row_of_self(heartbeat_left));

    const auto is_to_self = [](const Sent& each) {
        return each.endpoint == LoneDetector::self().endpoint && asks(each);
    };
    CHECK(count_of(lone.sent(), is_to_self) == 1);
}

TEST_CASE("R19: two copies of a life that begin anew draw different lives", "[rules]") {
    const auto new_life = [](Duration later) {
        LoneDetector lone;
        auto peers = lone.meet(1);
        lone.stall(later);
        lone.hear(peers[0], row_of_self(heartbeat_left));
        return lone.status().self.life;
    };

    CHECK(new_life(1us) != new_life(2us));
}

TEST_CASE("R19: a member that left makes room in a full table", "[rules]") {
    LoneDetector lone;
    Peer first = peer(1);
    lone.hear(first, introduction(first));
    fill(lone, first, limits::members_max);
    Peer late = peer(limits::members_max);
    lone.hear(late, introduction(late));
    REQUIRE_FALSE(lone.member(late.name()).has_value());

    lone.hear(first, Row{.life = peer(7).life(), .heartbeat = heartbeat_left, .age = {}});
    lone.pass(10ms);
    lone.hear(first, Row{.life = peer(8).life(), .heartbeat = heartbeat_left, .age = {}});
    lone.hear(late, introduction(late));

    CHECK(lone.member(late.name()).has_value());
    CHECK_FALSE(lone.member("p7").has_value());
    CHECK(lone.state(peer(8)) == MemberState::left);
    CHECK(lone.events(EventKind::forgotten).size() == 1);
}

TEST_CASE("R19: a key is introduced once, however often one message wants it", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    Message wants = lone.message(peers[1]);
    wants.wants.assign(limits::wants_max, number(peers[0].life()));

    lone.hand_in(wants, peers[1].link);

    REQUIRE(lone.sent().size() == 1);
    CHECK(lone.sent().front().message.introductions.size() == 1);
}

TEST_CASE("R19: no more keys are answered than anybody asks for in one message", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    fill(lone, peers[0], 600);
    lone.pass(30ms);
    lone.forget_outputs();
    Message wants = lone.message(peers[0]);
    for (std::uint64_t index = 2; index < 600; ++index)
        wants.wants.push_back(number(peer(index).life()));

    lone.hand_in(wants, peers[0].link);

    std::size_t introduced = 0;
    for (const Sent& each : lone.sent())
        introduced += each.message.introductions.size();
    CHECK(introduced == 512);
}

TEST_CASE("a stranger that can be reached nowhere gets no answer", "[rules]") {
    const bool has_link = GENERATE(true, false);
    LoneDetector lone;
    Peer stranger = peer(2);

    lone.hand_in(lone.question(stranger), has_link ? stranger.link : LinkId::none);

    CHECK(lone.sent_to(stranger).size() == (has_link ? 1 : 0));
    CHECK(lone.status().counters.messages_sent == (has_link ? 1 : 0));
}

TEST_CASE("R19: however many strangers are told of, a round asks for as many as may be members",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    std::uint64_t stranger = 1'000;
    const auto tell_of_strangers = [&](int messages) {
        lone.forget_outputs();
        for (int count = 0; count < messages; ++count) {
            Message message = lone.message(peers[0]);
            for (int row = 0; row < 500; ++row)
                message.rows.push_back({.life = LifeId{stranger++}, .heartbeat = 1, .age = {}});
            lone.hand_in(message, peers[0].link);
        }
        std::size_t wanted = 0;
        for (const Sent& each : lone.sent_to(peers[0]))
            wanted += each.message.wants.size();
        return wanted;
    };

    CHECK(tell_of_strangers(30) == limits::members_max);
    lone.pass(lone.detector().config().round, peers);
    CHECK(tell_of_strangers(1) == 500);
}

TEST_CASE("R19: of many who claim one name its bearer is asked about once, and few are told",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(5);
    Message claims = lone.message(peers[1]);
    for (std::uint64_t number = 100; number < 300; ++number) {
        Peer claimant = peer(number);
        claimant.identity.name = peers[0].name();
        claims.introductions.push_back(introduction(claimant));
    }

    lone.hand_in(claims, peers[1].link);

    CHECK(count_of(lone.sent_to(peers[0]), asks) == 1);
    CHECK(count_of(lone.sent(), introduces) == 64);
    CHECK(lone.status().counters.refused_lives == 200);
}

TEST_CASE("R19: a full table refuses further lives, and its roster still fits into a frame",
          "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    fill(lone, peers[0], limits::members_max);
    REQUIRE(lone.status().roster_size == limits::members_max);
    REQUIRE(lone.status().counters.refused_lives == 0);

    lone.hear(peers[0], introduction(peer(20'000)));
    CHECK(lone.status().roster_size == limits::members_max);
    CHECK(lone.status().counters.refused_lives == 1);

    // Everything that one reply can hold, at once.
    Message message = lone.question(peers[0]);
    ++message.digest;
    lone.hand_in(message, peers[0].link);
    lone.stall(150ms);
    message = lone.question(peers[0]);
    ++message.digest;
    for (std::uint64_t index = 2; index < 2 + limits::accusations_max; ++index) {
        Accusation outdated = accusation(peer(index), {peers[0].life()});
        --outdated.heartbeat;
        message.accusations.push_back(outdated);
    }
    for (std::uint64_t index = 0; index < limits::forgets_max; ++index)
        message.forgets.push_back({.life = LifeId{~index}, .heartbeat = heartbeat_left - 1});
    for (std::uint64_t index = 0; index < 8000; ++index)
        message.roster.push_back(~index);
    lone.forget_outputs();
    lone.hand_in(message, peers[0].link);

    REQUIRE(lone.sent().size() > 10);
    const Message& reply = lone.sent().front().message;
    CHECK(reply.roster.size() == limits::members_max);
    CHECK(reply.wants.size() == 512);
    CHECK(reply.rows.size() == 256);
    CHECK(reply.forgets.size() == limits::forgets_max);
    std::size_t introduced = 0;
    for (const Sent& each : lone.sent())
        introduced += each.message.introductions.size();
    CHECK(introduced == limits::members_max);

    // The news of ten thousand joins goes to all links.
    lone.forget_outputs();
    lone.turn();
    CHECK_FALSE(lone.sent().empty());
}

TEST_CASE("R19: introductions with the longest words are paged", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(1);
    for (std::uint64_t index = 2; index <= 60; ++index) {
        Peer lengthy = peer(index);
        const std::string ending = std::to_string(index);
        lengthy.identity.name.append(limits::name_bytes_max - lengthy.identity.name.size(), 'x');
        lengthy.identity.endpoint = "sim://" + ending;
        lengthy.identity.endpoint.append(
            limits::endpoint_bytes_max - lengthy.identity.endpoint.size(), 'x');
        for (std::size_t tag = 0; tag < limits::tags_max; ++tag) {
            const std::string name(limits::tag_key_bytes_max, static_cast<char>('a' + tag));
            lengthy.identity.tags[name] = std::string(limits::tag_value_bytes_max, 'x');
        }
        lone.hear(peers[0], introduction(lengthy));
    }
    lone.forget_outputs();
    Message wants = lone.message(peers[0]);
    wants.roster = {1};

    lone.hand_in(wants, peers[0].link);

    std::size_t introduced = 0;
    for (const Sent& each : lone.sent())
        introduced += each.message.introductions.size();
    CHECK(introduced == 61);
    CHECK(lone.sent().size() > 5);
    CHECK(lone.sent().front().message.wants.size() == 1);
    CHECK(lone.sent().back().message.wants.empty());
}

TEST_CASE("R19: many forgets at once are passed on within the limit of a message", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    fill(lone, peers[0], 300);
    lone.pass(30ms);
    lone.forget_outputs();

    std::uint64_t index = 10;
    for (int page = 0; page < 3; ++page) {
        Message message = lone.message(peers[0]);
        for (std::size_t count = 0; count < limits::forgets_max; ++count, ++index)
            message.forgets.push_back({.life = peer(index).life(), .heartbeat = 100});
        lone.hand_in(message, peers[0].link);
    }
    lone.pass(100ms);

    CHECK(lone.status().tombstone_count == 3 * limits::forgets_max);
    std::size_t told = 0;
    for (const Sent& each : lone.sent_to(peers[1]))
        told += each.message.forgets.size();
    CHECK(told == 3 * limits::forgets_max);
}

TEST_CASE("R19: more news at once than a message holds is all passed on", "[rules]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    fill(lone, peers[0], 400);
    const std::vector<LifeId> accusers{peer(397).life(), peer(398).life(), peer(399).life()};
    const auto hear_of_three_hundred = [&](const auto& add) {
        lone.pass(30ms);
        lone.forget_outputs();
        for (const std::uint64_t first : {10U, 110U, 210U}) {
            Message message = lone.message(peers[0]);
            for (std::uint64_t index = first; index < first + 100; ++index)
                add(peer(index), message);
            lone.hand_in(message, peers[0].link);
        }
        lone.pass(30ms);
    };

    hear_of_three_hundred([&](const Peer& subject, Message& message) {
        message.accusations.push_back(accusation(subject, accusers));
    });
    std::set<LifeId> accused;
    for (const Sent& each : lone.sent_to(peers[1])) {
        for (const Accusation& told : each.message.accusations)
            accused.insert(told.life);
    }
    CHECK(accused.size() == 300);

    hear_of_three_hundred([](Peer subject, Message& message) {
        ++subject.heartbeat;
        message.rows.push_back(row(subject));
    });
    std::set<LifeId> cleared;
    for (const Sent& each : lone.sent_to(peers[1])) {
        for (const Row& told : each.message.rows)
            cleared.insert(told.life);
    }
    CHECK(cleared.size() >= 300);
}

}  // namespace hearsay::testing

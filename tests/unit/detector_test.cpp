// What a detector shows of itself and of others; its rules are in the tests named after them.

#include "hearsay/detector.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/lone_detector.hpp"

namespace hearsay::testing {
namespace {

using namespace std::chrono_literals;

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a new detector knows itself alone, and wants its first turn at once", "[detector]") {
    LoneDetector lone;

    CHECK(lone.detector().next_deadline() == lone.now());
    CHECK(lone.status().roster_size == 1);
    CHECK(lone.status().is_alone);
    REQUIRE(lone.detector().members(lone.now()).size() == 1);
    CHECK(lone.member("self")->is_self);
    CHECK(lone.member("self")->identity == LoneDetector::self());
}

TEST_CASE("members are sorted by name, with what is known of each", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    Peer other = peer(4);
    lone.hear(peers[0], introduction(other, 1s));
    lone.pass(500ms, peers);

    Names names;
    for (const Member& each : lone.detector().members(lone.now()))
        names.push_back(each.identity.name);

    CHECK(names == Names{"p1", "p2", "p3", "p4", "self"});
    CHECK(lone.member("p1")->is_heard_directly);
    CHECK_FALSE(lone.member("p4")->is_heard_directly);
    CHECK(lone.member("p4")->silence == 1500ms);
    CHECK(lone.status().peers_heard == 3);
}

TEST_CASE("a verdict is explained by silence, accusers, quorum and history", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    lone.pass(3s, but_first(peers));

    const auto explanation = lone.detector().explain("p1", lone.now());

    REQUIRE(explanation.has_value());
    REQUIRE(explanation->member.has_value());
    CHECK(explanation->member->state == MemberState::failed);
    CHECK(explanation->member->accusers == Names{"self"});
    CHECK(explanation->accuser_count == 1);
    CHECK(explanation->quorum == 3);
    CHECK(explanation->suspect_after == 600ms);
    CHECK(explanation->fail_after == 1s);
    CHECK(explanation->observers == Names{"p2", "p3", "p4", "self"});
    REQUIRE(explanation->history.size() == 3);
    CHECK(explanation->history[0].kind == EventKind::joined);
    CHECK(explanation->history[1].kind == EventKind::suspected);
    CHECK(explanation->history[2].kind == EventKind::failed);
}

TEST_CASE("a state begins with the event that tells it", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.pass(1s, peers);
    const Duration before = lone.member("p1")->in_state;

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    ++peers[0].heartbeat;
    lone.hear(peers[2], row(peers[0]));
    CHECK(lone.member("p1")->state == MemberState::alive);
    CHECK(lone.member("p1")->in_state >= before);

    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    lone.pass(100ms, but_first(peers));
    CHECK(lone.member("p1")->state == MemberState::suspect);
    CHECK(lone.member("p1")->in_state < 100ms);
}

TEST_CASE("a verdict is explained by who accused and who objected", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}, Cause::refused));
    lone.hear(peers[2], accusation(peers[0], {peers[1].life(), peers[2].life()}));
    ++peers[0].heartbeat;
    lone.hear(peers[2], row(peers[0]));

    const std::vector<Finding> findings = lone.detector().explain("p1", lone.now())->findings;

    REQUIRE(findings.size() == 4);
    CHECK(findings[0].by == "p2");
    CHECK(findings[0].kind == FindingKind::accused);
    CHECK(findings[0].cause == Cause::refused);
    CHECK(findings[1].by == "p2");
    CHECK(findings[1].cause == Cause::silence);
    CHECK(findings[2].by == "p3");
    CHECK(findings[2].at == lone.now());
    CHECK(findings[3].by == "p3");
    CHECK(findings[3].kind == FindingKind::objection);
}

TEST_CASE("an explanation is bounded, whatever is said", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    for (std::uint64_t last = 400; last > 300; last -= 8) {
        // The smallest ids are kept, so these are new each time.
        std::vector<LifeId> accusers;
        for (std::uint64_t id = last - 7; id <= last; ++id)
            accusers.push_back(LifeId{id});
        lone.hear(peers[1], accusation(peers[0], accusers));
    }

    CHECK(lone.detector().explain("p1", lone.now())->findings.size() == 32);
}

TEST_CASE("a new accusation begins a new explanation", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);
    lone.hear(peers[1], accusation(peers[0], {peers[1].life()}));
    ++peers[0].heartbeat;
    lone.hear(peers[2], row(peers[0]));

    lone.hear(peers[2], accusation(peers[0], {peers[2].life()}));

    const std::vector<Finding> findings = lone.detector().explain("p1", lone.now())->findings;
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].by == "p3");
}

TEST_CASE("a detector explains itself by who observes it", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(3);

    const auto explanation = lone.detector().explain("self", lone.now());

    REQUIRE(explanation.has_value());
    CHECK(explanation->member->is_self);
    CHECK(explanation->observers == Names{"p1", "p2", "p3"});
}

TEST_CASE("of a forgotten member the history is left, of an unknown one nothing", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    REQUIRE(lone.detector().forget("p1", true, lone.now()) == ForgetOutcome::done);

    const auto explanation = lone.detector().explain("p1", lone.now());

    REQUIRE(explanation.has_value());
    CHECK_FALSE(explanation->member.has_value());
    CHECK(explanation->history.back().kind == EventKind::forgotten);
    CHECK_FALSE(lone.detector().explain("p9", lone.now()).has_value());
}

TEST_CASE("an accuser without a name is shown by its life", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(2);

    lone.hear(peers[1], accusation(peers[0], {LoneDetector::self().life, LifeId{0xabc}}));

    CHECK(lone.member("p1")->accusers == Names{"0000000000000abc", "self"});
}

TEST_CASE("a detector that was moved goes on where it was", "[detector]") {
    LoneDetector lone;
    auto peers = lone.meet(2);
    const std::uint64_t digest = lone.status().digest;

    Detector moved = std::move(lone.detector());
    CHECK(moved.status(lone.now()).digest == digest);

    Identity other = LoneDetector::self();
    other.life = LifeId{7};
    Detector target(LoneDetector::local(), other, 1, lone.now());
    target = std::move(moved);
    CHECK(target.status(lone.now()).digest == digest);
}

}  // namespace hearsay::testing

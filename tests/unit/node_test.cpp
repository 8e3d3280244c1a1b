#include "hearsay/node.hpp"

#include <atomic>
#include <chrono>
#include <future>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/running_node.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::options_of;
using testing::Running;

TEST_CASE("two nodes find each other, and one sees the other leave", "[node]") {
    Running a(options_of("a"));
    Running b(options_of("b", {a.node().endpoint()}));
    a.start();
    b.start();
    REQUIRE(a.sees("b", MemberState::alive));
    REQUIRE(b.sees("a", MemberState::alive));
    CHECK(eventually([&] { return a.node().status().digest == b.node().status().digest; }));

    b.node().request_leave();
    const Ending ending = b.end();

    CHECK(ending.reason == EndReason::left);
    CHECK(ending.confirmation.asked == 1);
    CHECK(ending.confirmation.confirmed == 1);
    CHECK(a.sees("b", MemberState::left));
}

TEST_CASE("a node that is alone leaves at once", "[node]") {
    Running a(options_of("a"));
    a.node().request_leave();
    a.start();

    const Ending ending = a.end();

    CHECK(ending.reason == EndReason::left);
    CHECK(ending.confirmation.asked == 0);
}

TEST_CASE("a callback may call anything", "[node]") {
    Running a(options_of("a"));
    Running b(options_of("b", {a.node().endpoint()}));
    std::atomic<int> late_count = 0;
    a.node().on_event([&](const Event& event, WallTime /*at*/) {
        if (event.kind != EventKind::joined) return;
        a.node().on_event([&](const Event& later, WallTime /*at*/) {
            if (later.kind == EventKind::left) ++late_count;
        });
    });
    b.node().on_event([&](const Event& event, WallTime at) {
        const bool is_sound = b.node().members().size() == 2 &&
                              b.node().status().roster_size == 2 && event.subject.name == "a" &&
                              at > WallTime{};
        if (is_sound) b.node().request_leave();
    });
    a.start();
    b.start();

    CHECK(b.end().reason == EndReason::left);
    CHECK(eventually([&] { return late_count == 1; }));
}

TEST_CASE("a second request to leave waits for nobody", "[node]") {
    NodeOptions patient = options_of("b");
    patient.config.leave_timeout = 1min;
    Running b(patient);
    Running a(options_of("a", {b.node().endpoint()}));
    std::promise<void> release;
    a.node().on_event(
        [done = release.get_future().share()](const Event&, WallTime) { done.wait(); });
    a.start();
    b.start();
    REQUIRE(b.sees("a", MemberState::alive));

    // The other one is held in its callback and cannot confirm.
    b.node().request_leave();
    b.node().request_leave();
    const Ending ending = b.end();
    release.set_value();

    CHECK(ending.reason == EndReason::interrupted);
    CHECK(ending.confirmation.confirmed == 0);
}

TEST_CASE("the later of two nodes with one name stops and knows why", "[node]") {
    Running seed(options_of("seed"));
    Running older(options_of("twin", {seed.node().endpoint()}));
    seed.start();
    older.start();
    REQUIRE(seed.sees("twin", MemberState::alive));

    Running later(options_of("twin", {seed.node().endpoint()}));
    later.start();
    const Ending ending = later.end();

    REQUIRE(ending.reason == EndReason::name_conflict);
    REQUIRE(ending.bearer);
    CHECK(ending.bearer->endpoint == older.node().endpoint());
    CHECK(seed.sees("twin", MemberState::alive));
}

TEST_CASE("a node that starts again in its place is restarted, not a second member", "[node]") {
    Running a(options_of("a"));
    std::atomic<int> restart_count = 0;
    a.node().on_event([&](const Event& event, WallTime) {
        if (event.kind == EventKind::restarted) ++restart_count;
    });
    a.start();
    NodeOptions options = options_of("b", {a.node().endpoint()});
    {
        Running b(options);
        options.bind = b.node().endpoint();
        b.start();
        REQUIRE(a.sees("b", MemberState::alive));
        REQUIRE(b.sees("a", MemberState::alive));
        b.node().request_leave();
        b.end();
    }
    REQUIRE(a.sees("b", MemberState::left));

    Running b(options);
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(eventually([&] { return restart_count == 1; }));
    CHECK(a.node().members().size() == 2);
}

TEST_CASE("a node that shares a seed list with itself on it joins all the same", "[node]") {
    Running a(options_of("a"));
    NodeOptions options = options_of("b", {a.node().endpoint()});
    {
        const Node placeholder(options_of("b"));
        options.bind = placeholder.endpoint();
    }
    options.config.seeds.push_back(options.bind);
    Running b(options);
    a.start();
    b.start();

    CHECK(a.sees("b", MemberState::alive));
    CHECK(b.sees("a", MemberState::alive));
}

TEST_CASE("handlers run for a node's events, and the last ones at its end", "[node]") {
    const testing::ScratchDirectory scratch;
    Running a(options_of("a"));
    NodeOptions options = options_of("b", {a.node().endpoint()});
    options.event_handlers = {"echo \"$HEARSAY_EVENT $HEARSAY_MEMBER\" >> '" +
                              (scratch.path() / "seen").string() + "'"};
    Running b(options);
    a.start();
    b.start();
    REQUIRE(b.sees("a", MemberState::alive));

    b.node().request_leave();
    b.end();

    CHECK(scratch.read("seen") == "joined a\n");
}

TEST_CASE("a node keeps its run file while it lives", "[node]") {
    const testing::ScratchDirectory scratch;
    NodeOptions options = options_of("a");
    options.run_directory = scratch.path();
    {
        const Node node(options);
        CHECK_THAT(scratch.read("a.json"), Catch::Matchers::Contains(node.endpoint()));
        CHECK_THROWS_AS(Node(options), StartError);
    }
    CHECK(scratch.read("a.json").empty());
}

TEST_CASE("a node takes frames from anybody and goes on", "[node]") {
    Running a(options_of("a"));
    NodeOptions foreign = options_of("x", {a.node().endpoint()});
    foreign.config.cluster = "other";
    Running x(foreign);
    a.start();
    x.start();

    constexpr auto index = static_cast<std::size_t>(DecodeError::foreign_cluster);
    CHECK(eventually([&] { return a.node().status().counters.rejected.at(index) > 0; }));

    CHECK(a.node().members().size() == 1);
    Running b(options_of("b", {a.node().endpoint()}));
    b.start();
    CHECK(a.sees("b", MemberState::alive));
}

}  // namespace
}  // namespace hearsay

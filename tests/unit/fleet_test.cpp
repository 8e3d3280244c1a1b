#include "fleet.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "clock.hpp"
#include "envelope.hpp"
#include "follower.hpp"
#include "poll_set.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/running_node.hpp"
#include "support/scratch_directory.hpp"
#include "support/status_bench.hpp"

namespace hearsay {
namespace {

using nlohmann::ordered_json;
using std::chrono::seconds;
using testing::Bench;
using testing::eventually;
using testing::options_of;
using testing::Running;
using testing::ScratchDirectory;

/// What a follower told, in order.
struct Told {
    std::vector<std::string> words;

    Follower::Callbacks callbacks() {
        return {.on_event =
                    [this](const ordered_json& event) {
                        words.push_back(event.value("event", "") + " " + event.value("member", ""));
                    },
                .on_found =
                    [this](const ordered_json& ping) {
                        words.push_back("found " + ping.value("name", ""));
                    },
                .on_lost = [this] { words.emplace_back("lost"); }};
    }
    [[nodiscard]] bool has(const std::string& word) const {
        return std::find(words.begin(), words.end(), word) != words.end();
    }
};

/// What a loop does, but for the sleep.
template <typename Viewer>
void turn(Viewer& viewer, Instant now) {
    PollSet set;
    viewer.watch(set);
    set.wait(Duration::zero());
    viewer.turn(now);
}

Event joined(const std::string& name) {
    Event event;
    event.kind = EventKind::joined;
    event.subject.name = name;
    return event;
}

TEST_CASE("a follower finds a node, and hears its events", "[fleet]") {
    Bench bench;
    Told told;
    Follower follower(bench.context(), bench.server().address(), told.callbacks());
    const auto turns_until = [&](const auto& is_so) {
        return eventually([&] {
            bench.turn();
            turn(follower, steady_now());
            return is_so();
        });
    };
    CHECK(!follower.is_found());
    REQUIRE(turns_until([&] { return follower.is_found(); }));
    CHECK(told.words.front() == "found n1");

    REQUIRE(turns_until([&] {
        bench.publish(joined("n7"));
        return told.has("joined n7");
    }));
}

TEST_CASE("questions are answered in any order, each to the one who asked", "[fleet]") {
    Bench bench;
    Told told;
    Follower follower(bench.context(), bench.server().address(), told.callbacks());
    const auto turn_both = [&] {
        bench.turn();
        bench.advance(std::chrono::milliseconds(50));
        turn(follower, steady_now());
    };
    REQUIRE(eventually([&] {
        turn_both();
        return follower.is_found();
    }));
    std::vector<std::string> answers;
    follower.ask({{"op", "wait"}, {"alive", 7}, {"timeout_ms", 500}}, seconds(60),
                 [&](const ordered_json* answer) {
                     answers.push_back(answer == nullptr ? "none" : "wait");
                 });
    follower.ask({{"op", "members"}}, seconds(60), [&](const ordered_json* answer) {
        answers.push_back(answer == nullptr ? "none" : answer->value("name", ""));
    });
    follower.ask({{"op", "nonsense"}}, seconds(60), [&](const ordered_json* answer) {
        answers.push_back(answer == nullptr ? "none" : answer->value("code", ""));
    });
    REQUIRE(eventually([&] {
        turn_both();
        return answers.size() == 3;
    }));
    CHECK(answers == std::vector<std::string>{"n1", "unknown_op", "wait"});
}

TEST_CASE("a node that does not answer in time is lost, until it answers again", "[fleet]") {
    Bench bench;
    Told told;
    Follower follower(bench.context(), bench.server().address(), told.callbacks());
    Instant now = steady_now();
    const auto turns_until_found = [&] {
        return eventually([&] {
            now += std::chrono::milliseconds(1);
            bench.turn();
            turn(follower, now);
            return follower.is_found();
        });
    };
    REQUIRE(turns_until_found());
    bool is_answered = false;
    follower.ask({{"op", "members"}}, seconds(2), [&](const ordered_json* answer) {
        is_answered = true;
        CHECK(answer == nullptr);
    });
    now += seconds(1);
    turn(follower, now);
    CHECK(!is_answered);
    now += seconds(2);
    turn(follower, now);
    CHECK(is_answered);
    CHECK(!follower.is_found());
    CHECK(told.words == std::vector<std::string>{"found n1", "lost"});
    REQUIRE(turns_until_found());
    CHECK(told.words.back() == "found n1");
}

TEST_CASE("a client that asks a node that is not there is told so in the next turn", "[fleet]") {
    const ScratchDirectory scratch;
    zmq::context_t context;
    Told told;
    Follower follower(context, "ipc://" + (scratch.path() / "nobody").string(), told.callbacks());
    int answers = 0;
    const Follower::OnAnswer again = [&](const ordered_json* answer) {
        CHECK(answer == nullptr);
        if (++answers < 3) follower.ask({{"op", "ping"}}, seconds(2), again);
    };
    follower.ask({{"op", "ping"}}, seconds(2), again);
    CHECK(answers == 0);
    REQUIRE(eventually([&] {
        turn(follower, steady_now());
        return answers == 3;
    }));
    CHECK(told.words.empty());
}

TEST_CASE("a node that ends is lost, and found once it is started again", "[fleet]") {
    const ScratchDirectory scratch;
    NodeOptions options = options_of("n1");
    options.status = "ipc://" + (scratch.path() / "status").string();
    options.events = "ipc://" + (scratch.path() / "events").string();
    zmq::context_t context;
    Told told;
    Follower follower(context, options.status, told.callbacks());
    const auto turns_until = [&](bool is_found) {
        return eventually([&] {
            turn(follower, steady_now());
            return follower.is_found() == is_found;
        });
    };
    for (int life = 0; life < 2; ++life) {
        {
            Running node(options);
            node.start();
            REQUIRE(turns_until(true));
        }
        REQUIRE(turns_until(false));
    }
    std::erase(told.words, "left n1");
    CHECK(told.words == std::vector<std::string>{"found n1", "lost", "found n1", "lost"});
}

/// A fleet seen through the node of a bench, in a time of its own.
struct Watched {
    Bench bench;
    std::vector<Fleet::Part> answers;
    Fleet fleet{bench.context(),
                bench.server().address(),
                seconds(5),
                {.on_answer = [this](Fleet::Part part) { answers.push_back(part); },
                 .on_event = [](const ordered_json&) {},
                 .on_change = [] {}}};
    Duration ahead{};

    void turn() {
        bench.turn();
        hearsay::turn(fleet, steady_now() + ahead);
    }
    [[nodiscard]] bool turns_until_answers(std::size_t count) {
        return eventually([&] {
            turn();
            return answers.size() >= count;
        });
    }
    /// Until what the node told at first has been asked after.
    [[nodiscard]] bool turns_until_calm() {
        return turns_until_answers(3) && eventually([&] {
                   turn();
                   return !fleet.follower().is_asking() &&
                          fleet.deadline() > steady_now() + std::chrono::milliseconds(500);
               });
    }
    [[nodiscard]] std::uint64_t requests() { return bench.server().counters().requests; }
};

TEST_CASE("a fleet asks for everything at once, and once it is calm for little", "[fleet]") {
    Watched watched;
    REQUIRE(watched.turns_until_calm());
    CHECK(watched.fleet.answer(Fleet::Part::members).at("members").size() == 1);
    CHECK(watched.fleet.answer(Fleet::Part::status).at("name") == "n1");
    CHECK(watched.fleet.ping().at("name") == "n1");
    CHECK(watched.fleet.deadline() <= steady_now() + seconds(1));

    // It was found, which unsettles it for ten seconds.
    watched.answers.clear();
    watched.ahead = seconds(2);
    REQUIRE(watched.turns_until_answers(3));

    watched.answers.clear();
    watched.ahead = seconds(20);
    REQUIRE(watched.turns_until_answers(1));
    CHECK(watched.answers == std::vector{Fleet::Part::links});
    CHECK(watched.fleet.deadline() > steady_now() + seconds(20));

    watched.ahead = seconds(70);
    REQUIRE(watched.turns_until_answers(4));
}

TEST_CASE("a fleet asks again soon after an event, but not once for each of them", "[fleet]") {
    Watched watched;
    REQUIRE(watched.turns_until_answers(3));
    // The subscription is there once its first event is.
    REQUIRE(eventually([&] {
        watched.bench.publish(joined("n7"));
        watched.turn();
        return watched.fleet.deadline() < steady_now() + std::chrono::milliseconds(300) &&
               watched.bench.stream().counters().subscribers == 1;
    }));
    watched.answers.clear();
    const std::uint64_t before = watched.requests();
    for (int count = 0; count < 100; ++count)
        watched.bench.publish(joined("n8"));
    watched.ahead = std::chrono::milliseconds(900);
    REQUIRE(watched.turns_until_answers(3));
    CHECK(watched.requests() - before <= 6);
}

TEST_CASE("a fleet asks soon again while peers hold another view", "[fleet]") {
    const std::uint64_t agreeing = GENERATE(1U, 2U);
    const ScratchDirectory scratch;
    const std::string address = "ipc://" + (scratch.path() / "status").string();
    zmq::context_t context;
    zmq::socket_t node(context, zmq::socket_type::router);
    node.bind(address);
    const ordered_json answer{{"peers_heard", 2}, {"peers_agreeing", agreeing}};
    int answers = 0;
    Fleet fleet(context, address, seconds(5),
                {.on_answer = [&](Fleet::Part) { ++answers; },
                 .on_event = [](const ordered_json&) {},
                 .on_change = [] {}});
    const auto turns_until_answers = [&](int count, Duration ahead) {
        answers = 0;
        return eventually([&] {
            while (const auto delivery = receive_delivery(node, Delimiter::required))
                static_cast<void>(send_delivery(node, delivery->envelope, answer.dump()));
            turn(fleet, steady_now() + ahead);
            return answers >= count && !fleet.follower().is_asking();
        });
    };
    REQUIRE(turns_until_answers(3, {}));

    // Of what is calm only the links are asked for by then.
    REQUIRE(turns_until_answers(1, seconds(20)));
    CHECK(answers == (agreeing < 2 ? 3 : 1));
}

TEST_CASE("nobody looks: nothing is asked", "[fleet]") {
    Watched watched;
    REQUIRE(watched.turns_until_calm());
    watched.fleet.set_watched(false);
    const std::uint64_t before = watched.requests();
    watched.ahead = seconds(20);
    for (int count = 0; count < 50; ++count)
        watched.turn();
    CHECK(watched.requests() == before);
    watched.ahead = {};
    watched.fleet.set_watched(true);
    watched.answers.clear();
    CHECK(watched.turns_until_answers(3));
}

}  // namespace
}  // namespace hearsay

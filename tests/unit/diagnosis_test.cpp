#include "diagnosis.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/node.hpp"

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "support/lone_detector.hpp"
#include "support/running_node.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::eventually;
using testing::LoneDetector;
using testing::options_of;
using testing::Running;

constexpr Duration round = 200ms;

TEST_CASE("what a neighbour is accused of is told, and that it came to nothing", "[diagnosis]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    testing::HeardLog log;
    Diagnosis diagnosis(round, log.log(), lone.now());
    const auto look = [&] { diagnosis.look(lone.detector(), {}, lone.now()); };

    lone.pass(1ms);
    lone.hear(peers[1], testing::accusation(peers[0], {peers[1].life()}));
    lone.pass(10ms);
    look();
    CHECK(log.text() == "p1 was accused by p2 10ms ago: silence\n");
    lone.pass(1ms);
    lone.hear(peers[0]);
    lone.pass(20ms);
    look();
    look();

    // No event tells of it: it was over too soon.
    CHECK(lone.events().empty());
    CHECK(log.text() ==
          "p1 was accused by p2 10ms ago: silence\n"
          "p1 was cleared of what it was accused of 20ms ago: newer word came from p1\n");
}

TEST_CASE("that this node was accused and refuted it is told", "[diagnosis]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    testing::HeardLog log;
    Diagnosis diagnosis(round, log.log(), lone.now());
    Accusation accusation = testing::accusation(peers[0], {peers[1].life()});
    accusation.life = LoneDetector::self().life;
    accusation.heartbeat = lone.detector().heartbeat();

    lone.hear(peers[1], accusation);
    lone.turn();
    diagnosis.look(lone.detector(), {}, lone.now());

    CHECK_THAT(log.text(), Contains("refuted 1 accusation of this node\n"));
}

TEST_CASE("every 50 rounds the log tells how late turns were", "[diagnosis]") {
    testing::HeardLog log;
    const Instant start{};
    Diagnosis diagnosis(round, log.log(), start);
    Detector detector(LoneDetector::local(), LoneDetector::self(), 1, start);
    const TransportCounters transport{.probes = 3};
    diagnosis.note_turn(start, start + 5ms);
    diagnosis.note_turn(start + 1s, start + 10ms);

    diagnosis.look(detector, transport, start + 50 * round - 1us);
    CHECK(log.text().empty());
    diagnosis.look(detector, transport, start + 50 * round);
    CHECK(log.text() ==
          "in 10s: 2 turns, at most 5ms late and 0ms long; 0 messages in, 0 out; 3 probes; 0 lives "
          "not admitted\n");
    diagnosis.look(detector, transport, start + 100 * round);
    CHECK_THAT(log.text(), Contains("in 10s: 0 turns, at most 0ms late and 0ms long; 0 messages "
                                    "in, 0 out; 0 probes"));
}

TEST_CASE("at other levels nothing of that is told", "[diagnosis]") {
    LoneDetector lone;
    auto peers = lone.meet(4);
    testing::HeardLog log;
    log.log().set_level(LogLevel::info);
    Diagnosis diagnosis(round, log.log(), lone.now());

    lone.hear(peers[1], testing::accusation(peers[0], {peers[1].life()}));
    lone.pass(60 * round, peers);
    diagnosis.look(lone.detector(), {}, lone.now());

    CHECK(log.text().empty());
}

/// What a node says, each line behind the number of its level.
class Lines {
  public:
    LogSink sink() {
        return [this](LogLevel level, const std::string& line) {
            const std::scoped_lock lock(mutex_);
            lines_.emplace_back(level, line);
        };
    }
    [[nodiscard]] bool has(LogLevel level, const std::string& part) const {
        return eventually([&] {
            const std::scoped_lock lock(mutex_);
            return std::any_of(lines_.begin(), lines_.end(), [&](const auto& line) {
                return line.first == level && line.second.find(part) != std::string::npos;
            });
        });
    }
    [[nodiscard]] bool is_as_serious_as(LogLevel least) const {
        const std::scoped_lock lock(mutex_);
        return std::all_of(lines_.begin(), lines_.end(),
                           [&](const auto& line) { return line.first >= least; });
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::pair<LogLevel, std::string>> lines_;
};

/// A node that logs so much, as another one joins it and leaves.
void watch_a_member(Lines& lines, LogLevel level) {
    NodeOptions options = options_of("a");
    options.log = lines.sink();
    options.log_level = level;
    Running a(options);
    Running b(options_of("b", {a.node().endpoint()}));
    a.start();
    b.start();
    REQUIRE(a.sees("b", MemberState::alive));
    b.node().request_leave();
    REQUIRE(b.end().reason == EndReason::left);
    REQUIRE(a.sees("b", MemberState::left));
}

TEST_CASE("debug tells of links and info of members, and info is not debug", "[diagnosis]") {
    Lines debug;
    watch_a_member(debug, LogLevel::debug);
    CHECK(debug.has(LogLevel::debug, "link from 127.0.0.1 stands"));
    CHECK(debug.has(LogLevel::info, "b joined at tcp://127.0.0.1:"));
    CHECK(debug.has(LogLevel::info, "b left"));

    Lines info;
    watch_a_member(info, LogLevel::info);
    CHECK(info.has(LogLevel::info, "b left"));
    CHECK(info.is_as_serious_as(LogLevel::info));

    Lines warning;
    watch_a_member(warning, LogLevel::warning);
    CHECK(warning.is_as_serious_as(LogLevel::warning));

    Lines off;
    watch_a_member(off, LogLevel::off);
    CHECK(off.is_as_serious_as(LogLevel::off));
}

}  // namespace
}  // namespace hearsay

#include "simulation/measurement.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

Mistake mistake(const std::string& observer, const std::string& subject, Duration at,
                Duration duration) {
    return {.observer = observer, .subject = subject, .at = Instant{at}, .duration = duration};
}

TEST_CASE("mistakes about one member that overlap are one episode", "[measurement]") {
    CHECK(count_episodes({}) == 0);
    CHECK(count_episodes({mistake("n1", "n3", 1s, 2s), mistake("n2", "n3", 2s, 4s),
                          mistake("n4", "n3", 5s, 1s)}) == 1);
    CHECK(count_episodes({mistake("n2", "n3", 9s, 1s), mistake("n1", "n3", 1s, 2s)}) == 2);
    CHECK(count_episodes({mistake("n1", "n3", 1s, 2s), mistake("n1", "n4", 1s, 2s)}) == 2);
}

TEST_CASE("an episode lasts as long as its longest mistake", "[measurement]") {
    CHECK(count_episodes({mistake("n1", "n3", 1s, 9s), mistake("n2", "n3", 2s, 1s),
                          mistake("n4", "n3", 5s, 1s)}) == 1);
}

TEST_CASE("mistakes have a rate, a duration, and leave an accuracy", "[measurement]") {
    Measurement measured;
    measured.mistakes = {mistake("n1", "n3", 1s, 2s), mistake("n2", "n3", 1s, 4s)};
    measured.episode_count = 1;
    measured.node_seconds = 7200;
    measured.pair_seconds = 600;

    CHECK(measured.mistake_rate() == Approx(1.0));
    CHECK(measured.episode_rate() == Approx(0.5));
    CHECK(measured.episode_rate_interval().low == Approx(0.0253 / 2).epsilon(0.01));
    CHECK(measured.episode_rate_interval().high == Approx(5.572 / 2).epsilon(0.01));
    CHECK(measured.mean_mistake_duration() == Duration{3s});
    CHECK(measured.query_accuracy() == Approx(0.99));
}

TEST_CASE("measurements add up", "[measurement]") {
    Measurement sum;
    sum.detections = {{.fault = Fault::crash, .host = "n1", .last = 900ms}};
    sum.node_seconds = 5;
    sum.bytes_per_second_max = 7;
    Measurement more;
    more.detections = {{.fault = Fault::crash, .host = "n2", .last = 800ms},
                       {.fault = Fault::crash, .host = "n3"},
                       {.fault = Fault::freeze, .host = "n4", .last = 1s}};
    more.mistakes = {mistake("n1", "n3", 1s, 2s)};
    more.episode_count = 1;
    more.own_view_mistakes = 2;
    more.node_seconds = 6;
    more.pair_seconds = 30;
    more.quiet_messages = 20;
    more.quiet_bytes = 1000;
    more.quiet_node_seconds = 4;
    more.bytes_per_second_max = 3;
    more.virtual_time = 2s;

    sum.add(more);

    CHECK(sum.times(Fault::crash, &Detection::last) == std::vector<Duration>{800ms, 900ms});
    CHECK(sum.count(Fault::crash) == 3);
    CHECK(sum.times(Fault::power_off, &Detection::last).empty());
    CHECK(sum.mistakes.size() == 1);
    CHECK(sum.episode_count == 1);
    CHECK(sum.own_view_mistakes == 2);
    CHECK(sum.node_seconds == 11);
    CHECK(sum.pair_seconds == 30);
    CHECK(sum.bytes_per_node_second() == 250);
    CHECK(sum.messages_per_node_second() == 5);
    CHECK(sum.bytes_per_second_max == 7);
    CHECK(sum.virtual_time == 2s);
}

}  // namespace
}  // namespace hearsay::simulation

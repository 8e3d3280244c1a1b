#include "simulation/meter.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "simulation/story.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

Onward never_stop() {
    return Onward::on;
}

/// A settled cluster and its meter.
class Trial {
  public:
    explicit Trial(std::size_t count, std::uint64_t seed = 1, Path path = {})
        : cluster(count, {.seed = seed, .path = path, .accuracy = Accuracy::counted}),
          meter(cluster, never_stop) {}

    /// Nothing passes between a host and the others, though no path is said to be cut.
    void swallow_all_of(const std::string& host, std::size_t count) {
        for (const std::string& other : Cluster::hosts(1, count)) {
            if (other != host) cluster.set_path(host, other, {.loss_per_mille = 1000});
        }
    }

    SettledCluster cluster;
    Meter meter;
};

TEST_CASE("a crash is measured from the kill to the last survivor", "[meter]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    CAPTURE(seed);
    Trial trial(5, seed);
    const Instant killed = trial.cluster.now();

    trial.meter.strike(Fault::crash, {"n3"}, 10s);

    const std::vector<Record> verdicts = trial.cluster.journal().of(EventKind::failed, "n3");
    const Measurement measured = trial.meter.result();
    REQUIRE(verdicts.size() == 4);
    REQUIRE(measured.detections.size() == 1);
    const Detection& detection = measured.detections.front();
    CHECK(detection.host == "n3");
    CHECK(detection.survivor_count == 4);
    CHECK(detection.holder_count == 4);
    CHECK(detection.first == verdicts.front().at - killed);
    CHECK(detection.last == verdicts.back().at - killed);
    CHECK(detection.last <= trial.cluster.detection_bound());
    CHECK_FALSE(detection.back);
    CHECK(measured.mistakes.empty());
}

TEST_CASE("several members that die at once are measured one by one", "[meter]") {
    const Fault fault = GENERATE(Fault::crash, Fault::power_off);
    Trial trial(8);

    trial.meter.strike(fault, {"n2", "n5", "n7"}, 10s);

    const Measurement measured = trial.meter.result();
    CHECK(measured.count(fault) == 3);
    CHECK(measured.times(fault, &Detection::last).size() == 3);
    for (const Detection& detection : measured.detections)
        CHECK(detection.survivor_count == 5);
    CHECK_FALSE(trial.cluster.process("n5").is_running());
}

TEST_CASE("what survivors do not notice in time has no last one", "[meter]") {
    Trial trial(5);

    trial.meter.strike(Fault::power_off, {"n3"}, 100ms);

    const Detection detection = trial.meter.result().detections.front();
    CHECK(detection.holder_count == 0);
    CHECK_FALSE(detection.first);
    CHECK_FALSE(detection.last);
}

TEST_CASE("a long freeze is noticed, forgiven, and no mistake", "[meter]") {
    Trial trial(5);

    trial.meter.freeze({"n3"}, 3s, 10s);

    const Measurement measured = trial.meter.result();
    const Detection& detection = measured.detections.front();
    CHECK(detection.fault == Fault::freeze);
    CHECK(detection.last <= trial.cluster.detection_bound());
    CHECK(detection.back < Duration{1s});
    CHECK(measured.mistakes.empty());
    CHECK(trial.cluster.all_agree());
}

TEST_CASE("a short freeze passes unnoticed", "[meter]") {
    Trial trial(5);

    trial.meter.freeze({"n3"}, trial.cluster.config().fail_after / 2, 10s);

    const Detection detection = trial.meter.result().detections.front();
    CHECK(detection.holder_count == 0);
    CHECK_FALSE(detection.first);
    CHECK_FALSE(detection.back);
}

TEST_CASE("what a victim says of the others is counted apart", "[meter]") {
    Trial calm(4);
    calm.meter.freeze({"n4"}, 3s, 10s);
    CHECK(calm.meter.result().own_view_mistakes == 0);

    Trial swallowed(4);
    swallowed.swallow_all_of("n4", 4);
    swallowed.meter.freeze({"n4"}, 3s, 10s);
    CHECK(swallowed.meter.result().own_view_mistakes == 3);
}

TEST_CASE("healthy members make no mistakes in all their time", "[meter]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    CAPTURE(seed);
    Trial trial(5, seed);

    trial.meter.observe(20s);

    const Measurement measured = trial.meter.result();
    CHECK(measured.mistakes.empty());
    CHECK(measured.episode_count == 0);
    CHECK(measured.query_accuracy() == 1);
    CHECK(measured.node_seconds == Approx(5 * 20));
    CHECK(measured.pair_seconds == Approx(5 * 4 * 20));
    CHECK(measured.quiet_node_seconds == Approx(5 * 20));
    CHECK(measured.virtual_time == 20s);
}

TEST_CASE("frozen and dead members observe nothing", "[meter]") {
    Trial trial(5);

    trial.meter.freeze({"n2"}, 3s, 0s);
    const double rounds = 2 * 0.2;
    const Measurement frozen = trial.meter.result();
    trial.meter.strike(Fault::crash, {"n3"}, 0s);
    trial.meter.pass(10s);

    CHECK(frozen.node_seconds == Approx(4 * 3 + 5 * rounds));
    CHECK(frozen.pair_seconds == Approx(4 * 3 * 3 + 5 * 4 * rounds));
    CHECK(trial.meter.result().node_seconds == Approx(frozen.node_seconds + 4 * 10));
}

TEST_CASE("a verdict on a member that could be reached costs accuracy", "[meter]") {
    Trial trial(4);
    trial.swallow_all_of("n4", 4);
    trial.meter.pass(4s);
    trial.cluster.heal();
    trial.meter.pass(4s);

    const Measurement measured = trial.meter.result();

    // Three members are wrong about one, and it about three: too few to blame itself.
    CHECK(measured.mistakes.size() == 6);
    CHECK(measured.episode_count == 4);
    CHECK(measured.mean_mistake_duration() > Duration{2s});
    CHECK(measured.mean_mistake_duration() < Duration{5s});
    const double mistaken =
        6 * std::chrono::duration<double>(*measured.mean_mistake_duration()).count();
    CHECK(measured.query_accuracy() == Approx(1 - mistaken / (4 * 3 * 8)).epsilon(0.001));
    CHECK(measured.mistake_rate() == Approx(6 / (4 * 8 / 3600.0)));
}

TEST_CASE("a mistake that stands lasts until now", "[meter]") {
    Trial trial(4);
    trial.swallow_all_of("n4", 4);
    trial.meter.pass(4s);

    const Measurement early = trial.meter.result();
    trial.meter.pass(1s);
    const Measurement late = trial.meter.result();

    REQUIRE(early.mistakes.size() == 6);
    REQUIRE(late.mistakes.size() == 6);
    CHECK(*late.mean_mistake_duration() - *early.mean_mistake_duration() == Duration{1s});
}

TEST_CASE("the death of a member that is failed by mistake is known at once", "[meter]") {
    Trial trial(4);
    trial.swallow_all_of("n4", 4);
    trial.meter.pass(4s);

    trial.meter.strike(Fault::crash, {"n4"}, 10s);
    trial.meter.pass(4s);

    const Measurement measured = trial.meter.result();
    CHECK(measured.detections.front().first == Duration{});
    CHECK(measured.detections.front().last == Duration{});
    CHECK(measured.mistakes.size() == 6);
    CHECK(measured.mean_mistake_duration() < Duration{4s});
}

TEST_CASE("lost segments cost messages", "[meter]") {
    const auto traffic_at = [](std::uint64_t loss_per_mille) {
        Trial trial(8, 1, {.loss_per_mille = loss_per_mille});
        trial.meter.observe(60s);
        return trial.meter.result();
    };

    const Measurement calm = traffic_at(0);
    const Measurement lossy = traffic_at(200);

    CHECK(lossy.bytes_per_node_second() > calm.bytes_per_node_second());
    CHECK(lossy.messages_per_node_second() > calm.messages_per_node_second());
}

TEST_CASE("the busiest second has at least the bytes of an average one", "[meter]") {
    Trial trial(5);

    trial.meter.observe(10s);

    const Measurement measured = trial.meter.result();
    CHECK(measured.quiet_bytes > 0);
    CHECK(static_cast<double>(measured.bytes_per_second_max) >= measured.bytes_per_node_second());
    CHECK(static_cast<double>(measured.bytes_per_second_max) <
          10 * measured.bytes_per_node_second());
}

TEST_CASE("after a stop no time passes and nothing is judged", "[meter]") {
    SettledCluster cluster(5, {.accuracy = Accuracy::counted});
    Onward onward = Onward::on;
    Meter meter(cluster, [&onward] { return onward; });
    meter.observe(1s);
    onward = Onward::stop;

    meter.strike(Fault::crash, {"n3"}, 10s);
    const Instant stopped = cluster.now();
    meter.pass(10s);
    meter.freeze({"n4"}, 10s, 10s);

    CHECK(meter.is_stopped());
    CHECK(cluster.now() == stopped);
    CHECK(meter.result().detections.empty());
    CHECK(meter.result().quiet_node_seconds == Approx(5));
}

}  // namespace
}  // namespace hearsay::simulation

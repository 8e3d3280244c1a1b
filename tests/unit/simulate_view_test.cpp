#include "simulate_view.hpp"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using simulation::Detection;
using simulation::Fault;
using simulation::Outcome;
using simulation::Phase;
using namespace std::chrono_literals;

SimulateCommand sample_command() {
    SimulateCommand command;
    command.profile = "lan";
    command.plan.member_count = 100;
    command.plan.path.loss_per_mille = 25;
    command.plan.crash_count = 3;
    command.plan.freeze_count = 1;
    command.plan.freeze_time = 8s;
    command.plan.trial_count = 2;
    command.plan.seed = 7;
    return command;
}

Detection crash(Duration first, std::optional<Duration> last) {
    return {.fault = Fault::crash,
            .host = "n1",
            .survivor_count = 99,
            .holder_count = 99,
            .first = first,
            .last = last};
}

Outcome sample_outcome() {
    Outcome outcome;
    outcome.trial_count = 2;
    simulation::Measurement& measured = outcome.measurement;
    measured.detections = {crash(3500ms, 3600ms), crash(3700ms, 3800ms), crash(4s, {})};
    measured.mistakes = {{.observer = "n1", .subject = "n2", .at = Instant{}, .duration = 1500ms}};
    measured.episode_count = 1;
    measured.node_seconds = 7200;
    measured.pair_seconds = 1500;
    measured.quiet_messages = 1000;
    measured.quiet_bytes = 500'000;
    measured.quiet_node_seconds = 1000;
    measured.bytes_per_second_max = 4321;
    measured.virtual_time = 90s;
    return outcome;
}

TEST_CASE("the plan is told before it is carried out", "[simulate_view]") {
    CHECK(plan_view(sample_command()) ==
          "100 nodes, profile lan: round 1s, suspected after 2.5s, failed after 4s, 2 rings\n"
          "Network: 0.2ms each way, give or take 0.1ms; 2.5 % of segments lost\n"
          "Seed 7, 2 trials: 1m of quiet, then 3 processes killed at once, then 1 process "
          "frozen for 8s\n\n");
}

TEST_CASE("the outcome is two aligned tables that explain themselves", "[simulate_view]") {
    CHECK(outcome_view(sample_command().plan, sample_outcome(), Screen{}) ==
          "TIME          MEDIAN  MAX    MEANING\n"
          "crash, first  3.70s   4.00s  until one survivor held a killed process for failed; 3 "
          "times\n"
          "crash, all    3.60s   3.80s  until every survivor did\n"
          "\n"
          "FIGURE          VALUE   MEANING\n"
          "crash, missed   1 of 3  not every survivor noticed in ten fail-after\n"
          "watched         2       node-hours, quiet time and faults\n"
          "mistakes        1       verdicts on members that ran and could be reached; 0.5 per "
          "node-hour\n"
          "mistaken        1       members failed by mistake, by one or many; 0.0127 to 2.79 per "
          "node-hour (95 %)\n"
          "mistake lasts   1.50s   on average, until the member was heard again\n"
          "accuracy        99.9%   P_A, the share of time in which a running member is not held "
          "for failed\n"
          "bytes           500/s   sent by a node in quiet time; ZeroMQ and TCP/IP add their "
          "headers\n"
          "messages        1/s     sent by a node in quiet time\n"
          "busiest second  4321    bytes, the most that one node sent in one second, be it quiet "
          "or not\n");
}

TEST_CASE("a quantile is shown where there are enough times for it", "[simulate_view]") {
    Outcome outcome = sample_outcome();
    const auto view = [&] { return outcome_view(sample_command().plan, outcome, Screen{}); };

    outcome.measurement.detections.assign(99, crash(1s, 2s));
    CHECK_THAT(view(), !Contains("P99"));
    outcome.measurement.detections.assign(100, crash(1s, 2s));
    CHECK_THAT(view(), Contains("P99 ") && !Contains("P99.9"));
    outcome.measurement.detections.assign(1000, crash(1s, 2s));
    CHECK_THAT(view(), Contains("P99.9"));
}

TEST_CASE("an interrupted simulation says so", "[simulate_view]") {
    Outcome outcome = sample_outcome();
    outcome.trial_count = 1;
    outcome.measurement.detections.clear();

    CHECK_THAT(outcome_view(sample_command().plan, outcome, Screen{}),
               StartsWith("Interrupted after 1 of 2 trials; this is what was measured so far.\n\n"
                          "FIGURE"));
}

TEST_CASE("JSON says the same in numbers", "[simulate_view]") {
    const auto object = outcome_json(sample_command(), sample_outcome());

    CHECK(object["plan"]["seed"] == 7);
    CHECK(object["plan"]["nodes"] == 100);
    CHECK(object["plan"]["fail_after_ms"] == 4000);
    CHECK(object["plan"]["loss"] == 0.025);
    CHECK(object["plan"]["power_off"] == 0);
    CHECK(object["trials_done"] == 2);
    CHECK(object["virtual_ms"] == 90'000);
    const auto& crash = object["detection"]["crash"];
    CHECK(crash["count"] == 3);
    CHECK(crash["missed"] == 1);
    CHECK(crash["first"]["median_ms"] == 3700);
    CHECK(crash["first"]["p99_ms"].is_null());
    CHECK(crash["all"]["count"] == 2);
    CHECK(crash["all"]["max_ms"] == 3800);
    CHECK(object["detection"]["freeze"].is_null());
    CHECK(object["accuracy"]["mistakes"] == 1);
    CHECK(object["accuracy"]["mistakes_per_node_hour"] == 0.5);
    CHECK(object["accuracy"]["mistake_mean_ms"] == 1500);
    CHECK(object["accuracy"]["query_accuracy"] == Approx(0.999));
    CHECK(object["traffic"]["bytes_per_node_second"] == 500);
    CHECK(object["traffic"]["busiest_second_bytes"] == 4321);
}

TEST_CASE("progress says where the simulation is", "[simulate_view]") {
    const auto plan = sample_command().plan;

    CHECK(progress_text(plan, {.trial = 2, .phase = Phase::quiet, .elapsed = 34s}) ==
          "trial 2 of 2: quiet, 34s of 1m");
    CHECK(progress_text(plan, {.trial = 1, .phase = Phase::crash, .elapsed = 2s}) ==
          "trial 1 of 2: crash, 2s");
}

}  // namespace
}  // namespace hearsay

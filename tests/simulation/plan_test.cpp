#include "simulation/plan.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

Plan small_plan() {
    Plan plan;
    plan.member_count = 6;
    plan.config = Config::local();
    plan.quiet_time = 2s;
    return plan;
}

TEST_CASE("each fault of a plan befalls members of its own", "[plan]") {
    Plan plan = small_plan();
    plan.crash_count = 2;
    plan.power_off_count = 1;
    plan.freeze_count = 2;
    plan.freeze_time = 3s;
    plan.trial_count = 3;

    const Outcome outcome = carry_out(plan, {});

    CHECK(outcome.trial_count == 3);
    const Measurement& measured = outcome.measurement;
    CHECK(measured.times(Fault::crash, &Detection::last).size() == 6);
    CHECK(measured.times(Fault::power_off, &Detection::last).size() == 3);
    CHECK(measured.times(Fault::freeze, &Detection::back).size() == 6);
    CHECK(measured.mistakes.empty());
    CHECK(measured.quiet_node_seconds == Approx(3 * 6 * 2));
}

TEST_CASE("a plan without faults only looks on", "[plan]") {
    Plan plan = small_plan();
    plan.crash_count = 0;

    const Measurement measured = carry_out(plan, {}).measurement;

    CHECK(measured.detections.empty());
    CHECK(measured.node_seconds == Approx(6 * 2));
    CHECK(measured.virtual_time > 2s);
}

TEST_CASE("the same plan has the same outcome, another seed another one", "[plan]") {
    const auto crash_with = [](std::uint64_t seed) {
        Plan plan = small_plan();
        plan.seed = seed;
        return carry_out(plan, {}).measurement;
    };

    const Measurement one = crash_with(1);
    const Measurement again = crash_with(1);
    const Measurement other = crash_with(2);

    CHECK(one.detections.front().host == again.detections.front().host);
    CHECK(one.detections.front().last == again.detections.front().last);
    CHECK(one.quiet_bytes == again.quiet_bytes);
    CHECK(one.detections.front().last != other.detections.front().last);
}

TEST_CASE("the trials of a plan differ", "[plan]") {
    Plan plan = small_plan();
    plan.trial_count = 2;

    const Measurement measured = carry_out(plan, {}).measurement;

    REQUIRE(measured.detections.size() == 2);
    CHECK(measured.detections.front().last != measured.detections.back().last);
}

TEST_CASE("the network of a plan is that of its clusters", "[plan]") {
    Plan plan = small_plan();
    plan.path = {.loss_per_mille = 300};

    const Measurement lossy = carry_out(plan, {}).measurement;
    const Measurement calm = carry_out(small_plan(), {}).measurement;

    CHECK(lossy.quiet_messages != calm.quiet_messages);
}

TEST_CASE("a caller that watches hears of each step, and can stop", "[plan]") {
    Plan plan = small_plan();
    plan.trial_count = 3;
    std::vector<std::string> steps;
    Audience audience;
    audience.watch = [&steps](const Progress& progress) {
        const std::string step = std::to_string(progress.trial) + std::string(text(progress.phase));
        if (steps.empty() || steps.back() != step) steps.push_back(step);
        return step == "2quiet" && progress.elapsed >= 1s ? Onward::stop : Onward::on;
    };

    const Outcome outcome = carry_out(plan, audience);

    CHECK(steps == std::vector<std::string>{"1settling", "1quiet", "1settling", "1crash",
                                            "2settling", "2quiet"});
    CHECK(outcome.trial_count == 1);
    CHECK(outcome.measurement.count(Fault::crash) == 1);
    CHECK(outcome.measurement.quiet_node_seconds == Approx(6 * 2 + 6 * 1));
}

TEST_CASE("the log tells what happened in each step", "[plan]") {
    std::string log;
    Audience audience;
    audience.log = [&log](const std::string& lines) { log += lines; };

    const Measurement measured = carry_out(small_plan(), audience).measurement;

    const std::string victim = measured.detections.front().host;
    CHECK_THAT(log, Contains("Trial 1, 0.000000s: settling\n"));
    CHECK_THAT(log, Contains("s: quiet\n"));
    CHECK_THAT(log, Contains("s: crash " + victim + "\n"));
    CHECK_THAT(log, Contains(": failed " + victim + " (silence "));
    CHECK(log.find("s: crash") < log.find(": failed"));
}

}  // namespace
}  // namespace hearsay::simulation

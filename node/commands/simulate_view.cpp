#include "simulate_view.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"

#include "json.hpp"
#include "phrase.hpp"
#include "simulation/statistics.hpp"
#include "table.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;
using simulation::Detection;
using simulation::Fault;
using simulation::Interval;
using simulation::Measurement;
using simulation::Outcome;
using simulation::Phase;
using simulation::Plan;

/// Three significant digits, or as many as there are before the point: "0.689", "1240", "0".
std::string number_text(double number) {
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), number < 100 ? "%.3g" : "%.0f", number);
    return digits.data();
}

/// "3.07s": times of detection are compared, so all have the same unit.
std::string seconds_text(std::optional<Duration> span) {
    if (!span) return "";
    std::array<char, 32> digits{};
    const double seconds = std::chrono::duration<double>(*span).count();
    const bool is_short = seconds < 0.1;
    std::snprintf(digits.data(), digits.size(), is_short ? "%.3gms" : "%.2fs",
                  is_short ? 1000 * seconds : seconds);
    return digits.data();
}

Json milliseconds_json(std::optional<Duration> span) {
    if (!span) return nullptr;
    return std::chrono::round<std::chrono::milliseconds>(*span).count();
}

/// What can be said of some times. Of fewer than a hundred no hundredth can be told.
struct Spread {
    std::optional<Duration> median;
    std::optional<Duration> p99;
    std::optional<Duration> p999;
    std::optional<Duration> max;
};

Spread spread_of(const std::vector<Duration>& sorted) {
    Spread spread;
    if (sorted.empty()) return spread;
    spread.median = simulation::quantile(sorted, 0.5);
    if (sorted.size() >= 100) spread.p99 = simulation::quantile(sorted, 0.99);
    if (sorted.size() >= 1000) spread.p999 = simulation::quantile(sorted, 0.999);
    spread.max = sorted.back();
    return spread;
}

Json spread_json(const std::vector<Duration>& sorted) {
    const Spread spread = spread_of(sorted);
    return {{"count", sorted.size()},
            {"median_ms", milliseconds_json(spread.median)},
            {"p99_ms", milliseconds_json(spread.p99)},
            {"p999_ms", milliseconds_json(spread.p999)},
            {"max_ms", milliseconds_json(spread.max)}};
}

/// How a fault is spoken of.
struct FaultWords {
    Fault fault;
    Phase phase;
    std::string key;
    /// What is done, and whom it befalls.
    std::string one;
    std::string many;
    std::string victim;
};

const std::array<FaultWords, 3>& fault_words() {
    static const std::array<FaultWords, 3> words{{
        {Fault::crash, Phase::crash, "crash", "process killed", "processes killed",
         "a killed process"},
        {Fault::power_off, Phase::power_off, "power_off", "machine turned off",
         "machines turned off", "a machine turned off"},
        {Fault::freeze, Phase::freeze, "freeze", "process frozen", "processes frozen",
         "a frozen process"},
    }};
    return words;
}

std::uint64_t planned(const Plan& plan, Fault fault) {
    switch (fault) {
        case Fault::crash:
            return plan.crash_count;
        case Fault::power_off:
            return plan.power_off_count;
        case Fault::freeze:
            return plan.freeze_count;
    }
    return 0;
}

std::string faults_text(const Plan& plan) {
    std::string text;
    for (const FaultWords& words : fault_words()) {
        const std::uint64_t count = planned(plan, words.fault);
        if (count == 0) continue;
        text +=
            ", then " + count_text(count, words.one, words.many) + (count > 1 ? " at once" : "");
        if (words.fault == Fault::freeze) text += " for " + hearsay::text(plan.freeze_time);
    }
    return text;
}

std::string network_text(const simulation::Path& path) {
    const std::string loss =
        path.loss_per_mille == 0
            ? "nothing lost"
            : number_text(static_cast<double>(path.loss_per_mille) / 10) + " % of segments lost";
    const auto milliseconds = [](Duration span) {
        return number_text(std::chrono::duration<double, std::milli>(span).count()) + "ms";
    };
    return milliseconds(path.delay) + " each way, give or take " + milliseconds(path.spread) +
           "; " + loss;
}

/// The table of times, and the lines of one kind of fault.
class TimesTable {
  public:
    explicit TimesTable(const Measurement& measured) : measured_(measured) {}

    void add_rows_of(const FaultWords& words) {
        const std::string word(text(words.phase));
        const std::string times = count_text(measured_.count(words.fault), "time");
        add_row(word + ", first", words.fault, &Detection::first,
                "until one survivor held " + words.victim + " for failed; " + times);
        add_row(word + ", all", words.fault, &Detection::last, "until every survivor did");
        if (words.fault == Fault::freeze) {
            add_row(word + ", back", words.fault, &Detection::back,
                    "from its end until nobody held it for failed any more");
        }
    }

    [[nodiscard]] std::string text_for(Screen screen) const {
        return is_empty_ ? "" : table_.text(screen) + "\n";
    }

  private:
    void add_row(const std::string& title, Fault fault, std::optional<Duration> Detection::*time,
                 const std::string& meaning) {
        const std::vector<Duration> sorted = measured_.times(fault, time);
        if (sorted.empty()) return;
        const Spread spread = spread_of(sorted);
        is_empty_ = false;
        table_.add_row({{.text = title},
                        {.text = seconds_text(spread.median)},
                        {.text = seconds_text(spread.p99)},
                        {.text = seconds_text(spread.p999)},
                        {.text = seconds_text(spread.max)},
                        {.text = meaning}});
    }

    const Measurement& measured_;
    Table table_{{{"TIME"}, {"MEDIAN"}, {"P99"}, {"P99.9"}, {"MAX"}, {"MEANING", Fit::folded}}};
    bool is_empty_ = true;
};

/// Faults that not every survivor noticed in time.
std::size_t unnoticed_count(const Measurement& measured, Fault fault) {
    return measured.count(fault) - measured.times(fault, &Detection::last).size();
}

void add_unnoticed(Table& table, const Measurement& measured, const FaultWords& words) {
    const std::size_t count = unnoticed_count(measured, words.fault);
    if (count == 0) return;
    table.add_row(
        {{.text = std::string(text(words.phase)) + ", missed"},
         {.text = std::to_string(count) + " of " + std::to_string(measured.count(words.fault))},
         {.text = words.fault == Fault::freeze ? "not every survivor held it for failed"
                                               : "not every survivor noticed in ten fail-after"}});
}

void add_mistakes(Table& table, const Measurement& measured) {
    const Interval interval = measured.episode_rate_interval();
    table.add_row({{.text = "watched"},
                   {.text = number_text(measured.node_hours())},
                   {.text = "node-hours, quiet time and faults"}});
    table.add_row({{.text = "mistakes"},
                   {.text = std::to_string(measured.mistakes.size())},
                   {.text = "verdicts on members that ran and could be reached; " +
                            number_text(measured.mistake_rate()) + " per node-hour"}});
    table.add_row(
        {{.text = "mistaken"},
         {.text = std::to_string(measured.episode_count)},
         {.text = "members failed by mistake, by one or many; " + number_text(interval.low) +
                  " to " + number_text(interval.high) + " per node-hour (95 %)"}});
    if (const auto duration = measured.mean_mistake_duration()) {
        table.add_row({{.text = "mistake lasts"},
                       {.text = seconds_text(duration)},
                       {.text = "on average, until the member was heard again"}});
    }
    std::array<char, 32> accuracy{};
    std::snprintf(accuracy.data(), accuracy.size(), "%.7g%%", 100 * measured.query_accuracy());
    table.add_row({{.text = "accuracy"},
                   {.text = accuracy.data()},
                   {.text = "P_A, the share of time in which a running member is not held for "
                            "failed"}});
}

void add_traffic(Table& table, const Measurement& measured) {
    table.add_row({{.text = "bytes"},
                   {.text = number_text(measured.bytes_per_node_second()) + "/s"},
                   {.text = "sent by a node in quiet time; ZeroMQ and TCP/IP add their headers"}});
    table.add_row({{.text = "messages"},
                   {.text = number_text(measured.messages_per_node_second()) + "/s"},
                   {.text = "sent by a node in quiet time"}});
    table.add_row({{.text = "busiest second"},
                   {.text = std::to_string(measured.bytes_per_second_max)},
                   {.text = "bytes, the most that one node sent in one second, be it quiet or "
                            "not"}});
}

/// Null if there was none.
Json detection_json(const Measurement& measured, Fault fault) {
    if (measured.count(fault) == 0) return nullptr;
    Json object;
    object["count"] = measured.count(fault);
    object["missed"] = unnoticed_count(measured, fault);
    object["first"] = spread_json(measured.times(fault, &Detection::first));
    object["all"] = spread_json(measured.times(fault, &Detection::last));
    if (fault == Fault::freeze) {
        object["back"] = spread_json(measured.times(fault, &Detection::back));
    }
    return object;
}

Json mistakes_json(const Measurement& measured) {
    const Interval interval = measured.episode_rate_interval();
    return {{"node_hours", measured.node_hours()},
            {"mistakes", measured.mistakes.size()},
            {"mistakes_per_node_hour", measured.mistake_rate()},
            {"mistaken", measured.episode_count},
            {"mistaken_per_node_hour", measured.episode_rate()},
            {"mistaken_per_node_hour_low", interval.low},
            {"mistaken_per_node_hour_high", interval.high},
            {"mistake_mean_ms", milliseconds_json(measured.mean_mistake_duration())},
            {"query_accuracy", measured.query_accuracy()}};
}

Json plan_json(const SimulateCommand& command) {
    const Plan& plan = command.plan;
    Json object;
    object["seed"] = plan.seed;
    object["trials"] = plan.trial_count;
    object["nodes"] = plan.member_count;
    object["profile"] = command.profile;
    object["round_ms"] = milliseconds_json(plan.config.round);
    object["suspect_after_ms"] = milliseconds_json(plan.config.suspect_after);
    object["fail_after_ms"] = milliseconds_json(plan.config.fail_after);
    object["rings"] = plan.config.ring_count;
    object["delay_us"] = plan.path.delay.count();
    object["delay_spread_us"] = plan.path.spread.count();
    object["loss"] = static_cast<double>(plan.path.loss_per_mille) / 1000;
    object["quiet_ms"] = milliseconds_json(plan.quiet_time);
    for (const FaultWords& words : fault_words())
        object[words.key] = planned(plan, words.fault);
    object["freeze_ms"] =
        plan.freeze_count == 0 ? Json(nullptr) : milliseconds_json(plan.freeze_time);
    return object;
}

Duration planned_time(const Plan& plan, Phase phase) {
    if (phase == Phase::quiet) return plan.quiet_time;
    return phase == Phase::freeze ? plan.freeze_time : Duration{};
}

}  // namespace

std::string plan_view(const SimulateCommand& command) {
    const Plan& plan = command.plan;
    const Config& config = plan.config;
    return count_text(plan.member_count, "node") + ", profile " + command.profile + ": round " +
           text(config.round) + ", suspected after " + text(config.suspect_after) +
           ", failed after " + text(config.fail_after) + ", " +
           count_text(config.ring_count, "ring") + "\n" + "Network: " + network_text(plan.path) +
           "\n" + "Seed " + std::to_string(plan.seed) + ", " +
           count_text(plan.trial_count, "trial") + ": " + text(plan.quiet_time) + " of quiet" +
           faults_text(plan) + "\n\n";
}

std::string outcome_view(const Plan& plan, const Outcome& outcome, Screen screen) {
    const Measurement& measured = outcome.measurement;
    TimesTable times(measured);
    Table figures({{"FIGURE"}, {"VALUE"}, {"MEANING", Fit::folded}});
    for (const FaultWords& words : fault_words()) {
        times.add_rows_of(words);
        add_unnoticed(figures, measured, words);
    }
    add_mistakes(figures, measured);
    add_traffic(figures, measured);
    std::string text;
    if (outcome.trial_count < plan.trial_count) {
        text = "Interrupted after " + std::to_string(outcome.trial_count) + " of " +
               count_text(plan.trial_count, "trial") + "; this is what was measured so far.\n\n";
    }
    return text + times.text_for(screen) + figures.text(screen);
}

Json outcome_json(const SimulateCommand& command, const Outcome& outcome) {
    const Measurement& measured = outcome.measurement;
    Json detection;
    for (const FaultWords& words : fault_words())
        detection[words.key] = detection_json(measured, words.fault);
    Json object;
    object["plan"] = plan_json(command);
    object["trials_done"] = outcome.trial_count;
    object["virtual_ms"] = milliseconds_json(measured.virtual_time);
    object["detection"] = std::move(detection);
    object["accuracy"] = mistakes_json(measured);
    object["traffic"] = {{"bytes_per_node_second", measured.bytes_per_node_second()},
                         {"messages_per_node_second", measured.messages_per_node_second()},
                         {"busiest_second_bytes", measured.bytes_per_second_max}};
    return object;
}

std::string progress_text(const Plan& plan, const simulation::Progress& progress) {
    const Duration whole = planned_time(plan, progress.phase);
    return "trial " + std::to_string(progress.trial) + " of " + std::to_string(plan.trial_count) +
           ": " + std::string(text(progress.phase)) + ", " + text(progress.elapsed) +
           (whole == Duration{} ? "" : " of " + text(whole));
}

}  // namespace hearsay

#include "simulate_options.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

#include "detector_options.hpp"
#include "phrase.hpp"
#include "simulation/tuning.hpp"

namespace hearsay {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view cluster = "Cluster and network";
constexpr std::string_view faults = "What befalls it";
constexpr std::string_view run = "Run and output";

/// Beyond, a typing error is likelier.
constexpr Duration delay_max = seconds{10};
constexpr Duration quiet_time_max = std::chrono::hours{24 * 30};
constexpr std::uint64_t trials_max = 1'000'000;

constexpr std::array<OptionSpec, 21> specs{{
    {"nodes", "COUNT", "Members of the cluster; 32 unless given", cluster},
    {"delay", "TIME", "A segment is under way for this, give or take half; 200us unless given",
     cluster},
    {"loss", "SHARE", "So many segments are lost, as 0.05 or 5%, and sent again; 0 unless given",
     cluster},
    {"crash", "COUNT", "So many processes are killed at once; 1 unless given", faults},
    {"power-off", "COUNT", "So many machines are turned off at once; 0 unless given", faults},
    {"freeze", "COUNT", "So many processes are frozen at once; 0 unless given", faults},
    {"freeze-for", "TIME", "They are frozen for this; twice fail-after unless given", faults},
    {"duration", "TIME", "Quiet time before the faults, to count mistakes in; 1m unless given",
     faults},
    detector_options::config,
    detector_options::profile,
    detector_options::fail_after,
    detector_options::suspect_after,
    detector_options::round,
    detector_options::forget_after,
    detector_options::rings,
    {"trials", "COUNT", "Clusters to try it on, one after the other; 10 unless given", run},
    {"seed", "NUMBER", "All chance comes from it: the same seed, the same run; 1 unless given",
     run},
    {"set", "NUMBERS", "Other numbers of the rules, as quorum=2,grace=0.25", run},
    {"without", "CASES", "Special cases of the rules to leave out, as appeal,calm", run},
    {"log", "", "Print everything that happens, a line for each event", run, Arity::flag},
    {"json", "", "Print JSON instead of text", run, Arity::flag},
}};

std::uint64_t number_between(const Settings& settings, std::string_view name,
                             std::uint64_t fallback, std::uint64_t least, std::uint64_t most) {
    const std::uint64_t number = settings.number(name).value_or(fallback);
    if (number >= least && number <= most) return number;
    settings.refuse(name, "is " + std::to_string(number) + "; it must be from " +
                              std::to_string(least) + " to " + std::to_string(most));
}

Duration span_between(const Settings& settings, std::string_view name, Duration fallback,
                      Duration least, Duration most) {
    const Duration span = settings.duration(name, fallback);
    if (span >= least && span <= most) return span;
    settings.refuse(name,
                    "is " + text(span) + "; it must be from " + text(least) + " to " + text(most));
}

/// "0.05" or "5%", in thousandths.
std::uint64_t loss_per_mille(const Settings& settings) {
    const std::string given = settings.text("loss", "0");
    const bool is_percent = given.ends_with('%');
    const char* const last = given.data() + given.size() - (is_percent ? 1 : 0);
    double share = 0;
    const auto [end, error] = std::from_chars(given.data(), last, share, std::chars_format::fixed);
    const double per_mille = share * (is_percent ? 10 : 1000);
    const double rounded = std::round(per_mille);
    const bool is_sound = error == std::errc() && end == last && rounded >= 0 && rounded < 1000 &&
                          std::abs(per_mille - rounded) < 1e-6;
    if (is_sound) return static_cast<std::uint64_t>(rounded);
    settings.refuse("loss", in_quotes(given) +
                                " is no share below 1 in steps of a thousandth, for example 0.05 "
                                "or 5%");
}

void set_network(const Settings& settings, simulation::Path& path) {
    path.delay = span_between(settings, "delay", path.delay, Duration{}, delay_max);
    path.spread = path.delay / 2;
    path.loss_per_mille = loss_per_mille(settings);
}

/// At least one is left to notice.
void set_faults(const Settings& settings, simulation::Plan& plan) {
    std::uint64_t left = plan.member_count - 1;
    const auto victims = [&](std::string_view name, std::uint64_t fallback) {
        const std::uint64_t count = number_between(settings, name, fallback, 0, plan.member_count);
        if (count > left) {
            settings.refuse(name, "is " + std::to_string(count) + ", but of " +
                                      std::to_string(plan.member_count) +
                                      " nodes one at least must be left to notice; it must be at "
                                      "most " +
                                      std::to_string(left));
        }
        left -= count;
        return count;
    };
    plan.crash_count = victims("crash", 1);
    plan.power_off_count = victims("power-off", 0);
    plan.freeze_count = victims("freeze", 0);
    if (settings.has("freeze-for") && plan.freeze_count == 0) {
        settings.refuse("freeze-for", "is of use only with --freeze COUNT");
    }
    plan.freeze_time = span_between(settings, "freeze-for", 2 * plan.config.fail_after,
                                    plan.config.round, quiet_time_max);
}

/// For this process, in which no node runs.
void tune(const Settings& settings) {
    if (settings.has("set")) {
        if (const auto fault = simulation::set_numbers(settings.text("set", "")))
            settings.refuse("set", *fault);
    }
    if (settings.has("without")) {
        if (const auto fault = simulation::leave_out(settings.text("without", "")))
            settings.refuse("without", *fault);
    }
}

}  // namespace

std::span<const OptionSpec> simulate_specs() {
    return specs;
}

SimulateCommand make_simulate_command(const Settings& settings) {
    tune(settings);
    SimulateCommand command;
    DetectorChoice choice = detector_choice(settings);
    simulation::Plan& plan = command.plan;
    plan.config = std::move(choice.config);
    plan.config.cluster = "simulated";
    judge(settings, plan.config);
    command.profile = std::move(choice.profile);
    command.notes = std::move(choice.notes);
    plan.member_count = number_between(settings, "nodes", 32, 2, limits::members_max);
    set_network(settings, plan.path);
    set_faults(settings, plan);
    plan.quiet_time =
        span_between(settings, "duration", minutes{1}, plan.config.round, quiet_time_max);
    plan.trial_count = number_between(settings, "trials", 10, 1, trials_max);
    plan.seed = settings.number("seed").value_or(1);
    command.prints_log = settings.flag("log");
    command.output = settings.flag("json") ? Output::json : Output::table;
    if (command.prints_log && command.output == Output::json) {
        settings.refuse("log", "is for people, and does not go with --json");
    }
    return command;
}

}  // namespace hearsay

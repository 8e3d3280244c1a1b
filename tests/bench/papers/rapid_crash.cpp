#include <chrono>
#include <set>
#include <string>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

/// What dies with each, by the label of the cell.
const std::string machines = "machines";
const std::string processes = "processes";

void strike(const std::string& cell, Trial& trial, const std::set<std::string>& hosts) {
    for (const std::string& host : hosts) {
        if (cell == machines) {
            trial.cluster().power_off(host);
        } else {
            trial.cluster().crash(host);
        }
    }
    trial.run_until([&] { return trial.is_found_by_all(); }, seconds{60});
    // Views that change once more would do so soon.
    trial.run_for(seconds{10});
}

}  // namespace

Report rapid_crash(const Settings& settings) {
    const auto yields = perform_all(
        settings, plan(settings, "rapid_crash", {machines, processes}, rapid::usual_repeats),
        [&](const Run& run) {
            return rapid::experiment(
                settings, run, rapid::members, rapid::faulty, Fate::gone,
                [&](Trial& trial, const auto& hosts) { strike(run.cell, trial, hosts); });
        });
    Report report = report_of(
        "rapid_crash",
        "1,000 nodes that know each other have 30 s to settle; then ten die at once: their "
        "machines, so that nothing answers any more, or only their processes, so that connections "
        "break and dials are refused.",
        yields);
    report.tables = rapid::tables_of(yields);
    const auto all = rapid::total_of(yields);
    const auto silent = rapid::total_of(yields, machines);
    const auto refused = rapid::total_of(yields, processes);
    report.claims = {
        rapid::one_step_claim(all, 0.99, "Rapid: one step; memberlist: several"),
        time_claim("machines die: all survivors know, max", silent.findings.last, 1, seconds{6},
                   "Rapid about 10 s later than memberlist"),
        time_claim("processes die: all survivors know, max", refused.findings.last, 1, seconds{1},
                   "none uses connections"),
        rapid::no_mistake_claim(all.findings, "0"),
    };
    return report;
}

}  // namespace hearsay::papers

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

std::vector<Claim> claims_of(const Yields<rapid::Outcome>& yields) {
    const auto all = rapid::total_of(yields);
    std::vector<Claim> claims{
        rapid::one_step_claim(all, 0.99, "Rapid: one step; memberlist: several"),
        rapid::no_mistake_claim(all.findings, "0")};
    const auto add = [&](const std::string& cell, Duration target, std::string best_known) {
        const Findings findings = rapid::total_of(yields, cell).findings;
        if (findings.runs == 0) return;
        claims.push_back(time_claim(cell + " die: all survivors know, max", findings.last, 1,
                                    target, std::move(best_known)));
    };
    add(machines, seconds{6}, "Rapid about 10 s later than memberlist");
    add(processes, seconds{1}, "none uses connections");
    return claims;
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
    report.claims = claims_of(yields);
    return report;
}

}  // namespace hearsay::papers

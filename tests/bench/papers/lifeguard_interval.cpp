#include <string>
#include <vector>

#include "experiment.hpp"
#include "lifeguard.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using lifeguard::Anomaly;

/// 520 in the 4,320 runs of the grid: a tenth of Lifeguard's.
constexpr double mistakes_per_run_target = 520.0 / 4320;

Findings experiment(const Settings& settings, const Run& run, const Anomaly& anomaly) {
    Trial trial(settings, run.seed, {});
    const auto victims = lifeguard::prepare(trial, anomaly);
    while (trial.since_begin() < lifeguard::run_max) {
        victims.block_for(anomaly.duration);
        trial.run_for(anomaly.interval);
    }
    return trial.findings();
}

/// By concurrency, by duration, by interval, and all together.
Groups groups_of(const Yields<Findings>& yields, const std::vector<Anomaly>& grid) {
    Groups groups;
    for (const auto label :
         {&Anomaly::concurrency_label, &Anomaly::duration_label, &Anomaly::interval_label}) {
        yields.each([&](const Run& run, const Findings& findings) {
            groups.add((grid[run.cell_index].*label)(), findings);
        });
    }
    yields.each([&](const Run&, const Findings& findings) { groups.add("all", findings); });
    return groups;
}

std::vector<Claim> claims_of(const Findings& all) {
    const double per_run = static_cast<double>(all.mistakes) / static_cast<double>(all.runs);
    return {{.what = "mistakes per run, at all nodes",
             .measured = cell(per_run, 4).text + " (" + std::to_string(all.mistakes) + " in " +
                         std::to_string(all.runs) + " runs)",
             .target = "<= 0.1204 (520 in 4320 runs)",
             .best_known = "1.2021 (5193 in 4320 runs)",
             .is_kept = per_run <= mistakes_per_run_target},
            {.what = "mistakes at healthy nodes",
             .measured = std::to_string(all.mistakes_at_healthy),
             .target = "0",
             .best_known = "25 in 4320 runs",
             .is_kept = all.mistakes_at_healthy == 0},
            bandwidth_claim(all.sent, 2100, "about 2.1 kB/s")};
}

}  // namespace

Report lifeguard_interval(const Settings& settings) {
    const std::vector<Anomaly> grid = lifeguard::interval_grid();
    std::vector<std::string> cells;
    for (const Anomaly& anomaly : grid) {
        cells.push_back(anomaly.concurrency_label() + " " + anomaly.duration_label() + " " +
                        anomaly.interval_label());
    }
    const auto yields = perform_all(
        settings, plan(settings, "lifeguard_interval", cells, lifeguard::usual_repeats),
        [&](const Run& run) { return experiment(settings, run, grid[run.cell_index]); });
    Report report = report_of(
        "lifeguard_interval",
        "128 nodes start at once and have 15 s to quiesce; then C of them are blocked for D ms and "
        "go on for I ms, again and again for 120 s. A mistake is a verdict about a node that was "
        "never blocked, anywhere.",
        yields);
    const Groups groups = groups_of(yields, grid);
    // A verdict on a member that is blocked now and then is neither early nor late.
    report.tables = {quality_table(groups.list()), own_view_table(groups.list())};
    if (!groups.list().empty()) report.claims = claims_of(groups.list().back().findings);
    return report;
}

}  // namespace hearsay::papers

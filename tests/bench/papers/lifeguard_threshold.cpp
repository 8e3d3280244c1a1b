#include <chrono>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "lifeguard.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using lifeguard::Anomaly;
using std::chrono::milliseconds;

constexpr double bandwidth_target = 2100;

Findings experiment(const Settings& settings, const Run& run, const Anomaly& anomaly) {
    Trial trial(settings, run.seed, {});
    const auto victims = lifeguard::prepare(trial, anomaly);
    victims.block_for(anomaly.duration);
    trial.run_until([&] { return trial.cluster().all_agree(); },
                    lifeguard::run_max - anomaly.duration);
    return trial.findings();
}

/// By concurrency, by duration, and all together.
Groups groups_of(const Yields<Findings>& yields, const std::vector<Anomaly>& grid) {
    Groups groups;
    for (const auto label : {&Anomaly::concurrency_label, &Anomaly::duration_label}) {
        yields.each([&](const Run& run, const Findings& findings) {
            groups.add((grid[run.cell_index].*label)(), findings);
        });
    }
    yields.each([&](const Run&, const Findings& findings) { groups.add("all", findings); });
    return groups;
}

std::vector<Claim> claims_of(const Findings& all) {
    return {
        time_claim("first survivor, median", all.first, 0.5, milliseconds{5000}, "12.45 s"),
        time_claim("first survivor, 99 %", all.first, 0.99, milliseconds{6300}, "17.90 s"),
        time_claim("first survivor, 99.9 %", all.first, 0.999, milliseconds{6300}, "21.20 s"),
        time_claim("all healthy, median", all.last, 0.5, milliseconds{5500}, "12.91 s"),
        time_claim("all healthy, 99 %", all.last, 0.99, milliseconds{6800}, "18.05 s"),
        time_claim("all healthy, 99.9 %", all.last, 0.999, milliseconds{6800}, "21.68 s"),
        bandwidth_claim(all.sent, bandwidth_target, "about 2.1 kB/s"),
    };
}

}  // namespace

Report lifeguard_threshold(const Settings& settings) {
    const std::vector<Anomaly> grid = lifeguard::threshold_grid();
    std::vector<std::string> cells;
    for (const Anomaly& anomaly : grid)
        cells.push_back(anomaly.concurrency_label() + " " + anomaly.duration_label());
    const auto yields = perform_all(
        settings, plan(settings, "lifeguard_threshold", cells, lifeguard::usual_repeats),
        [&](const Run& run) { return experiment(settings, run, grid[run.cell_index]); });
    Report report = report_of(
        "lifeguard_threshold",
        "128 nodes start at once and have 15 s to quiesce; then C of them are blocked, before "
        "sending or after receiving any message, for D ms; until all agree again, or 120 s. "
        "Detection counts at nodes that were not blocked; anomalies that end before it are none.",
        yields);
    const Groups groups = groups_of(yields, grid);
    report.tables = {detection_table(groups.list()), quality_table(groups.list()),
                     own_view_table(groups.list())};
    if (!groups.list().empty()) report.claims = claims_of(groups.list().back().findings);
    return report;
}

}  // namespace hearsay::papers

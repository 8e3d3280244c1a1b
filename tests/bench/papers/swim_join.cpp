#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "rows.hpp"
#include "trial.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr std::size_t members = 17;
constexpr std::size_t usual_repeats = 100;
constexpr Duration between_joins = seconds{5};
constexpr Duration after_the_last = seconds{60};
constexpr simulation::Path lossy{.loss_per_mille = 100};

struct Outcome {
    Findings findings;
    /// At the node that showed the fewest in the end.
    std::size_t size = 0;
};

Outcome experiment(const Settings& settings, const Run& run) {
    Trial trial(settings, run.seed, {.path = lossy});
    const auto hosts = simulation::Cluster::hosts(1, members);
    trial.begin({});
    for (const std::string& host : hosts) {
        trial.cluster().start(simulation::Newcomer{.host = host});
        trial.run_for(between_joins);
    }
    trial.run_for(after_the_last);
    std::size_t size = members;
    for (const std::string& host : hosts)
        size = std::min(size, trial.cluster().status_of(host).roster_size);
    return {.findings = trial.findings(), .size = size};
}

}  // namespace

Report swim_join(const Settings& settings) {
    const auto yields =
        perform_all(settings, plan(settings, "swim_join", {"loss=10%"}, usual_repeats),
                    [&](const Run& run) { return experiment(settings, run); });
    Report report = report_of(
        "swim_join",
        "17 nodes start one by one, 5 s apart, while 10 % of all segments are lost at their "
        "receivers; 60 s after the last it is seen how many each node shows.",
        yields);
    Groups groups;
    std::size_t least = members;
    yields.each([&](const Run& run, const Outcome& outcome) {
        groups.add(run.cell, outcome.findings);
        least = std::min(least, outcome.size);
    });
    report.tables = {quality_table(groups.list())};
    report.claims = {{.what = "members that the worst node of the worst run shows",
                      .measured = std::to_string(least) + " of 17",
                      .target = "17 of 17",
                      .best_known = "SWIM with suspicion 12, without 4, basic 2",
                      .is_kept = least == members}};
    return report;
}

}  // namespace hearsay::papers

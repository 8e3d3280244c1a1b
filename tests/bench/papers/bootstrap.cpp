#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "rapid.hpp"
#include "rows.hpp"
#include "trial.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t usual_repeats = 5;
constexpr Duration seed_alone = seconds{10};
constexpr Duration bound = seconds{180};

struct Size {
    std::size_t members;
    Duration target;
    std::string_view best_known;
};

constexpr std::array<Size, 4> sizes{
    {{128, seconds{3}, "-"},
     {1000, seconds{10}, "Rapid 31 s, memberlist 46 s, ZooKeeper 33 s"},
     {1500, seconds{10}, "Rapid 39 s, memberlist 70 s, ZooKeeper 80 s"},
     {2000, seconds{10}, "Rapid 52 s, memberlist 95 s, ZooKeeper 165 s"}}};

struct Outcome {
    Findings findings;
    /// Until every node showed all members; nothing if it took longer than is waited for.
    std::optional<Duration> complete;
    /// How many different sizes nodes showed at full seconds.
    std::size_t sizes_seen = 0;
};

bool is_complete(Trial& trial, const std::vector<std::string>& hosts) {
    return std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return trial.cluster().status_of(host).roster_size == hosts.size();
    });
}

Outcome experiment(const Settings& settings, const Run& run) {
    const std::size_t members = sizes.at(run.cell_index).members;
    const auto hosts = simulation::Cluster::hosts(1, members);
    Trial trial(settings, run.seed, {});
    trial.cluster().start(1);
    trial.run_for(seed_alone);
    trial.begin({});
    for (std::size_t i = 1; i < hosts.size(); ++i)
        trial.cluster().start(simulation::Newcomer{.host = hosts[i]});
    Outcome outcome;
    const auto holds = [&] { return is_complete(trial, hosts); };
    if (trial.run_until(holds, bound, milliseconds{100})) outcome.complete = trial.since_begin();
    // A member that held all may lose some again.
    trial.run_for(seconds{10});
    outcome.findings = trial.findings();
    outcome.sizes_seen = trial.sizes().size();
    return outcome;
}

struct Summary {
    std::vector<Duration> complete;
    std::size_t runs = 0;
    std::size_t sizes_seen_max = 0;
};

Summary summary_of(const Yields<Outcome>& yields, const std::string& cell) {
    Summary summary;
    yields.each([&](const Run& run, const Outcome& outcome) {
        if (run.cell != cell) return;
        ++summary.runs;
        if (outcome.complete) summary.complete.push_back(*outcome.complete);
        summary.sizes_seen_max = std::max(summary.sizes_seen_max, outcome.sizes_seen);
    });
    return summary;
}

std::string label(const Size& size) {
    return "n=" + std::to_string(size.members);
}

void tell(Report& report, const Yields<Outcome>& yields) {
    Table table{.title = "From the start of all but the seed until every node shows all of them",
                .columns = {"cell", "runs", "complete", "median s", "max s", "sizes seen, most"},
                .lines = {}};
    for (const Size& size : sizes) {
        const Summary summary = summary_of(yields, label(size));
        if (summary.runs == 0) continue;
        table.lines.push_back({cell(label(size)), cell(std::uint64_t{summary.runs}),
                               cell(std::uint64_t{summary.complete.size()}),
                               cell(quantile_text(summary.complete, 0.5)),
                               cell(quantile_text(summary.complete, 1)),
                               cell(std::uint64_t{summary.sizes_seen_max})});
        report.claims.push_back(time_claim(label(size) + " complete, max", summary.complete, 1,
                                           size.target, std::string(size.best_known)));
    }
    report.tables.push_back(std::move(table));
}

}  // namespace

Report bootstrap(const Settings& settings) {
    std::vector<std::string> cells;
    for (const Size& size : sizes)
        cells.push_back(label(size));
    const auto yields = perform_all(settings, plan(settings, "bootstrap", cells, usual_repeats),
                                    [&](const Run& run) { return experiment(settings, run); });
    Report report =
        report_of("bootstrap",
                  "One node starts, and 10 s later all others at once, which know only the first. "
                  "Sizes are those that nodes show at full seconds.",
                  yields);
    Groups groups;
    yields.each(
        [&](const Run& run, const Outcome& outcome) { groups.add(run.cell, outcome.findings); });
    tell(report, yields);
    report.tables.push_back(quality_table(groups.list()));
    return report;
}

}  // namespace hearsay::papers

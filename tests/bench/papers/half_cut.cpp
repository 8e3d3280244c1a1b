#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "rows.hpp"
#include "simulation/statistics.hpp"
#include "trial.hpp"

namespace hearsay::papers {
namespace {

using simulation::Cluster;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t members = 16;
constexpr std::size_t usual_repeats = 20;
constexpr Duration settle = seconds{30};
/// The cut lasts so long at least, and what has not come to an end by then never does.
constexpr Duration observed = seconds{60};
constexpr Duration patience = seconds{300};
constexpr Duration step = milliseconds{20};

/// How the halves are parted, by the label of the cell.
const std::string clean = "cut";
const std::string half = "half-cut";

/// What one run gave.
struct Split {
    /// From the cut until every node held the whole other half for failed, and from the healing
    /// until all agreed; nothing if that did not come about.
    std::optional<Duration> apart;
    std::optional<Duration> together;
    /// Verdicts about members of the own half, from the cut to the end.
    std::size_t within = 0;
};

bool holds_for_failed(const Cluster& cluster, const std::vector<std::string>& some,
                      const std::vector<std::string>& others) {
    return std::all_of(some.begin(), some.end(), [&](const std::string& observer) {
        return std::all_of(others.begin(), others.end(), [&](const std::string& subject) {
            return cluster.state_at(observer, subject) == MemberState::failed;
        });
    });
}

std::size_t verdicts_within(const Cluster& cluster, const std::set<std::string>& one,
                            Instant since) {
    const auto verdicts = cluster.journal().of(EventKind::failed, since);
    return static_cast<std::size_t>(
        std::count_if(verdicts.begin(), verdicts.end(), [&](const simulation::Record& record) {
            return one.contains(record.observer) == one.contains(record.event.subject.name);
        }));
}

Split experiment(const Settings& settings, const Run& run) {
    Trial trial(settings, run.seed, {.acquaintance = simulation::Acquaintance::acquainted});
    Cluster& cluster = trial.cluster();
    const auto one = Cluster::hosts(1, members / 2);
    const auto other = Cluster::hosts(members / 2 + 1, members);
    cluster.start(members);
    trial.run_for(settle);
    const Instant parted = cluster.now();
    if (run.cell == half) {
        cluster.half_cut(one, other);
    } else {
        cluster.part(one, other);
    }
    const auto are_apart = [&] {
        return holds_for_failed(cluster, one, other) && holds_for_failed(cluster, other, one);
    };
    Split split;
    if (trial.run_until(are_apart, patience, step)) split.apart = cluster.now() - parted;
    trial.run_for(std::max<Duration>(parted + observed - cluster.now(), Duration::zero()));
    const Instant healed = cluster.now();
    cluster.heal();
    if (trial.run_until([&] { return cluster.all_agree(); }, patience, step)) {
        split.together = cluster.now() - healed;
    }
    split.within = verdicts_within(cluster, {one.begin(), one.end()}, parted);
    return split;
}

void add_times(std::vector<Cell>& cells, std::vector<Duration> times) {
    std::sort(times.begin(), times.end());
    cells.push_back(cell(std::uint64_t{times.size()}));
    for (const double q : {0.5, 1.0})
        cells.push_back(times.empty() ? no_cell() : cell(simulation::quantile(times, q)));
}

std::vector<Cell> line_of(const Yields<Split>& yields, const std::string& name) {
    std::uint64_t runs = 0;
    std::uint64_t within = 0;
    std::vector<Duration> apart;
    std::vector<Duration> together;
    yields.each([&](const Run& run, const Split& split) {
        if (run.cell != name) return;
        ++runs;
        within += split.within;
        if (split.apart) apart.push_back(*split.apart);
        if (split.together) together.push_back(*split.together);
    });
    std::vector<Cell> line{cell(name), cell(runs)};
    add_times(line, std::move(apart));
    add_times(line, std::move(together));
    line.push_back(cell(within));
    return line;
}

}  // namespace

Report half_cut(const Settings& settings) {
    const auto yields =
        perform_all(settings, plan(settings, "half_cut", {clean, half}, usual_repeats),
                    [&](const Run& run) { return experiment(settings, run); });
    Report report = report_of(
        "half_cut",
        "16 nodes that know each other have 30 s to settle; then the ways between two halves are "
        "cut for a minute, both directions of each, or of each only one, drawn by chance.",
        yields);
    Table table{.title =
                    "Two halves: until each holds the other for failed, and once healed until "
                    "all agree, in seconds",
                .columns = {"cell", "runs", "apart", "apart median", "apart max", "together",
                            "together median", "together max", "verdicts within a half"},
                .lines = {}};
    for (const std::string& name : {clean, half}) {
        std::vector<Cell> line = line_of(yields, name);
        const bool is_any = line[1].number.value_or(0) > 0;
        if (is_any) table.lines.push_back(std::move(line));
    }
    report.tables = {std::move(table)};
    return report;
}

}  // namespace hearsay::papers

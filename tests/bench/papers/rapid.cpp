#include "rapid.hpp"

#include <algorithm>
#include <utility>

#include "simulation/statistics.hpp"

namespace hearsay::papers::rapid {
namespace {

constexpr Duration settle = std::chrono::seconds{30};
/// More sizes are told by their ends.
constexpr std::size_t sizes_told_max = 8;

/// The share of those that are right is that of the worst run.
void add(Outcome& total, const Outcome& outcome) {
    const bool is_first = total.findings.runs == 0;
    total.share_right =
        is_first ? outcome.share_right : std::min(total.share_right, outcome.share_right);
    total.step_counts.insert(total.step_counts.end(), outcome.step_counts.begin(),
                             outcome.step_counts.end());
    total.return_count += outcome.return_count;
    total.sizes.insert(outcome.sizes.begin(), outcome.sizes.end());
    total.findings.add(outcome.findings);
}

/// Changes of the view of one node: "2, at most 5".
std::string steps_text(std::vector<std::size_t> counts) {
    if (counts.empty()) return "-";
    std::sort(counts.begin(), counts.end());
    return std::to_string(simulation::quantile(counts, 0.5)) + ", at most " +
           std::to_string(counts.back());
}

std::vector<std::string> cells_of(const Yields<Outcome>& yields) {
    std::vector<std::string> cells;
    for (const Run& run : yields.runs) {
        if (cells.empty() || cells.back() != run.cell) cells.push_back(run.cell);
    }
    return cells;
}

Table view_table(const Yields<Outcome>& yields) {
    Table table{.title = "Views of the healthy nodes, of the worst run",
                .columns = {"cell", "runs", "right in the end", "in one step", "changes",
                            "taken back", "sizes seen"},
                .lines = {}};
    for (const std::string& name : cells_of(yields)) {
        const Outcome outcome = total_of(yields, name);
        table.lines.push_back(
            {cell(name), cell(std::uint64_t{outcome.findings.runs}),
             cell(share_text(outcome.share_right)), cell(share_text(share_in_one_step(outcome))),
             cell(steps_text(outcome.step_counts)), cell(std::uint64_t{outcome.return_count}),
             cell(sizes_text(outcome.sizes))});
    }
    return table;
}

}  // namespace

const std::string ingress = "ingress";
const std::string egress = "egress";

Strike lossy_on(const std::string& cell, Duration time) {
    return [is_ingress = cell == ingress, time](Trial& trial, const std::set<std::string>& hosts) {
        const simulation::Path lossy{.loss_per_mille = 800};
        for (const std::string& host : hosts) {
            if (is_ingress) {
                trial.cluster().set_ingress(host, lossy);
            } else {
                trial.cluster().set_egress(host, lossy);
            }
        }
        trial.run_for(time);
    };
}

Outcome experiment(const Settings& settings, const Run& run, std::size_t total, std::size_t victims,
                   Fate fate, const Strike& strike) {
    Trial trial(settings, run.seed, {.acquaintance = simulation::Acquaintance::acquainted});
    trial.cluster().start(total);
    trial.run_for(settle);
    const std::set<std::string> hosts = trial.any_hosts(victims, total);
    trial.begin({.hosts = hosts, .fate = fate});
    strike(trial, hosts);
    return {.findings = trial.findings(),
            .share_right = trial.share_right(),
            .step_counts = trial.step_counts(),
            .return_count = trial.return_count(),
            .sizes = trial.sizes()};
}

std::vector<Table> tables_of(const Yields<Outcome>& yields) {
    Groups groups;
    yields.each(
        [&](const Run& run, const Outcome& outcome) { groups.add(run.cell, outcome.findings); });
    std::vector<Table> tables{detection_table(groups.list()), view_table(yields),
                              quality_table(groups.list())};
    Table own_view = own_view_table(groups.list());
    if (!own_view.lines.empty()) tables.push_back(std::move(own_view));
    return tables;
}

Outcome total_of(const Yields<Outcome>& yields, std::string_view cell) {
    Outcome total;
    yields.each([&](const Run& run, const Outcome& outcome) {
        if (cell.empty() || run.cell == cell) add(total, outcome);
    });
    return total;
}

std::string sizes_text(const std::set<std::size_t>& sizes) {
    if (sizes.size() > sizes_told_max) {
        return std::to_string(sizes.size()) + " from " + std::to_string(*sizes.begin()) + " to " +
               std::to_string(*sizes.rbegin());
    }
    std::string text;
    for (const std::size_t size : sizes)
        text += (text.empty() ? "" : " ") + std::to_string(size);
    return text;
}

std::string share_text(double share) {
    return cell(100 * share, 1).text + " %";
}

double share_in_one_step(const Outcome& outcome) {
    if (outcome.step_counts.empty()) return 0;
    const auto once = std::count(outcome.step_counts.begin(), outcome.step_counts.end(), 1);
    return static_cast<double>(once) / static_cast<double>(outcome.step_counts.size());
}

Claim right_claim(const Outcome& outcome, std::string best_known) {
    return {.what = "healthy nodes that fail exactly the faulty ones",
            .measured = share_text(outcome.share_right),
            .target = "100 %",
            .best_known = std::move(best_known),
            .is_kept = outcome.share_right >= 1};
}

Claim one_step_claim(const Outcome& outcome, double target, std::string best_known) {
    return {.what = "healthy nodes that come to it in one step, and stay",
            .measured = share_text(share_in_one_step(outcome)),
            .target = ">= " + share_text(target),
            .best_known = std::move(best_known),
            .is_kept = share_in_one_step(outcome) >= target};
}

Claim once_claim(const Outcome& outcome, std::string best_known) {
    return {.what = "faulty ones that a healthy node takes back",
            .measured = std::to_string(outcome.return_count),
            .target = "0",
            .best_known = std::move(best_known),
            .is_kept = outcome.return_count == 0};
}

Claim no_mistake_claim(const Findings& findings, std::string best_known) {
    return {.what = "verdicts about healthy nodes",
            .measured = std::to_string(findings.mistakes),
            .target = "0",
            .best_known = std::move(best_known),
            .is_kept = findings.runs > 0 && findings.mistakes == 0};
}

}  // namespace hearsay::papers::rapid

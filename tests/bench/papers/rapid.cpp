#include "rapid.hpp"

#include <algorithm>
#include <utility>

namespace hearsay::papers::rapid {
namespace {

constexpr Duration settle = std::chrono::seconds{30};
/// More sizes are told by their ends.
constexpr std::size_t sizes_told_max = 8;

/// Shares are those of the worst run.
void add(Outcome& total, const Outcome& outcome) {
    const bool is_first = total.findings.runs == 0;
    const auto worst = [&](double a, double b) { return is_first ? b : std::min(a, b); };
    total.share_right = worst(total.share_right, outcome.share_right);
    total.share_in_one_step = worst(total.share_in_one_step, outcome.share_in_one_step);
    total.return_count += outcome.return_count;
    total.sizes.insert(outcome.sizes.begin(), outcome.sizes.end());
    total.findings.add(outcome.findings);
}

std::vector<std::string> cells_of(const Yields<Outcome>& yields) {
    std::vector<std::string> cells;
    for (const Run& run : yields.runs) {
        if (cells.empty() || cells.back() != run.cell) cells.push_back(run.cell);
    }
    return cells;
}

Table view_table(const Yields<Outcome>& yields) {
    Table table{
        .title = "Views of the healthy nodes, of the worst run",
        .columns = {"cell", "runs", "right in the end", "in one step", "taken back", "sizes seen"},
        .lines = {}};
    for (const std::string& name : cells_of(yields)) {
        const Outcome outcome = total_of(yields, name);
        table.lines.push_back(
            {cell(name), cell(std::uint64_t{outcome.findings.runs}),
             cell(share_text(outcome.share_right)), cell(share_text(outcome.share_in_one_step)),
             cell(std::uint64_t{outcome.return_count}), cell(sizes_text(outcome.sizes))});
    }
    return table;
}

}  // namespace

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
            .share_in_one_step = trial.share_in_one_step(),
            .return_count = trial.return_count(),
            .sizes = trial.sizes()};
}

std::vector<Table> tables_of(const Yields<Outcome>& yields) {
    Groups groups;
    yields.each(
        [&](const Run& run, const Outcome& outcome) { groups.add(run.cell, outcome.findings); });
    return {detection_table(groups.list()), view_table(yields), quality_table(groups.list())};
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

Claim right_claim(const Outcome& outcome, std::string best_known) {
    return {.what = "healthy nodes that fail exactly the faulty ones",
            .measured = share_text(outcome.share_right),
            .target = "100 %",
            .best_known = std::move(best_known),
            .is_kept = outcome.share_right >= 1};
}

Claim one_step_claim(const Outcome& outcome, double target, std::string best_known) {
    return {.what = "healthy nodes that come to it in one step, and stay",
            .measured = share_text(outcome.share_in_one_step),
            .target = ">= " + share_text(target),
            .best_known = std::move(best_known),
            .is_kept = outcome.share_in_one_step >= target};
}

Claim no_mistake_claim(const Findings& findings, std::string best_known) {
    return {.what = "verdicts about healthy nodes",
            .measured = std::to_string(findings.mistakes),
            .target = "0",
            .best_known = std::move(best_known),
            .is_kept = findings.runs > 0 && findings.mistakes == 0};
}

}  // namespace hearsay::papers::rapid

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "experiment.hpp"
#include "rows.hpp"
#include "trial.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr std::size_t usual_repeats = 5;
constexpr Duration settle = seconds{30};
constexpr Duration observed = seconds{60};
constexpr std::size_t victims = 10;

/// So many nodes, in quiet or while some die.
struct Load {
    std::size_t members;
    std::size_t dead;

    [[nodiscard]] std::string label() const {
        return "n=" + std::to_string(members) + (dead == 0 ? " quiet" : " crash");
    }
};

constexpr std::array<Load, 7> loads{
    {{16, 0}, {32, 0}, {128, 0}, {1000, 0}, {2000, 0}, {128, victims}, {1000, victims}}};

Findings experiment(const Settings& settings, const Run& run) {
    const Load& load = loads.at(run.cell_index);
    Trial trial(settings, run.seed, {.acquaintance = simulation::Acquaintance::acquainted});
    trial.cluster().start(load.members);
    trial.run_for(settle);
    const auto hosts = trial.any_hosts(load.dead, load.members);
    trial.begin({.hosts = hosts, .fate = Fate::gone});
    for (const std::string& host : hosts)
        trial.cluster().power_off(host);
    trial.run_for(observed);
    return trial.findings();
}

Claim peak_claim(const Histogram& sent) {
    const double factor = static_cast<double>(sent.quantile(1)) / sent.mean();
    return {.what = "1,000 nodes in quiet: most that one sends in one second, by the mean",
            .measured = cell(factor, 2).text,
            .target = "<= 2.00",
            .best_known = "memberlist 12.6, Rapid 16.0",
            .is_kept = factor <= 2};
}

std::vector<Claim> claims_of(const Groups& groups) {
    std::vector<Claim> claims;
    for (const auto& [name, findings] : groups.list()) {
        if (!name.starts_with("n=1000 ")) continue;
        Claim claim = bandwidth_claim(findings.sent, 600, "memberlist 0.64 kB/s, Rapid 0.71");
        claim.what = name + ": " + claim.what;
        claims.push_back(std::move(claim));
        if (name.ends_with("quiet")) claims.push_back(peak_claim(findings.sent));
    }
    return claims;
}

}  // namespace

Report traffic(const Settings& settings) {
    std::vector<std::string> cells;
    for (const Load& load : loads)
        cells.push_back(load.label());
    const auto yields = perform_all(settings, plan(settings, "traffic", cells, usual_repeats),
                                    [&](const Run& run) { return experiment(settings, run); });
    Report report = report_of(
        "traffic",
        "n nodes that know each other have 30 s to settle; then each second of each node counts "
        "for 60 s, in quiet or while the machines of ten are gone.",
        yields);
    Groups groups;
    yields.each([&](const Run& run, const Findings& findings) { groups.add(run.cell, findings); });
    report.tables = {detection_table(groups.list()), quality_table(groups.list())};
    report.claims = claims_of(groups);
    return report;
}

}  // namespace hearsay::papers

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "rapid.hpp"
#include "rows.hpp"
#include "simulation/statistics.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr std::size_t usual_repeats = 10;

/// So many of so many die.
struct Death {
    std::size_t total;
    std::size_t dead;
};

constexpr std::array<Death, 7> deaths{
    {{100, 1}, {100, 10}, {100, 25}, {100, 50}, {100, 75}, {100, 90}, {1000, 500}}};

std::string label(const Death& death) {
    return "f=" + std::to_string(death.dead) + " n=" + std::to_string(death.total);
}

void strike(Trial& trial, const std::set<std::string>& hosts) {
    for (const std::string& host : hosts)
        trial.cluster().power_off(host);
    trial.run_until([&] { return trial.is_found_by_all(); }, seconds{120});
    trial.run_for(seconds{10});
}

double median(std::vector<Duration> times) {
    std::sort(times.begin(), times.end());
    return static_cast<double>(simulation::quantile(times, 0.5).count());
}

/// Against the times of a single death.
Claim factor_claim(const std::vector<Duration>& one, const std::vector<Duration>& half) {
    const double factor = median(half) / median(one);
    return {.what = "half of 100 die: median of all survivors, by that of one death",
            .measured = cell(factor, 2).text,
            .target = "< 2",
            .best_known = "1.88 (figure 3)",
            .is_kept = factor < 2};
}

}  // namespace

Report half_dies(const Settings& settings) {
    std::vector<std::string> cells;
    for (const Death& death : deaths)
        cells.push_back(label(death));
    const auto yields = perform_all(
        settings, plan(settings, "half_dies", cells, usual_repeats), [&](const Run& run) {
            const Death& death = deaths.at(run.cell_index);
            return rapid::experiment(settings, run, death.total, death.dead, Fate::gone, strike);
        });
    Report report = report_of(
        "half_dies",
        "n nodes that know each other have 30 s to settle; then the machines of f of them are gone "
        "at once, without a word.",
        yields);
    report.tables = rapid::tables_of(yields);
    const auto all = rapid::total_of(yields);
    report.claims = {rapid::right_claim(all, "HyParView heals from 80 % in 1 to 2 cycles"),
                     rapid::no_mistake_claim(all.findings, "0")};
    const auto one = rapid::total_of(yields, label(deaths[0])).findings.last;
    const auto half = rapid::total_of(yields, label(deaths[3])).findings.last;
    if (!one.empty() && !half.empty()) report.claims.push_back(factor_claim(one, half));
    return report;
}

}  // namespace hearsay::papers

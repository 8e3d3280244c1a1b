#include <chrono>
#include <set>
#include <string>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr std::size_t members = 32;
constexpr std::size_t usual_repeats = 200;
constexpr Duration observed = seconds{90};
constexpr simulation::Path lossy{.loss_per_mille = 800};

/// Which way is lossy, by the label of the cell.
const std::string ingress = "ingress";
const std::string egress = "egress";

void strike(const std::string& cell, Trial& trial, const std::set<std::string>& hosts) {
    for (const std::string& host : hosts) {
        if (cell == ingress) {
            trial.cluster().set_ingress(host, lossy);
        } else {
            trial.cluster().set_egress(host, lossy);
        }
    }
    trial.run_for(observed);
}

}  // namespace

Report own_view(const Settings& settings) {
    const auto yields = perform_all(
        settings, plan(settings, "own_view", {ingress, egress}, usual_repeats),
        [&](const Run& run) {
            return rapid::experiment(
                settings, run, members, 1, Fate::hampered,
                [&](Trial& trial, const auto& hosts) { strike(run.cell, trial, hosts); });
        });
    Report report = report_of(
        "own_view",
        "32 nodes that know each other have 30 s to settle; then one loses 80 % of the segments "
        "that come to it, or that it sends, for 90 s. What it says of the others is its own view.",
        yields);
    report.tables = rapid::tables_of(yields);
    return report;
}

}  // namespace hearsay::papers

#include <chrono>
#include <set>
#include <string>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr Duration observed = seconds{200};
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

Report rapid_loss(const Settings& settings) {
    const auto yields = perform_all(
        settings, plan(settings, "rapid_loss", {ingress, egress}, rapid::usual_repeats),
        [&](const Run& run) {
            return rapid::experiment(
                settings, run, rapid::members, rapid::faulty, Fate::hampered,
                [&](Trial& trial, const auto& hosts) { strike(run.cell, trial, hosts); });
        });
    Report report = report_of(
        "rapid_loss",
        "1,000 nodes that know each other have 30 s to settle; then ten lose 80 % of the segments "
        "that come to them, or that they send (the paper says both), for 200 s.",
        yields);
    report.tables = rapid::tables_of(yields);
    const auto all = rapid::total_of(yields);
    report.claims = {
        rapid::right_claim(all, "Rapid: all, 40 to 70 s after the fault; memberlist: never"),
        rapid::once_claim(all, "Rapid: none; memberlist: 992 to 999 members for 15 min"),
        rapid::no_mistake_claim(all.findings, "Rapid: 0; Akka removed healthy nodes"),
    };
    return report;
}

}  // namespace hearsay::papers

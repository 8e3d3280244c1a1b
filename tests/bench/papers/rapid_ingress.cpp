#include <chrono>
#include <set>
#include <string>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr Duration half_cycle = seconds{20};
constexpr int cycles = 10;

/// Ends in the middle of a half in which they hear nothing, when all must have noticed.
void strike(Trial& trial, const std::set<std::string>& hosts) {
    const auto set_ingress = [&](const simulation::Path& path) {
        for (const std::string& host : hosts)
            trial.cluster().set_ingress(host, path);
        trial.run_for(half_cycle);
    };
    for (int cycle = 0; cycle < cycles; ++cycle) {
        set_ingress({.is_cut = true});
        set_ingress({});
    }
    set_ingress({.is_cut = true});
}

}  // namespace

Report rapid_ingress(const Settings& settings) {
    const auto yields =
        perform_all(settings, plan(settings, "rapid_ingress", {"deaf"}, rapid::usual_repeats),
                    [&](const Run& run) {
                        return rapid::experiment(settings, run, rapid::members, rapid::faulty,
                                                 Fate::hampered, strike);
                    });
    Report report = report_of(
        "rapid_ingress",
        "1,000 nodes that know each other have 30 s to settle; then ten hear nothing for 20 s and "
        "everything for 20 s, ten times, and nothing for 20 s more.",
        yields);
    report.tables = rapid::tables_of(yields);
    const auto all = rapid::total_of(yields);
    report.claims = {
        rapid::right_claim(all, "Rapid: all; memberlist: never; ZooKeeper: never"),
        rapid::one_step_claim(all, 0.99, "Rapid: one step; memberlist: 990 to 1000 for 800 s"),
        rapid::no_mistake_claim(all.findings, "Rapid: 0"),
    };
    return report;
}

}  // namespace hearsay::papers

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr Duration observed = seconds{60};

/// Two that cannot reach each other are both well: nobody is faulty.
Findings experiment(const Settings& settings, const Run& run) {
    const auto outcome = rapid::experiment(
        settings, run, rapid::members, 0, Fate::hampered, [](Trial& trial, const auto&) {
            const auto pair = trial.any_hosts(2, rapid::members);
            trial.cluster().part({*pair.begin()}, {*pair.rbegin()});
            trial.run_for(observed);
        });
    return outcome.findings;
}

}  // namespace

Report rapid_blackhole(const Settings& settings) {
    const auto yields =
        perform_all(settings, plan(settings, "rapid_blackhole", {"one pair"}, rapid::usual_repeats),
                    [&](const Run& run) { return experiment(settings, run); });
    Report report = report_of(
        "rapid_blackhole",
        "1,000 nodes that know each other have 30 s to settle; then nothing passes between two of "
        "them for 60 s.",
        yields);
    Groups groups;
    yields.each([&](const Run& run, const Findings& findings) { groups.add(run.cell, findings); });
    report.tables = {quality_table(groups.list())};
    if (!groups.list().empty()) {
        report.claims = {rapid::no_mistake_claim(groups.list().front().findings,
                                                 "Rapid: 0; gossip to all: a third less work")};
    }
    return report;
}

}  // namespace hearsay::papers

#include <chrono>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr Duration observed = seconds{200};

}  // namespace

Report rapid_loss(const Settings& settings) {
    const auto yields = perform_all(
        settings,
        plan(settings, "rapid_loss", {rapid::ingress, rapid::egress}, rapid::usual_repeats),
        [&](const Run& run) {
            return rapid::experiment(settings, run, rapid::members, rapid::faulty, Fate::hampered,
                                     rapid::lossy_on(run.cell, observed));
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

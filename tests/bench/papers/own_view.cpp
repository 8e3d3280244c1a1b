#include <chrono>

#include "rapid.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::seconds;

constexpr std::size_t members = 32;
constexpr std::size_t usual_repeats = 200;
constexpr Duration observed = seconds{90};

}  // namespace

Report own_view(const Settings& settings) {
    const auto yields = perform_all(
        settings, plan(settings, "own_view", {rapid::ingress, rapid::egress}, usual_repeats),
        [&](const Run& run) {
            return rapid::experiment(settings, run, members, 1, Fate::hampered,
                                     rapid::lossy_on(run.cell, observed));
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

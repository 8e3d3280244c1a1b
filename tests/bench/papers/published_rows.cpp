// The rows that compare our own arithmetic and random numbers with what others have published.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "oracles.hpp"
#include "rows.hpp"

namespace hearsay::papers {
namespace {

constexpr std::size_t members_max = 10'000;
constexpr std::size_t usual_trials = 1000;

Table table_of(const OracleTable& oracles) {
    Table table{.title = oracles.title,
                .columns = {"figure", "published", "ours", "off by", "allowed"},
                .lines = {}};
    for (const Oracle& oracle : oracles.oracles) {
        table.lines.push_back({cell(oracle.quantity), cell(oracle.published, oracles.decimals),
                               cell(oracle.computed, oracles.decimals),
                               cell(oracle.computed - oracle.published, oracles.decimals + 1),
                               cell(oracle.tolerance, oracles.decimals + 1)});
    }
    return table;
}

Claim claim_of(std::string what, const std::vector<OracleTable>& tables, std::string target) {
    std::size_t count = 0;
    std::size_t kept = 0;
    for (const OracleTable& table : tables) {
        count += table.oracles.size();
        const auto held = std::count_if(table.oracles.begin(), table.oracles.end(), holds);
        kept += static_cast<std::size_t>(held);
    }
    return {.what = std::move(what),
            .measured = std::to_string(kept) + " of " + std::to_string(count) + " figures",
            .target = std::move(target),
            .best_known = "published",
            .is_kept = kept == count};
}

void add(Report& report, const std::vector<OracleTable>& tables, Claim claim) {
    for (const OracleTable& table : tables)
        report.tables.push_back(table_of(table));
    report.claims.push_back(std::move(claim));
}

}  // namespace

Report van_renesse(const Settings& settings) {
    Report report{.row = "van_renesse",
                  .method =
                      "The formulas (1) to (3), (6) and (9) to (11), evaluated; figure 5 by a "
                      "simulation in which a gossip across subnets comes in addition.",
                  .tables = {},
                  .claims = {},
                  .broken = {},
                  .undone = 0};
    const auto exact = van_renesse_oracles(members_max);
    const auto readings = van_renesse_readings();
    const std::vector<OracleTable> subnets{
        subnet_oracles(settings.repeats.value_or(usual_trials), settings.seed)};
    add(report, exact,
        claim_of("formulas", exact, "each within 1 %, what appendix A approximates within 3 %"));
    add(report, readings, claim_of("readings", readings, "each within 10 %"));
    add(report, subnets, claim_of("subnets", subnets, "each mean within 3 %"));
    return report;
}

Report formulas(const Settings&) {
    Report report{.row = "formulas",
                  .method = "Formulas of other failure detectors, evaluated.",
                  .tables = {},
                  .claims = {},
                  .broken = {},
                  .undone = 0};
    const auto tables = formula_oracles();
    add(report, tables, claim_of("formulas", tables, "each within 1 %"));
    return report;
}

Report spread(const Settings& settings) {
    const std::size_t trials = settings.repeats.value_or(usual_trials);
    Report report{.row = "spread",
                  .method = "Synchronous rounds, fan-out one, everybody can reach everybody; " +
                            std::to_string(trials) + " trials of each.",
                  .tables = {},
                  .claims = {},
                  .broken = {},
                  .undone = 0};
    const auto tables = spread_oracles(members_max, trials, settings.seed);
    add(report, tables,
        claim_of("rounds", tables, "each mean within 3 %, each 99 % quantile within a round"));
    return report;
}

}  // namespace hearsay::papers

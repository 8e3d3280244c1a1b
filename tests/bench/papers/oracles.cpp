#include "oracles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "hearsay/random.hpp"

#include "detector_formulas.hpp"
#include "simulation/statistics.hpp"
#include "spread.hpp"
#include "van_renesse.hpp"

namespace hearsay::papers {
namespace {

/// B in the figures of van Renesse, in bytes a second that each member may send.
constexpr double bandwidth = 250;
/// P_mistake in most of them.
constexpr double usual_mistake = 1e-6;
/// What a member of Lifeguard's cluster sends, in bytes a second.
constexpr double lifeguard_bandwidth = 2100;

/// The number as briefly as it can be told: "0.05", "1e-06", "128".
std::string brief(double value) {
    std::array<char, 32> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "%g", value));
    return text.data();
}

/// What a table or plot shows: a figure for each pair of two quantities.
struct Grid {
    std::string title;
    std::string row;
    std::vector<double> rows;
    std::string column;
    std::vector<double> columns;
    /// Row by row.
    std::vector<double> published;
    /// As a share of what is published.
    double tolerance = 0.01;
    int decimals = 1;
};

/// Without a column's name there is one column, which is not named.
std::string quantity(const Grid& grid, double row, double column) {
    const std::string first = grid.row + "=" + brief(row);
    return grid.column.empty() ? first : first + " " + grid.column + "=" + brief(column);
}

/// `compute` tells the figure for a row and a column.
template <typename Compute>
OracleTable compare(const Grid& grid, Compute compute) {
    OracleTable table{.title = grid.title, .oracles = {}, .decimals = grid.decimals};
    auto published = grid.published.begin();
    for (const double row : grid.rows) {
        for (const double column : grid.columns) {
            table.oracles.push_back({.quantity = quantity(grid, row, column),
                                     .published = *published,
                                     .computed = compute(row, column),
                                     .tolerance = grid.tolerance * *published});
            ++published;
        }
    }
    return table;
}

GossipModel model_of(double members, double failed, double loss) {
    return {.members = static_cast<std::size_t>(members),
            .failed = static_cast<std::size_t>(failed),
            .arrival = 1 - loss};
}

OracleTable figure_1() {
    const Grid grid{.title = "Figure 1: seconds to detect, one of n failed",
                    .row = "n",
                    .rows = {10, 25, 50, 100, 150, 200},
                    .column = "P",
                    .columns = {1e-3, 1e-6, 1e-9},
                    .published = {5.3, 7.9, 10.4, 15.4, 21.4, 27.4, 34.1, 46.0, 57.7, 74.9, 98.5,
                                  121.7, 118.3, 153.6, 188.2, 163.4, 210.3, 256.4}};
    return compare(grid, [](double members, double mistake) {
        return detection_seconds(model_of(members, 1, 0), mistake, bandwidth);
    });
}

OracleTable figure_2() {
    const Grid grid{.title = "Figure 2, read off the plot: seconds to detect, one of n failed",
                    .row = "n",
                    .rows = {50, 100, 150},
                    .column = "P",
                    .columns = {0.1, 1e-10},
                    .published = {26, 61, 59, 129, 95, 200},
                    .tolerance = 0.1};
    return compare(grid, [](double members, double mistake) {
        return detection_seconds(model_of(members, 1, 0), mistake, bandwidth);
    });
}

OracleTable figure_3() {
    const Grid grid{.title = "Figure 3: seconds to detect, f of 100 failed, P=1e-06",
                    .row = "f",
                    .rows = {0, 10, 25, 50, 75, 90},
                    .column = "loss",
                    .columns = {0, 0.1, 0.2},
                    .published = {97.6, 108.5, 122.1, 107.5, 119.5, 134.5, 126.9, 141.1, 158.8,
                                  183.7, 204.2, 229.8, 346, 385, 433, 816, 906, 1020}};
    return compare(grid, [](double failed, double loss) {
        return detection_seconds(model_of(100, failed, loss), usual_mistake, bandwidth);
    });
}

OracleTable figure_4() {
    const Grid grid{.title = "Figure 4: seconds to detect, one of n failed, P=1e-06",
                    .row = "loss",
                    .rows = {0, 0.05, 0.1, 0.15, 0.2, 0.25},
                    .column = "n",
                    .columns = {50, 100, 150},
                    .published = {46.0, 98.5, 153.6, 48.4, 103.7, 161.7, 51.2, 109.5, 170.7, 54.2,
                                  116.0, 180.8, 57.6, 123.3, 192.1, 61.5, 131.5, 204.9}};
    return compare(grid, [](double loss, double members) {
        return detection_seconds(model_of(members, 1, loss), usual_mistake, bandwidth);
    });
}

OracleTable exact_periods() {
    const Grid grid{.title = "Periods needed, one of n failed, P=1e-06",
                    .row = "n",
                    .rows = {50, 100, 128, 256},
                    .column = "",
                    .columns = {1},
                    .published = {28.8, 30.8, 31.5, 33.6}};
    return compare(grid, [](double members, double failed) {
        return periods_needed(model_of(members, failed, 0), usual_mistake);
    });
}

OracleTable approximate_periods() {
    const Grid grid{.title = "Appendix A: periods needed by the approximation, P=1e-06",
                    .row = "n",
                    .rows = {1000, 2000, 10'000},
                    .column = "",
                    .columns = {0},
                    .published = {38, 41, 46},
                    .decimals = 0};
    return compare(grid, [](double members, double loss) {
        const GossipModel model = model_of(members, 0, loss);
        return static_cast<double>(approximate_periods_needed(model, usual_mistake));
    });
}

/// Nobody published them; they show what the approximation costs, and bound it.
OracleTable periods_of_big_clusters(std::size_t members_max) {
    Grid grid{.title = "The same, but exactly; to 3 %",
              .row = "n",
              .rows = {1000, 2000, 10'000},
              .column = "",
              .columns = {0},
              .published = {38, 41, 46},
              .tolerance = 0.03};
    std::erase_if(grid.rows,
                  [&](double members) { return members > static_cast<double>(members_max); });
    return compare(grid, [](double members, double loss) {
        return periods_needed(model_of(members, 0, loss), usual_mistake);
    });
}

OracleTable broadcast_exponents() {
    const Grid grid{.title = "Exponent a of the broadcast after a partition",
                    .row = "n",
                    .rows = {10, 50, 100, 128, 1000},
                    .column = "",
                    .columns = {0},
                    .published = {4.76, 6.69, 7.54, 7.84, 10.43},
                    .decimals = 2};
    return compare(grid, [](double members, double) {
        return broadcast_exponent(static_cast<std::size_t>(members));
    });
}

OracleTable lifeguard_budget() {
    const Grid grid{.title = "Seconds to detect at 2.1 kB/s, one of 128 failed, P=1e-06",
                    .row = "entry bytes",
                    .rows = {8, 4, 2},
                    .column = "loss",
                    .columns = {0, 0.1},
                    .published = {15.4, 17.1, 7.7, 8.5, 3.8, 4.3},
                    .tolerance = 0.02};
    return compare(grid, [](double entry_bytes, double loss) {
        return detection_seconds(model_of(128, 1, loss), usual_mistake, lifeguard_bandwidth,
                                 entry_bytes);
    });
}

OracleTable suspicion_timeouts() {
    const Grid grid{.title = "Lifeguard: seconds of suspicion after C confirmations, n=128",
                    .row = "C",
                    .rows = {0, 1, 2, 3},
                    .column = "",
                    .columns = {0},
                    .published = {63.2, 36.9, 21.5, 10.54},
                    .decimals = 2};
    return compare(grid, [](double confirmations, double) {
        return suspicion_seconds({}, static_cast<std::size_t>(confirmations));
    });
}

Quality quality_within(double detection_bound) {
    return quality_of({.detection_bound_seconds = detection_bound});
}

OracleTable mistake_recurrence() {
    const Grid grid{.title = "NFD-S: seconds from mistake to mistake, E(T_MR)",
                    .row = "T_D^U",
                    .rows = {1.25, 1.5, 2.0, 2.25, 2.5, 3.0, 3.25, 3.5},
                    .column = "",
                    .columns = {0},
                    .published = {101, 101, 101, 1.01e4, 1.01e4, 1.01e4, 1.01e6, 1.01e6},
                    .decimals = 0};
    return compare(grid,
                   [](double bound, double) { return quality_within(bound).recurrence_seconds; });
}

OracleTable mistake_durations() {
    const Grid grid{.title = "NFD-S: seconds that a mistake lasts, E(T_M)",
                    .row = "T_D^U",
                    .rows = {1.25, 1.5, 2.0, 2.25, 2.5, 3.0},
                    .column = "",
                    .columns = {0},
                    .published = {0.78, 0.53, 0.03, 0.78, 0.53, 0.03},
                    .decimals = 2};
    return compare(grid,
                   [](double bound, double) { return quality_within(bound).duration_seconds; });
}

}  // namespace

bool holds(const Oracle& oracle) {
    return std::abs(oracle.computed - oracle.published) <= oracle.tolerance;
}

std::vector<OracleTable> van_renesse_oracles(std::size_t members_max) {
    return {figure_1(),
            figure_3(),
            figure_4(),
            exact_periods(),
            approximate_periods(),
            periods_of_big_clusters(members_max),
            broadcast_exponents()};
}

std::vector<OracleTable> van_renesse_readings() {
    return {figure_2(), lifeguard_budget()};
}

std::vector<OracleTable> formula_oracles() {
    return {suspicion_timeouts(), mistake_recurrence(), mistake_durations()};
}

}  // namespace hearsay::papers

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What others have published, beside what our own code makes of it.
namespace hearsay::papers {

/// One figure.
struct Oracle {
    std::string quantity;
    double published = 0;
    double computed = 0;
    /// How far the two may be apart.
    double tolerance = 0;
};

[[nodiscard]] bool holds(const Oracle& oracle);

/// The figures of one table or plot.
struct OracleTable {
    std::string title;
    std::vector<Oracle> oracles;
    /// Of the figures, when they are printed.
    int decimals = 1;
};

/// Van Renesse, Minsky and Hayden 1998: figures 1, 3 and 4, the periods needed, and the exponent of
/// the broadcast; all to 1 %. Up to `members_max` members, as big clusters take long.
[[nodiscard]] std::vector<OracleTable> van_renesse_oracles(std::size_t members_max);

/// Their figure 2, which is read off a plot, and what the budget of Lifeguard buys: to 10 %.
[[nodiscard]] std::vector<OracleTable> van_renesse_readings();

/// Their figure 5, the rounds that a rumour needs across subnets, as means of `trials`; to 3 %.
[[nodiscard]] OracleTable subnet_oracles(std::size_t trials, std::uint64_t seed);

/// Rounds that a rumour needs by push and by push-pull, without and with loss; means of `trials` to
/// 3 %, the 99 % quantiles to a round.
[[nodiscard]] std::vector<OracleTable> spread_oracles(std::size_t members_max, std::size_t trials,
                                                      std::uint64_t seed);

/// Lifeguard's suspicion time-outs and the quality of NFD-S, to 1 %.
[[nodiscard]] std::vector<OracleTable> formula_oracles();

}  // namespace hearsay::papers

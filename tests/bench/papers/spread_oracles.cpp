#include <algorithm>
#include <array>
#include <string>

#include "hearsay/random.hpp"

#include "oracles.hpp"
#include "simulation/statistics.hpp"
#include "spread.hpp"

namespace hearsay::papers {
namespace {

constexpr double mean_tolerance = 0.03;

/// Rounds in so many repetitions, sorted.
template <typename Trial>
std::vector<double> trials_of(std::size_t trials, Trial trial) {
    std::vector<double> rounds;
    for (std::size_t i = 0; i < trials; ++i)
        rounds.push_back(static_cast<double>(trial()));
    std::sort(rounds.begin(), rounds.end());
    return rounds;
}

Oracle mean_oracle(std::string quantity, double published, const std::vector<double>& rounds) {
    return {.quantity = std::move(quantity),
            .published = published,
            .computed = simulation::mean(rounds),
            .tolerance = mean_tolerance * published};
}

std::string name(Exchange exchange) {
    return exchange == Exchange::push ? "push" : "push-pull";
}

/// Mean and 99 % quantile of the rounds.
struct Published {
    SpreadModel model;
    double mean;
    double p99;
};

OracleTable spread_without_loss(std::size_t members_max, std::size_t trials, Random& random) {
    constexpr auto push = Exchange::push;
    constexpr auto both = Exchange::push_pull;
    constexpr std::array<Published, 10> lines{{{{128, push, 0}, 12.94, 17},
                                               {{256, push, 0}, 14.65, 18},
                                               {{1000, push, 0}, 17.99, 22},
                                               {{2000, push, 0}, 19.75, 24},
                                               {{10'000, push, 0}, 23.57, 27},
                                               {{128, both, 0}, 6.84, 8},
                                               {{256, both, 0}, 7.63, 9},
                                               {{1000, both, 0}, 9.15, 10},
                                               {{2000, both, 0}, 9.89, 11},
                                               {{10'000, both, 0}, 11.53, 13}}};
    OracleTable table{.title = "Rounds until all know", .oracles = {}, .decimals = 2};
    for (const auto& [model, mean, p99] : lines) {
        if (model.members > members_max) continue;
        const auto rounds = trials_of(
            trials, [&model = model, &random] { return rounds_to_reach_all(model, random); });
        const std::string what = name(model.exchange) + " n=" + std::to_string(model.members);
        table.oracles.push_back(mean_oracle(what + " mean", mean, rounds));
        table.oracles.push_back({.quantity = what + " p99",
                                 .published = p99,
                                 .computed = simulation::quantile(rounds, 0.99),
                                 .tolerance = 1});
    }
    return table;
}

OracleTable spread_with_loss(std::size_t trials, Random& random) {
    struct Line {
        SpreadModel model;
        double mean;
    };
    constexpr auto push = Exchange::push;
    constexpr auto both = Exchange::push_pull;
    constexpr std::array<Line, 6> lines{{{{1000, push, 100}, 19.7},
                                         {{1000, push, 250}, 23.2},
                                         {{1000, push, 500}, 33.2},
                                         {{1000, both, 100}, 10.3},
                                         {{1000, both, 250}, 12.0},
                                         {{1000, both, 500}, 17.3}}};
    OracleTable table{
        .title = "Rounds until all know, n=1000, with loss", .oracles = {}, .decimals = 2};
    for (const auto& [model, mean] : lines) {
        const auto rounds = trials_of(
            trials, [&model = model, &random] { return rounds_to_reach_all(model, random); });
        const std::string loss = std::to_string(model.loss_per_mille / 10) + " % lost, mean";
        table.oracles.push_back(mean_oracle(name(model.exchange) + " " + loss, mean, rounds));
    }
    return table;
}

}  // namespace

OracleTable subnet_oracles(std::size_t trials, std::uint64_t seed) {
    struct Line {
        std::size_t subnets;
        double mean;
    };
    constexpr std::size_t members = 256;
    constexpr std::array<Line, 9> lines{{{1, 14.7},
                                         {2, 19.2},
                                         {4, 21.5},
                                         {8, 22.9},
                                         {16, 22.9},
                                         {32, 21.6},
                                         {64, 19.0},
                                         {128, 15.9},
                                         {256, 14.7}}};
    OracleTable table{.title = "Figure 5: rounds until all of 256 in s subnets know, mean",
                      .oracles = {}};
    Random random(seed);
    for (const auto& [subnets, mean] : lines) {
        const auto rounds = trials_of(trials, [subnets = subnets, &random] {
            return rounds_across_subnets(subnets, members / subnets, random);
        });
        table.oracles.push_back(mean_oracle("s=" + std::to_string(subnets), mean, rounds));
    }
    return table;
}

std::vector<OracleTable> spread_oracles(std::size_t members_max, std::size_t trials,
                                        std::uint64_t seed) {
    Random random(seed);
    return {spread_without_loss(members_max, trials, random), spread_with_loss(trials, random)};
}

}  // namespace hearsay::papers

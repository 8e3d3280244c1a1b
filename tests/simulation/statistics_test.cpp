#include "simulation/statistics.hpp"

#include <chrono>
#include <vector>

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::seconds;

TEST_CASE("a quantile is a value that so large a share does not exceed", "[statistics]") {
    std::vector<int> hundred;
    for (int i = 1; i <= 100; ++i)
        hundred.push_back(i);

    CHECK(quantile(hundred, 0) == 1);
    CHECK(quantile(hundred, 0.5) == 50);
    CHECK(quantile(hundred, 0.99) == 99);
    CHECK(quantile(hundred, 0.999) == 100);
    CHECK(quantile(hundred, 1) == 100);
}

TEST_CASE("every quantile of one value is that value", "[statistics]") {
    const std::vector<Duration> one{seconds(3)};

    CHECK(quantile(one, 0) == seconds(3));
    CHECK(quantile(one, 0.5) == seconds(3));
    CHECK(quantile(one, 1) == seconds(3));
}

TEST_CASE("the mean is the sum over the count, of numbers and of spans", "[statistics]") {
    CHECK(mean(std::vector<double>{1, 2, 6}) == Approx(3));
    CHECK(mean(std::vector<Duration>{seconds(1), seconds(2), seconds(6)}) == seconds(3));
}

TEST_CASE("the interval of a rate is that of the tables of the Poisson distribution",
          "[statistics]") {
    const auto none = rate_interval(0, 1);
    const auto ten = rate_interval(10, 1);
    const auto many = rate_interval(5193, 1);

    CHECK(none.low == 0);
    CHECK(none.high == Approx(3.6889).epsilon(1e-4));
    CHECK(ten.low == Approx(4.7954).epsilon(1e-4));
    CHECK(ten.high == Approx(18.3904).epsilon(1e-4));
    CHECK(many.low == Approx(5193 - 1.96 * 72.06).epsilon(1e-3));
    CHECK(many.high == Approx(5193 + 1.96 * 72.06).epsilon(1e-3));
}

TEST_CASE("a rate is counted by what it was exposed to", "[statistics]") {
    const auto interval = rate_interval(1, 4);

    CHECK(interval.low == Approx(0.025318 / 4).epsilon(1e-3));
    CHECK(interval.high == Approx(5.571643 / 4).epsilon(1e-3));
}

TEST_CASE("the interval of a share is Wilson's and stays within the possible", "[statistics]") {
    const auto half = share_interval(5, 10);
    const auto none = share_interval(0, 10);
    const auto all = share_interval(10, 10);

    CHECK(half.low == Approx(0.2366).epsilon(1e-3));
    CHECK(half.high == Approx(0.7634).epsilon(1e-3));
    CHECK(none.low == Approx(0).margin(1e-12));
    CHECK(none.high == Approx(0.2775).epsilon(1e-3));
    CHECK(all.low == Approx(0.7225).epsilon(1e-3));
    CHECK(all.high == Approx(1));
}

}  // namespace
}  // namespace hearsay::simulation

#include "van_renesse.hpp"

#include <cmath>
#include <vector>

#include "hearsay/check.hpp"

namespace hearsay::papers {
namespace {

/// What is less likely cannot show in a bound of 1e-12 or more, and is left out to save time.
constexpr double negligible = 1e-40;
constexpr double broadcast_limit_seconds = 20;
constexpr double broadcast_mean_seconds = 10;

/// How many of those that live have heard, as a distribution that moves on round by round.
class Heard {
  public:
    explicit Heard(const GossipModel& model) : probability_(model.members - model.failed + 1) {
        const auto members = static_cast<double>(model.members);
        for (std::size_t k = 0; k < probability_.size(); ++k) {
            const auto heard = static_cast<double>(k);
            const auto deaf = static_cast<double>(live() - k);
            increase_.push_back(heard / members * (deaf / (members - 1)) * model.arrival);
        }
        probability_.at(1) = 1;
    }

    /// Formula (2).
    void advance() {
        if (last_ < live()) ++last_;
        for (std::size_t k = last_; k >= first_; --k) {
            probability_[k] =
                increase_[k - 1] * probability_[k - 1] + (1 - increase_[k]) * probability_[k];
        }
        while (last_ > first_ && probability_[last_] < negligible)
            probability_[last_--] = 0;
        while (first_ < last_ && probability_[first_] < negligible)
            probability_[first_++] = 0;
    }

    /// Formula (3). Adds what is missing, as the complement of almost one would be all rounding.
    [[nodiscard]] double mistake() const {
        double missing = 0;
        for (std::size_t k = first_; k <= last_ && k < live(); ++k)
            missing += probability_[k];
        return static_cast<double>(live()) * missing;
    }

  private:
    [[nodiscard]] std::size_t live() const { return probability_.size() - 1; }

    std::vector<double> probability_;
    std::vector<double> increase_;
    /// Outside of them everything is negligible.
    std::size_t first_ = 1;
    std::size_t last_ = 1;
};

/// The mean of the second in which the first broadcast comes.
double first_broadcast_seconds(std::size_t members, double exponent) {
    double nobody_yet = 1;
    double mean = 0;
    for (double t = 1; t <= broadcast_limit_seconds; ++t) {
        const double one = std::pow(t / broadcast_limit_seconds, exponent);
        const double any = 1 - std::pow(1 - one, static_cast<double>(members));
        mean += t * any * nobody_yet;
        nobody_yet *= 1 - any;
    }
    return mean;
}

}  // namespace

std::uint64_t rounds_needed(const GossipModel& model, double mistake_max) {
    HEARSAY_CHECK(model.members >= model.failed + 2 && mistake_max > 0);
    Heard heard(model);
    std::uint64_t rounds = 0;
    while (heard.mistake() > mistake_max) {
        heard.advance();
        ++rounds;
    }
    return rounds;
}

double periods_needed(const GossipModel& model, double mistake_max) {
    return static_cast<double>(rounds_needed(model, mistake_max)) /
           static_cast<double>(model.members);
}

std::uint64_t approximate_periods_needed(const GossipModel& model, double mistake_max) {
    HEARSAY_CHECK(model.members >= model.failed + 2 && mistake_max > 0);
    const auto live = static_cast<double>(model.members - model.failed);
    const double missed = 1 - model.arrival / static_cast<double>(model.members - 1);
    // How many have not heard, which stays exact when they are far less than one.
    double deaf = live - 1;
    std::uint64_t periods = 0;
    while (live * -std::expm1(live * std::log1p(-deaf / live)) > mistake_max) {
        deaf *= std::pow(missed, live - deaf);
        ++periods;
    }
    return periods;
}

double detection_seconds(const GossipModel& model, double mistake_max, double bytes_per_second,
                         double entry_bytes) {
    const double period = entry_bytes * static_cast<double>(model.members) / bytes_per_second;
    return periods_needed(model, mistake_max) * period;
}

double broadcast_exponent(std::size_t members) {
    double low = 0;
    double high = 100;
    for (int halvings = 0; halvings < 60; ++halvings) {
        const double middle = (low + high) / 2;
        const bool is_early = first_broadcast_seconds(members, middle) < broadcast_mean_seconds;
        (is_early ? low : high) = middle;
    }
    return low;
}

}  // namespace hearsay::papers

#include "plan.hpp"

#include <optional>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/random.hpp"

#include "cluster.hpp"

namespace hearsay::simulation {
namespace {

/// Where the observers die with their subject it takes longer (R8); nobody waits for that.
constexpr int patience_in_fail_after = 10;

Options options_of(const Plan& plan, const Audience& audience, std::uint64_t seed) {
    return {.seed = seed,
            .config = plan.config,
            .path = plan.path,
            .accuracy = Accuracy::counted,
            .joins = audience.log ? Joins::kept : Joins::dropped};
}

class Trial {
  public:
    Trial(const Plan& plan, const Audience& audience, std::size_t number, std::uint64_t seed)
        : plan_(plan),
          audience_(audience),
          random_(seed),
          cluster_(options_of(plan, audience, random_.next())),
          unharmed_(Cluster::hosts(1, plan.member_count)),
          progress_{.trial = number} {}

    /// Nothing if it was stopped before there was anything to measure.
    [[nodiscard]] std::optional<Measurement> run() {
        settle();
        if (is_stopped_) return std::nullopt;
        Meter meter(cluster_, [this] { return watch(); });
        pass_phase(Phase::quiet, {}, [&] { meter.observe(plan_.quiet_time); });
        for (const auto& [phase, fault, count] :
             {std::tuple{Phase::crash, Fault::crash, plan_.crash_count},
              std::tuple{Phase::power_off, Fault::power_off, plan_.power_off_count},
              std::tuple{Phase::freeze, Fault::freeze, plan_.freeze_count}}) {
            if (count > 0) strike(meter, phase, fault, choose(count));
        }
        Measurement result = meter.result();
        result.virtual_time = cluster_.now() - start_;
        return result;
    }

    [[nodiscard]] bool is_stopped() const { return is_stopped_; }

  private:
    void settle() {
        pass_phase(Phase::settling, {}, [this] {
            cluster_.start(plan_.member_count);
            Meter(cluster_, [this] { return watch(); }).pass(settling_time());
        });
    }

    /// Until everybody hears his neighbours, and last faults have come to rest.
    [[nodiscard]] Duration settling_time() const {
        return 2 * plan_.config.fail_after + 10 * plan_.config.round;
    }

    /// Faults strike at any moment of a round.
    [[nodiscard]] Duration part_of_round() {
        const auto round = static_cast<std::uint64_t>(plan_.config.round.count());
        return Duration{static_cast<Duration::rep>(random_.below(round))};
    }

    void strike(Meter& meter, Phase phase, Fault fault, const std::vector<std::string>& victims) {
        pass_phase(Phase::settling, {}, [&] { meter.pass(settling_time() + part_of_round()); });
        const Duration bound = patience_in_fail_after * plan_.config.fail_after;
        pass_phase(phase, victims, [&] {
            if (fault == Fault::freeze) {
                meter.freeze(victims, plan_.freeze_time, bound);
            } else {
                meter.strike(fault, victims, bound);
            }
        });
    }

    template <typename Action>
    void pass_phase(Phase phase, const std::vector<std::string>& victims, Action action) {
        progress_.phase = phase;
        step_began_ = cluster_.now();
        try {
            action();
        } catch (const BrokenInvariant& broken) {
            log(victims);
            throw BrokenInvariant("trial " + std::to_string(progress_.trial) + ", " +
                                  broken.what());
        }
        log(victims);
    }

    Onward watch() {
        progress_.elapsed = cluster_.now() - step_began_;
        is_stopped_ = audience_.watch && audience_.watch(progress_) == Onward::stop;
        return is_stopped_ ? Onward::stop : Onward::on;
    }

    void log(const std::vector<std::string>& victims) {
        if (!audience_.log) return;
        const auto seconds = std::chrono::duration<double>(step_began_ - start_).count();
        std::string lines = "Trial " + std::to_string(progress_.trial) + ", " +
                            std::to_string(seconds) + "s: " + std::string(text(progress_.phase));
        for (const std::string& host : victims)
            lines += " " + host;
        lines += "\n";
        const std::vector<Record>& records = cluster_.journal().records();
        for (; records_told_ < records.size(); ++records_told_)
            lines += text(records[records_told_], start_) + "\n";
        audience_.log(lines);
    }

    /// Some of those whom nothing befell yet.
    std::vector<std::string> choose(std::size_t count) {
        HEARSAY_CHECK(count < unharmed_.size());
        std::vector<std::string> chosen;
        while (chosen.size() < count) {
            std::swap(unharmed_[random_.below(unharmed_.size())], unharmed_.back());
            chosen.push_back(std::move(unharmed_.back()));
            unharmed_.pop_back();
        }
        return chosen;
    }

    const Plan& plan_;
    const Audience& audience_;
    Random random_;
    Cluster cluster_;
    Instant start_ = cluster_.now();
    std::vector<std::string> unharmed_;
    Progress progress_;
    Instant step_began_;
    std::size_t records_told_ = 0;
    bool is_stopped_ = false;
};

}  // namespace

std::string_view text(Phase phase) {
    switch (phase) {
        case Phase::settling:
            return "settling";
        case Phase::quiet:
            return "quiet";
        case Phase::crash:
            return "crash";
        case Phase::power_off:
            return "power-off";
        case Phase::freeze:
            return "freeze";
    }
    return "";
}

Outcome carry_out(const Plan& plan, const Audience& audience) {
    Outcome outcome;
    Random seeds(plan.seed);
    while (outcome.trial_count < plan.trial_count) {
        Trial trial(plan, audience, outcome.trial_count + 1, seeds.next());
        auto measured = trial.run();
        if (measured) outcome.measurement.add(std::move(*measured));
        if (trial.is_stopped()) break;
        ++outcome.trial_count;
    }
    return outcome;
}

}  // namespace hearsay::simulation

#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment.hpp"
#include "settings.hpp"
#include "trial.hpp"

/// What the experiments of Rapid (2018, section 7) share: something befalls ten of 1,000 nodes,
/// and it is seen how the others' views change.
namespace hearsay::papers::rapid {

inline constexpr std::size_t members = 1000;
inline constexpr std::size_t faulty = 10;
inline constexpr std::size_t usual_repeats = 5;

/// What one run gave.
struct Outcome {
    Findings findings;
    /// The share of the healthy nodes that in the end hold exactly the faulty ones for failed.
    double share_right = 0;
    /// How often the view of each healthy node has changed.
    std::vector<std::size_t> step_counts;
    /// Verdicts on faulty members that were taken back.
    std::size_t return_count = 0;
    /// That healthy nodes showed at full seconds.
    std::set<std::size_t> sizes;
};

/// A cluster that has settled; `strike` lets the fault befall its hosts and time pass.
using Strike = std::function<void(Trial&, const std::set<std::string>&)>;

/// Cells in which the victims lose 80 % of what comes to them, or of what they send.
extern const std::string ingress;
extern const std::string egress;
/// That loss, for so long.
[[nodiscard]] Strike lossy_on(const std::string& cell, Duration time);

/// Lets `total` acquainted nodes settle, strikes `victims` of them, and looks what came of it.
[[nodiscard]] Outcome experiment(const Settings& settings, const Run& run, std::size_t total,
                                 std::size_t victims, Fate fate, const Strike& strike);

/// Detection, changes of the view, mistakes and traffic, by cell.
[[nodiscard]] std::vector<Table> tables_of(const Yields<Outcome>& yields);

/// All runs together, or those of one cell.
[[nodiscard]] Outcome total_of(const Yields<Outcome>& yields, std::string_view cell = {});

/// "993 990" or, of many, "21 from 960 to 1000".
[[nodiscard]] std::string sizes_text(const std::set<std::size_t>& sizes);
/// "99.8 %".
[[nodiscard]] std::string share_text(double share);

/// The share of the healthy nodes whose view has changed once.
[[nodiscard]] double share_in_one_step(const Outcome& outcome);

/// Claims that every healthy node holds exactly the faulty ones for failed, that so many of them
/// came to it in one step, that none failed a faulty one twice, and that nobody was failed by
/// mistake.
[[nodiscard]] Claim right_claim(const Outcome& outcome, std::string best_known);
[[nodiscard]] Claim one_step_claim(const Outcome& outcome, double target, std::string best_known);
[[nodiscard]] Claim once_claim(const Outcome& outcome, std::string best_known);
[[nodiscard]] Claim no_mistake_claim(const Findings& findings, std::string best_known);

}  // namespace hearsay::papers::rapid

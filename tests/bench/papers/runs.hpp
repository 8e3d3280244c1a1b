#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "settings.hpp"

/// Independent runs of simulations, spread over threads.
namespace hearsay::papers {

/// One run: the repeat of one cell of one row.
struct Run {
    std::string row;
    std::string cell;
    /// The place of the cell among all cells of the row.
    std::size_t cell_index = 0;
    std::size_t repeat = 0;
    /// Follows from all of the above and the settings' seed, and from nothing else.
    std::uint64_t seed = 0;
};

/// Thrown where the settings ask for cells that a row does not have: what, and what it has.
class NoSuchCell : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// The runs that the settings ask for, cell by cell; at least one.
[[nodiscard]] std::vector<Run> plan(const Settings& settings, std::string_view row,
                                    const std::vector<std::string>& cells,
                                    std::size_t usual_repeats);

/// A run that ended in an exception, and with which words.
struct BrokenRun {
    Run run;
    std::string what;
};

/// "lifeguard_interval, C=4 D=2048 I=64, repeat 3: failed n7: ...".
[[nodiscard]] std::string text(const BrokenRun& broken);

/// Thrown where not one run was done before somebody stopped it.
class Stopped : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What came of runs.
struct RunsDone {
    /// So many were done, from the first on.
    std::size_t done = 0;
    std::vector<BrokenRun> broken{};
};

/// Does `work` for the index of each run, on as many threads as the settings say, and shows how far
/// it is. What breaks is told, and the others are done nevertheless, until the settings say that it
/// is stopped.
[[nodiscard]] RunsDone perform(const Settings& settings, const std::vector<Run>& runs,
                               const std::function<void(std::size_t)>& work);

/// What all runs gave, in their order whatever thread they ran on.
template <typename Yield>
struct Yields {
    std::vector<Run> runs;
    /// One for each run; nothing of one that broke.
    std::vector<std::optional<Yield>> values;
    std::vector<BrokenRun> broken;
    /// Further runs that were not done.
    std::size_t undone = 0;

    /// Calls `use` with each run that gave something, and with that.
    template <typename Use>
    void each(Use use) const {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            if (values[i]) use(runs[i], *values[i]);
        }
    }
};

/// Does `experiment` for each run. Throws `Stopped` if it is stopped before one is done.
template <typename Experiment>
[[nodiscard]] auto perform_all(const Settings& settings, std::vector<Run> runs,
                               Experiment experiment) {
    using Yield = decltype(experiment(runs.front()));
    Yields<Yield> yields{
        .runs = std::move(runs), .values = std::vector<std::optional<Yield>>(), .broken = {}};
    yields.values.resize(yields.runs.size());
    RunsDone outcome = perform(settings, yields.runs, [&](std::size_t i) {
        yields.values[i] = experiment(yields.runs[i]);
    });
    if (outcome.done == 0) throw Stopped("stopped before a run was done");
    yields.undone = yields.runs.size() - outcome.done;
    yields.runs.resize(outcome.done);
    yields.values.resize(outcome.done);
    yields.broken = std::move(outcome.broken);
    return yields;
}

}  // namespace hearsay::papers

#include "runs.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "hearsay/random.hpp"

#include "progress.hpp"

namespace hearsay::papers {
namespace {

std::uint64_t seed_of(const Run& run, std::uint64_t base) {
    std::uint64_t seed = mix(base + 1);
    for (const std::uint64_t part : {hash(run.row), hash(run.cell), std::uint64_t{run.repeat}})
        seed = mix(seed ^ mix(part + 1));
    return seed;
}

/// Whole words only: "I=1" is not in "I=16".
bool is_wanted(const Settings& settings, const std::string& cell) {
    const auto holds = [&](const std::string& words) {
        return (" " + cell + " ").find(" " + words + " ") != std::string::npos;
    };
    return settings.cells.empty() ||
           std::any_of(settings.cells.begin(), settings.cells.end(), holds);
}

}  // namespace

std::vector<Run> plan(const Settings& settings, std::string_view row,
                      const std::vector<std::string>& cells, std::size_t usual_repeats) {
    const std::size_t first = settings.repeat.value_or(0);
    const std::size_t end = settings.repeat ? first + 1 : settings.repeats.value_or(usual_repeats);
    std::vector<Run> runs;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        if (!is_wanted(settings, cells[cell])) continue;
        for (std::size_t repeat = first; repeat < end; ++repeat) {
            runs.push_back({.row = std::string(row),
                            .cell = cells[cell],
                            .cell_index = cell,
                            .repeat = repeat});
            runs.back().seed = seed_of(runs.back(), settings.seed);
        }
    }
    if (runs.empty()) {
        throw NoSuchCell("--cell: " + std::string(row) + " has no such cell, only those from \"" +
                         cells.front() + "\" to \"" + cells.back() + "\"");
    }
    return runs;
}

std::string text(const BrokenRun& broken) {
    return broken.run.row + ", " + broken.run.cell + ", repeat " +
           std::to_string(broken.run.repeat) + ": " + broken.what;
}

RunsDone perform(const Settings& settings, const std::vector<Run>& runs,
                 const std::function<void(std::size_t)>& work) {
    std::vector<std::string> problems(runs.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> done = 0;
    Progress progress(runs.empty() ? "" : runs.front().row, runs.size());
    std::mutex mutex;
    const auto labour = [&] {
        while (!settings.is_stopped()) {
            const std::size_t i = next++;
            if (i >= runs.size()) return;
            try {
                work(i);
            } catch (const std::exception& error) {
                problems[i] = error.what();
            }
            ++done;
            const std::scoped_lock lock(mutex);
            progress.advance();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < std::min(settings.threads, runs.size()); ++i)
            threads.emplace_back(labour);
    }
    RunsDone outcome{.done = done};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!problems[i].empty()) outcome.broken.push_back({.run = runs[i], .what = problems[i]});
    }
    return outcome;
}

}  // namespace hearsay::papers

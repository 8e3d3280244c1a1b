#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "runs.hpp"

/// What a row tells, for people in Markdown and for programs in JSON.
namespace hearsay::papers {

/// One entry of a table: a text, and the number it shows, if any.
struct Cell {
    std::string text;
    std::optional<double> number{};
};

[[nodiscard]] Cell cell(std::string text);
[[nodiscard]] Cell cell(double number, int decimals);
[[nodiscard]] Cell cell(std::uint64_t count);
/// In seconds, to the hundredth.
[[nodiscard]] Cell cell(Duration duration);
/// What does not apply.
[[nodiscard]] Cell no_cell();

struct Table {
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> lines;
};

/// What is to be shown of a row, and whether it is.
struct Claim {
    std::string what;
    std::string measured;
    std::string target;
    std::string best_known;
    bool is_kept = false;
};

/// All that one row tells.
struct Report {
    std::string row{};
    /// What was done, in a few sentences.
    std::string method{};
    std::vector<Table> tables{};
    std::vector<Claim> claims{};
    std::vector<BrokenRun> broken{};
    /// Runs that were not done, because somebody stopped it.
    std::size_t undone = 0;
};

/// True if all runs were done, none broke, and all claims are kept.
[[nodiscard]] bool is_success(const Report& report);

[[nodiscard]] std::string markdown(const Report& report);
/// One object in one line, with the line's end.
[[nodiscard]] std::string json(const Report& report, std::uint64_t seed);

}  // namespace hearsay::papers

#pragma once

#include <span>
#include <string_view>

#include "report.hpp"
#include "settings.hpp"

/// The rows that `papers` can work: one function each, in a file of its own name.
namespace hearsay::papers {

struct Row {
    std::string_view name;
    std::string_view about;
    /// About how long it takes with all repeats, on two cores.
    std::string_view takes;
    Report (*work)(const Settings&);
};

/// In the order in which `all` works them.
[[nodiscard]] std::span<const Row> all_rows();
/// Nothing if there is none of that name.
[[nodiscard]] const Row* find_row(std::string_view name);

[[nodiscard]] Report van_renesse(const Settings& settings);
[[nodiscard]] Report formulas(const Settings& settings);
[[nodiscard]] Report spread(const Settings& settings);
[[nodiscard]] Report lifeguard_threshold(const Settings& settings);
[[nodiscard]] Report lifeguard_interval(const Settings& settings);
[[nodiscard]] Report rapid_crash(const Settings& settings);
[[nodiscard]] Report rapid_ingress(const Settings& settings);
[[nodiscard]] Report rapid_loss(const Settings& settings);
[[nodiscard]] Report rapid_blackhole(const Settings& settings);
[[nodiscard]] Report half_dies(const Settings& settings);
[[nodiscard]] Report half_cut(const Settings& settings);
[[nodiscard]] Report own_view(const Settings& settings);
[[nodiscard]] Report traffic(const Settings& settings);
[[nodiscard]] Report bootstrap(const Settings& settings);
[[nodiscard]] Report swim_join(const Settings& settings);

}  // namespace hearsay::papers

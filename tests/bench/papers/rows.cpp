#include "rows.hpp"

#include <algorithm>
#include <array>

namespace hearsay::papers {
namespace {

constexpr std::array<Row, 15> rows{{
    {"van_renesse", "Formulas and figures of van Renesse, Minsky and Hayden 1998", "10 s",
     van_renesse},
    {"formulas", "Lifeguard's suspicion time-outs, the quality of NFD-S", "1 s", formulas},
    {"spread", "Rounds in which a rumour reaches all, by push and push-pull", "10 s", spread},
    {"lifeguard_threshold", "Lifeguard: 1 to 32 of 128 blocked once; time to detect", "3 min",
     lifeguard_threshold},
    {"lifeguard_interval", "Lifeguard: 1 to 32 of 128 blocked again and again; mistakes", "90 min",
     lifeguard_interval},
    {"rapid_crash", "Rapid: ten of 1,000 die at once", "2 min", rapid_crash},
    {"rapid_ingress", "Rapid: ten of 1,000 hear nothing, 20 s on and 20 s off", "2 min",
     rapid_ingress},
    {"rapid_loss", "Rapid: ten of 1,000 lose 80 % of what they hear, or say", "4 min", rapid_loss},
    {"rapid_blackhole", "Rapid: two of 1,000 cannot reach each other", "30 s", rapid_blackhole},
    {"half_dies", "Van Renesse's figure 3: up to 90 of 100, and half of 1,000, die at once",
     "30 min", half_dies},
    {"half_cut", "Two halves of 16 that are cut, both ways or each path one way", "2 s", half_cut},
    {"own_view", "One of 32 loses 80 % of what it hears, or says: whom it fails itself", "30 s",
     own_view},
    {"traffic", "Bytes of 16 to 2,000 nodes, in quiet and while ten die", "3 min", traffic},
    {"bootstrap", "Rapid: 128 to 2,000 nodes start at once with one seed", "2 min", bootstrap},
    {"swim_join", "SWIM: 17 members join one by one while 10 % is lost", "1 s", swim_join},
}};

}  // namespace

std::span<const Row> all_rows() {
    return rows;
}

const Row* find_row(std::string_view name) {
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
    return found == rows.end() ? nullptr : found;
}

}  // namespace hearsay::papers

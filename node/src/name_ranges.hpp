#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hearsay {

/// Puts n2 before n10.
void sort_for_people(std::vector<std::string>& names);

/// Names for people, n2 before n10, those that follow each other as a range: "db, n1 to n8, n12".
/// Beyond `items_max` of these the rest is counted: "and 40 more".
[[nodiscard]] std::string name_ranges(std::vector<std::string> names, std::size_t items_max);

}  // namespace hearsay

#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Other numbers and fewer special cases than the rules have (protocol/src/numbers.hpp), to see
/// what each of them is worth. For simulated programs alone; before the first detector is made. Not
/// thread-safe: it changes what all detectors of the process go by.
namespace hearsay::simulation {

/// Sets numbers, as "quorum=2,grace=0.25". The first fault in words, if there is one: then those
/// before it are set.
[[nodiscard]] std::optional<std::string> set_numbers(std::string_view assignments);

/// Switches special cases off, as "appeal,calm". Faults as above.
[[nodiscard]] std::optional<std::string> leave_out(std::string_view cases);

/// A line for each number and special case: name, value, unit and reason, with tabs between them.
/// Special cases have the value 1 and no unit.
[[nodiscard]] std::string list_of_numbers();

}  // namespace hearsay::simulation

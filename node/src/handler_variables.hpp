#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "occurrence.hpp"

namespace hearsay {

/// The variables of this process, each as "NAME=VALUE".
[[nodiscard]] std::vector<std::string> own_variables();

/// `variables`, those of them replaced that have the same name as one of `added`, and `added`.
[[nodiscard]] std::vector<std::string> merged(const std::vector<std::string>& variables,
                                              const std::vector<std::string>& added);

/// What handlers are told of an event in HEARSAY_... variables, and how many events before it they
/// were not told of.
[[nodiscard]] std::vector<std::string> event_variables(const Occurrence& occurrence,
                                                       std::uint64_t missed);

}  // namespace hearsay

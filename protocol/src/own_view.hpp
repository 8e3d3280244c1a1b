#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hearsay/detector.hpp"
#include "hearsay/survey.hpp"

namespace hearsay {

/// What the member that a detector speaks for says of itself and of the others; without its roster
/// if that has `known_digest`.
[[nodiscard]] MemberView own_view(const Detector& detector, const std::string& program_version,
                                  std::optional<std::uint64_t> known_digest, ClockReading clock);

/// Cuts the lists so that an answer keeps the limits and fits into a frame; counts what it cuts.
void fit(MemberView& view);

}  // namespace hearsay

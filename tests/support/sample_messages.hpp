#pragma once

#include "hearsay/message.hpp"
#include "hearsay/random.hpp"

namespace hearsay::testing {

/// A message drawn from `random`: any parts, within the limits of the format, mostly small, with
/// the extremes of every number and string more often than chance would have them.
[[nodiscard]] Message sample_message(Random& random);

}  // namespace hearsay::testing

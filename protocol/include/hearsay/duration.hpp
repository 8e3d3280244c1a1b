#pragma once

#include <string>
#include <string_view>

#include "hearsay/result.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// Reads a span as people write it: a number and a unit (us, ms, s, m, h, d), or several, as in
/// "200ms", "1.5s", "1m30s", "24h". A number without a unit is refused, but for zero. The error
/// is a sentence that says what would be right.
[[nodiscard]] Result<Duration, std::string> parse_duration(std::string_view text);

/// A span in the greatest unit that tells it exactly, as it is typed: "1450ms", "24h".
[[nodiscard]] std::string exact_text(Duration span);

}  // namespace hearsay

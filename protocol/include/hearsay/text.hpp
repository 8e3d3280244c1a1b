#pragma once

#include <string>
#include <string_view>

#include "hearsay/codec.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// The word for it, as users see it in tables and JSON.
[[nodiscard]] std::string_view text(MemberState state);
[[nodiscard]] std::string_view text(Cause cause);
[[nodiscard]] std::string_view text(EventKind kind);
[[nodiscard]] std::string_view text(FindingKind kind);
/// The name of the counter, for example "foreign_cluster".
[[nodiscard]] std::string_view text(DecodeError error);

/// One sentence for people.
[[nodiscard]] std::string_view sentence(DecodeError error);

/// Sixteen hex digits.
[[nodiscard]] std::string text(LifeId life);

/// A span for people, two significant units at most: "380ms", "1.4s", "2m05s", "3h10m", "2d04h".
[[nodiscard]] std::string text(Duration duration);

}  // namespace hearsay

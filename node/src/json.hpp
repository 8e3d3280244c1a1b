#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// An instant and what the wall clock said at it: what turns instants of the past into dates.
struct AnswerTime {
    Instant now{};
    WallTime wall{};
};

/// The shapes of everything hearsay says in JSON, in one place. The rules: spans are whole
/// milliseconds in keys that end in `_ms`; lives are 16 hex digits, digests 8; what does not
/// apply is null; keys never change their meaning, new ones may be added at the end.

/// "2026-11-23T10:00:00.123Z".
[[nodiscard]] std::string date_text(WallTime at);

[[nodiscard]] nlohmann::ordered_json to_json(const Event& event, WallTime at);
[[nodiscard]] nlohmann::ordered_json to_json(const Member& member);
[[nodiscard]] nlohmann::ordered_json to_json(const Link& link);
[[nodiscard]] nlohmann::ordered_json to_json(const Counters& counters);
[[nodiscard]] nlohmann::ordered_json to_json(const Status& status);
[[nodiscard]] nlohmann::ordered_json to_json(const Confirmation& confirmation);
[[nodiscard]] nlohmann::ordered_json to_json(const Config& config);
[[nodiscard]] nlohmann::ordered_json to_json(const Explanation& explanation, AnswerTime moment);

/// Eight hex digits.
[[nodiscard]] std::string digest_text(std::uint32_t digest);

/// The event as one object in one line, without the line's end. `at` is when it happened.
[[nodiscard]] std::string event_json(const Event& event, WallTime at);

/// The object in one line. Bytes that are not UTF-8 (what a stranger sent may hold any) are
/// replaced.
[[nodiscard]] std::string line(const nlohmann::ordered_json& value);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/message.hpp"
#include "hearsay/result.hpp"

namespace hearsay {

/// The bounds of the format (R19). They are part of it, stated in WIRE.md, and enforced before
/// memory is taken.
namespace limits {
inline constexpr std::size_t frame_bytes_max = 128 * 1024;
inline constexpr std::size_t cluster_bytes_max = 32;
inline constexpr std::size_t name_bytes_max = 64;
inline constexpr std::size_t endpoint_bytes_max = 128;
inline constexpr std::size_t tags_max = 16;
inline constexpr std::size_t tag_key_bytes_max = 32;
inline constexpr std::size_t tag_value_bytes_max = 128;
inline constexpr std::size_t rows_max = 1024;
inline constexpr std::size_t accusations_max = 256;
inline constexpr std::size_t accusers_max = 8;
inline constexpr std::size_t introductions_max = 256;
inline constexpr std::size_t members_max = 10'000;
inline constexpr std::size_t wants_max = members_max;
inline constexpr std::size_t roster_max = members_max;
inline constexpr std::size_t forgets_max = 64;
inline constexpr std::size_t certificate_bytes_max = 512;
/// Ages and promises beyond this are read as this: about 49 days.
inline constexpr std::uint32_t milliseconds_max = 0xffff'ffffU;
}  // namespace limits

/// The version of the format this build writes and reads.
inline constexpr std::uint8_t wire_version = 1;

/// Why a frame was not accepted. Append only: the numbers index counters.
enum class DecodeError : std::uint8_t {
    /// Shorter than the fixed head.
    truncated,
    /// Does not begin with our mark: not our protocol at all.
    foreign_protocol,
    /// A version this build does not read.
    foreign_version,
    /// Another cluster's name.
    foreign_cluster,
    /// Longer than `limits::frame_bytes_max`.
    oversized,
    /// Not msgpack, or not msgpack all the way to its end.
    malformed,
    /// A field has the wrong type, or a list or string is longer than its limit.
    out_of_bounds,
    /// Its sender is not the member whose key spoke, or proves nothing.
    impostor,
};
inline constexpr std::size_t decode_error_count = 8;

/// A refused frame: why, and what it said instead (the other cluster's name, or its version).
struct Rejection {
    DecodeError error{};
    std::string found;

    bool operator==(const Rejection&) const = default;
};

/// The bytes of a message. Spans are rounded up to whole milliseconds and cut at
/// `limits::milliseconds_max`. REQUIRES: the message keeps every limit.
[[nodiscard]] std::vector<std::byte> encode(const Message& message);

/// Reads a frame meant for `cluster`. Never throws. Mark, version and cluster are checked before
/// the rest is looked at; parts that are missing at the end are empty, unknown ones are skipped.
[[nodiscard]] Result<Message, Rejection> decode(std::span<const std::byte> frame,
                                                std::string_view cluster);

}  // namespace hearsay

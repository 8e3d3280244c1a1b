#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hearsay/codec.hpp"

/// The format as WIRE.md states it: what encode.cpp and decode.cpp must agree on.
namespace hearsay {

using FrameMark = std::array<std::byte, 4>;
inline constexpr FrameMark frame_mark{std::byte{'h'}, std::byte{'s'}, std::byte{'a'},
                                      std::byte{'y'}};
inline constexpr std::size_t frame_head_bytes = frame_mark.size() + 1;

/// Positions in the message. Append only.
enum Part : std::uint32_t {
    part_cluster,
    part_from,
    part_heartbeat,
    part_promise,
    part_digest,
    part_flags,
    part_rows,
    part_accusations,
    part_introductions,
    part_wants,
    part_roster,
    part_forgets,
    part_marks,
    part_signers,
    part_count,
};

/// The parts that may not be missing are those before this one.
inline constexpr std::uint32_t required_parts = part_rows;

inline constexpr std::uint64_t flag_wants_answer = 1;
inline constexpr std::uint64_t flag_is_degraded = 4;
inline constexpr std::uint64_t flag_confirmed = 8;
/// The message has proofs: parts and fields that are unknown without this flag.
inline constexpr std::uint64_t flag_is_proven = 16;

/// Numbers in one row and in one forget: these two are flat lists, cut at every third and second.
inline constexpr std::uint32_t row_width = 3;
inline constexpr std::uint32_t forget_width = 2;
/// What belongs to a forget among the signers: a life and a signature.
inline constexpr std::uint32_t signer_width = 2;

/// Positions in an accusation and in an introduction. Append only.
enum AccusationField : std::uint32_t {
    accusation_life,
    accusation_heartbeat,
    accusation_age,
    accusation_cause,
    accusation_accusers,
    accusation_width,
    accusation_signatures = accusation_width,
    accusation_proven_width,
};
enum IntroductionField : std::uint32_t {
    introduction_life,
    introduction_name,
    introduction_incarnation,
    introduction_endpoint,
    introduction_tags_version,
    introduction_tags,
    introduction_heartbeat,
    introduction_age,
    introduction_width,
    introduction_base = introduction_width,
    /// Salt, anchor and farewell, one behind the other.
    introduction_marks,
    introduction_certificate,
    introduction_signature,
    introduction_proven_width,
};

/// Our own lists nest four deep; an unknown part may go twice as deep before it is refused.
inline constexpr std::size_t list_depth_max = 8;

}  // namespace hearsay

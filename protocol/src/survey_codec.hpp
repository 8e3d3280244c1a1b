#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/member.hpp"
#include "hearsay/result.hpp"
#include "hearsay/survey.hpp"

#include "frame_layout.hpp"

/// The frames of a survey as WIRE.md states them: what survey_encode.cpp and survey_decode.cpp must
/// agree on.
namespace hearsay {

inline constexpr FrameMark survey_mark{std::byte{'h'}, std::byte{'s'}, std::byte{'v'},
                                       std::byte{'w'}};
inline constexpr std::uint8_t survey_version = 1;

/// Positions in a question and in an answer, which begin alike. Append only.
enum SurveyPart : std::uint32_t {
    survey_cluster,
    survey_kind,
    survey_from,
    survey_number,
    survey_digest,
    survey_program,
    survey_wall,
    survey_roster_size,
    survey_flags,
    survey_round,
    survey_suspect_after,
    survey_fail_after,
    survey_rings,
    survey_pace,
    survey_truncated,
    survey_links,
    survey_troubled,
    survey_roster,
    survey_part_count,
};
static_assert(static_cast<std::uint32_t>(survey_cluster) == part_cluster);

/// A question ends behind its digest; an answer may lack its last lists.
inline constexpr std::uint32_t question_parts = survey_program;
inline constexpr std::uint32_t answer_parts_required = survey_links;

inline constexpr std::uint64_t kind_question = 0;
inline constexpr std::uint64_t kind_answer = 1;

inline constexpr std::uint64_t survey_flag_withdrawn = 1;
inline constexpr std::uint64_t survey_flag_leaving = 2;

/// Elements of one link (name, flags, heard ago, round trip) and of one troubled member (name,
/// state): both are flat lists.
inline constexpr std::uint32_t told_link_width = 4;
inline constexpr std::uint32_t told_state_width = 2;

inline constexpr std::uint64_t link_flag_observed = 1;
inline constexpr std::uint64_t link_flag_lost = 2;
inline constexpr std::uint64_t link_flag_heard = 4;
inline constexpr std::uint64_t link_flag_timed = 8;

/// A clock that shows more is read as this: the year 287396.
inline constexpr std::uint64_t wall_max = std::uint64_t{1} << 53U;
/// So is a round trip of more microseconds.
inline constexpr std::uint64_t round_trip_max = 0xffff'ffffU;

/// "Tell me your view; this is the digest of my roster."
struct SurveyQuestion {
    LifeId from{};
    std::uint64_t number = 0;
    std::uint64_t digest = 0;

    bool operator==(const SurveyQuestion&) const = default;
};

/// The answer to the question of that number.
struct SurveyAnswer {
    LifeId from{};
    std::uint64_t number = 0;
    MemberView view;

    bool operator==(const SurveyAnswer&) const = default;
};

using SurveyFrame = std::variant<SurveyQuestion, SurveyAnswer>;

[[nodiscard]] std::vector<std::byte> encode(const SurveyQuestion& question,
                                            std::string_view cluster);
/// REQUIRES: the view keeps every limit and fits into a frame, as `fit` makes it.
[[nodiscard]] std::vector<std::byte> encode(const SurveyAnswer& answer, std::string_view cluster);

/// Reads a frame of a survey meant for `cluster`, as `decode` reads a message. Never throws.
[[nodiscard]] Result<SurveyFrame, Rejection> decode_survey(std::span<const std::byte> frame,
                                                           std::string_view cluster);

}  // namespace hearsay

#include <algorithm>
#include <utility>

#include "hearsay/check.hpp"

#include "packing.hpp"
#include "survey_codec.hpp"
#include "words.hpp"

namespace hearsay {

namespace {

/// What a question and an answer begin with.
struct Head {
    std::string_view cluster;
    std::uint64_t kind;
    LifeId from;
    std::uint64_t number;
    std::uint64_t digest;
};

void pack_head(Packer& packer, const Head& head) {
    HEARSAY_CHECK(is_cluster_name(head.cluster));
    pack_string(packer, head.cluster);
    packer.pack_uint64(head.kind);
    pack_life(packer, head.from);
    packer.pack_uint64(head.number);
    packer.pack_uint64(head.digest);
}

void pack_link(Packer& packer, const ToldLink& link) {
    pack_string(packer, link.name);
    packer.pack_uint64(
        (link.is_observed ? link_flag_observed : 0) | (link.is_lost ? link_flag_lost : 0) |
        (link.heard_ago ? link_flag_heard : 0) | (link.round_trip ? link_flag_timed : 0));
    pack_span(packer, link.heard_ago.value_or(Milliseconds::zero()));
    const auto round_trip = link.round_trip.value_or(std::chrono::microseconds::zero());
    packer.pack_uint64(
        std::min<std::uint64_t>(static_cast<std::uint64_t>(round_trip.count()), round_trip_max));
}

void pack_itself(Packer& packer, const MemberView& view) {
    HEARSAY_CHECK(is_program_version(view.version));
    pack_string(packer, view.version);
    packer.pack_uint64(static_cast<std::uint64_t>(view.wall.count()));
    packer.pack_uint64(view.roster_size);
    packer.pack_uint64((view.is_withdrawn ? survey_flag_withdrawn : 0) |
                       (view.is_leaving ? survey_flag_leaving : 0));
    pack_span(packer, view.round);
    pack_span(packer, view.suspect_after);
    pack_span(packer, view.fail_after);
    packer.pack_uint64(view.ring_count);
    packer.pack_uint64(view.pace);
    packer.pack_uint64(view.truncated);
}

void pack_links(Packer& packer, const std::vector<ToldLink>& links) {
    pack_list(packer, links.size(), limits::surveyed_links_max, told_link_width);
    for (const ToldLink& link : links)
        pack_link(packer, link);
}

void pack_troubled(Packer& packer, const std::vector<ToldState>& troubled) {
    pack_list(packer, troubled.size(), limits::members_max, told_state_width);
    for (const ToldState& member : troubled) {
        pack_string(packer, member.name);
        packer.pack_uint64(static_cast<std::uint64_t>(member.state));
    }
}

void pack_roster(Packer& packer, const std::vector<std::string>& roster) {
    pack_list(packer, roster.size(), limits::members_max);
    for (const std::string& name : roster)
        pack_string(packer, name);
}

/// The parts up to the last one that is not empty.
std::uint32_t parts_present(const MemberView& view) {
    if (!view.roster.empty()) return survey_roster + 1;
    if (!view.troubled.empty()) return survey_troubled + 1;
    if (!view.links.empty()) return survey_links + 1;
    return answer_parts_required;
}

Buffer opened_frame() {
    Buffer buffer;
    buffer.bytes.assign(survey_mark.begin(), survey_mark.end());
    buffer.bytes.push_back(std::byte{survey_version});
    return buffer;
}

}  // namespace

std::vector<std::byte> encode(const SurveyQuestion& question, std::string_view cluster) {
    Buffer buffer = opened_frame();
    Packer packer(buffer);
    packer.pack_array(question_parts);
    pack_head(packer, {.cluster = cluster,
                       .kind = kind_question,
                       .from = question.from,
                       .number = question.number,
                       .digest = question.digest});
    return std::move(buffer.bytes);
}

std::vector<std::byte> encode(const SurveyAnswer& answer, std::string_view cluster) {
    Buffer buffer = opened_frame();
    Packer packer(buffer);
    const std::uint32_t count = parts_present(answer.view);
    packer.pack_array(count);
    pack_head(packer, {.cluster = cluster,
                       .kind = kind_answer,
                       .from = answer.from,
                       .number = answer.number,
                       .digest = answer.view.digest});
    pack_itself(packer, answer.view);
    if (count > survey_links) pack_links(packer, answer.view.links);
    if (count > survey_troubled) pack_troubled(packer, answer.view.troubled);
    if (count > survey_roster) pack_roster(packer, answer.view.roster);
    HEARSAY_CHECK(buffer.bytes.size() <= limits::frame_bytes_max);
    return std::move(buffer.bytes);
}

}  // namespace hearsay

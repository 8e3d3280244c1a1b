#include <algorithm>
#include <string>
#include <utility>

#include "frame_visitor.hpp"
#include "survey_codec.hpp"
#include "words.hpp"

namespace hearsay {

namespace {

/// Takes down what belongs into a question or an answer.
class SurveyReader : public FrameVisitor<SurveyReader> {
  public:
    explicit SurveyReader(std::string_view cluster) : cluster_(cluster) {}

    /// True if no part is missing that must be there. REQUIRES: the parser came to the end.
    [[nodiscard]] bool is_complete() const {
        return part() >= (is_answer() ? answer_parts_required : question_parts);
    }
    [[nodiscard]] SurveyFrame frame() {
        if (is_answer()) return std::move(answer_);
        return SurveyQuestion{
            .from = answer_.from, .number = answer_.number, .digest = answer_.view.digest};
    }

    /// True inside what a later release may have appended: it is skipped.
    [[nodiscard]] bool is_unknown() const {
        return part() >= (is_answer() || part() <= survey_kind ? survey_part_count
                                                               : SurveyPart{question_parts});
    }

    bool accept_array(std::uint32_t size) {
        if (is_unknown()) return true;
        return depth() == 0 ? size > 0 : depth() == 1 && accept_part(size);
    }
    [[nodiscard]] bool accept_map(std::uint32_t /*size*/) const { return is_unknown(); }
    [[nodiscard]] bool accept_bytes(std::span<const std::byte> /*bytes*/) const {
        return is_unknown();
    }
    bool accept_number(std::uint64_t value) {
        if (is_unknown()) return true;
        if (depth() == 1) return part() <= survey_digest ? accept_head(value) : accept_own(value);
        return depth() == 2 && accept_entry(value);
    }
    bool accept_string(std::string_view string) {
        if (is_unknown()) return true;
        if (depth() == 1 && part() == survey_cluster) return accept_cluster(string);
        if (depth() == 1 && part() == survey_program) return accept_program(string);
        return depth() == 2 && is_member_name(string) && accept_name(string);
    }

  private:
    [[nodiscard]] bool is_answer() const { return kind_ == kind_answer; }
    [[nodiscard]] MemberView& view() { return answer_.view; }

    [[nodiscard]] bool accept_part(std::uint32_t size) const {
        switch (part()) {
            case survey_links:
                return size % told_link_width == 0 &&
                       size / told_link_width <= limits::surveyed_links_max;
            case survey_troubled:
                return size % told_state_width == 0 &&
                       size / told_state_width <= limits::members_max;
            case survey_roster:
                return size <= limits::members_max;
            default:
                return false;
        }
    }

    // Numbers.

    bool accept_head(std::uint64_t value) {
        switch (part()) {
            case survey_kind:
                kind_ = value;
                return value == kind_question || value == kind_answer;
            case survey_from:
                return accept_life(value, answer_.from);
            case survey_number:
                answer_.number = value;
                return true;
            case survey_digest:
                view().digest = value;
                return true;
            default:
                return false;
        }
    }
    bool accept_own(std::uint64_t value) {
        switch (part()) {
            case survey_wall:
                view().wall = Milliseconds{std::min(value, wall_max)};
                return true;
            case survey_roster_size:
                view().roster_size = value;
                return true;
            case survey_flags:
                view().is_withdrawn = (value & survey_flag_withdrawn) != 0;
                view().is_leaving = (value & survey_flag_leaving) != 0;
                return true;
            default:
                return accept_setting(value);
        }
    }
    bool accept_setting(std::uint64_t value) {
        switch (part()) {
            case survey_round:
                view().round = span(value);
                return true;
            case survey_suspect_after:
                view().suspect_after = span(value);
                return true;
            case survey_fail_after:
                view().fail_after = span(value);
                return true;
            case survey_rings:
                view().ring_count = value;
                return true;
            case survey_pace:
                view().pace = value;
                return true;
            case survey_truncated:
                view().truncated = value;
                return true;
            default:
                return false;
        }
    }
    bool accept_entry(std::uint64_t value) {
        if (part() == survey_links) return accept_link(value);
        if (part() != survey_troubled || place(2) % told_state_width != 1) return false;
        view().troubled.back().state = state(value);
        return true;
    }
    bool accept_link(std::uint64_t value) {
        switch (place(2) % told_link_width) {
            case 1:
                accept_link_flags(value, view().links.back());
                return true;
            case 2:
                if (view().links.back().heard_ago) view().links.back().heard_ago = span(value);
                return true;
            case 3:
                if (view().links.back().round_trip) {
                    view().links.back().round_trip =
                        std::chrono::microseconds{std::min(value, round_trip_max)};
                }
                return true;
            default:
                return false;
        }
    }
    static void accept_link_flags(std::uint64_t value, ToldLink& link) {
        link.is_observed = (value & link_flag_observed) != 0;
        link.is_lost = (value & link_flag_lost) != 0;
        if ((value & link_flag_heard) != 0) link.heard_ago.emplace();
        if ((value & link_flag_timed) != 0) link.round_trip.emplace();
    }
    /// A state that a later release has added is the weakest one to us.
    static MemberState state(std::uint64_t value) {
        if (value == static_cast<std::uint64_t>(MemberState::failed)) return MemberState::failed;
        if (value == static_cast<std::uint64_t>(MemberState::left)) return MemberState::left;
        return MemberState::suspect;
    }

    // Strings.

    bool accept_cluster(std::string_view name) {
        if (!is_cluster_name(name)) return false;
        return name == cluster_ || refuse(DecodeError::foreign_cluster, name);
    }
    bool accept_program(std::string_view version) {
        view().version = version;
        return is_program_version(version);
    }
    bool accept_name(std::string_view name) {
        if (part() == survey_roster) {
            view().roster.emplace_back(name);
            return true;
        }
        if (part() == survey_links && place(2) % told_link_width == 0) {
            view().links.emplace_back().name = name;
            return true;
        }
        if (part() == survey_troubled && place(2) % told_state_width == 0) {
            view().troubled.emplace_back().name = name;
            return true;
        }
        return false;
    }

    std::string_view cluster_;
    std::uint64_t kind_ = kind_question;
    /// Of a question only what both begin with.
    SurveyAnswer answer_;
};

}  // namespace

Result<SurveyFrame, Rejection> decode_survey(std::span<const std::byte> frame,
                                             std::string_view cluster) {
    if (const auto rejection = check_head(frame, survey_mark, survey_version)) return *rejection;
    SurveyReader reader(cluster);
    if (const auto rejection = read_body(frame.subspan(frame_head_bytes), reader)) {
        return *rejection;
    }
    return reader.frame();
}

}  // namespace hearsay

#include "survey_codec.hpp"

#include <string>
#include <vector>

#include "hearsay/random.hpp"

#include "own_view.hpp"
#include "support/catch.hpp"
#include "support/frame_builder.hpp"
#include "support/sample_views.hpp"

namespace hearsay {
namespace {

using testing::FrameBuilder;
using testing::sample_view;

const SurveyQuestion question{.from = LifeId{7}, .number = 99, .digest = 0x1234};

SurveyAnswer answer(MemberView view) {
    return {.from = LifeId{9}, .number = 0xffff'ffff'ffff'ffff, .view = std::move(view)};
}

std::optional<DecodeError> refusal(const std::vector<std::byte>& frame) {
    const auto result = decode_survey(frame, "demo");
    return result ? std::nullopt : std::optional(result.error().error);
}

/// The head of a question or an answer of so many parts, spelled by hand.
FrameBuilder spelled(std::uint32_t parts, std::uint64_t kind) {
    FrameBuilder builder;
    builder.raw("hsvw").raw({1}).array(parts).string("demo");
    return builder.numbers({kind, 7, 1, 2});
}

/// An answer up to the part before its lists, of which `lists` are announced.
FrameBuilder answering(std::uint32_t lists) {
    return spelled(15 + lists, 1).string("1.0").numbers({3, 4, 0, 5, 6, 7, 2, 1, 0});
}

TEST_CASE("a question and an answer are read as they were written", "[survey_codec]") {
    const auto asked = decode_survey(encode(question, "demo"), "demo");
    REQUIRE(asked);
    CHECK(std::get<SurveyQuestion>(asked.value()) == question);

    MemberView empty;
    empty.version = "0";
    for (const MemberView& view : {sample_view(), empty}) {
        const auto answered = decode_survey(encode(answer(view), "demo"), "demo");
        REQUIRE(answered);
        CHECK(std::get<SurveyAnswer>(answered.value()) == answer(view));
    }
}

TEST_CASE("a detector counts the frames of a survey as those of another protocol",
          "[survey_codec]") {
    const auto frame = encode(question, "demo");

    CHECK(is_survey_frame(frame));
    CHECK(decode(frame, "demo").error().error == DecodeError::foreign_protocol);
    CHECK_FALSE(is_survey_frame(std::span(frame).first(3)));
}

TEST_CASE("a survey frame is refused for the reason that a message would be", "[survey_codec]") {
    auto frame = encode(question, "demo");
    CHECK(refusal({frame.begin(), frame.begin() + 4}) == DecodeError::truncated);
    CHECK(refusal({frame.begin(), frame.end() - 1}) == DecodeError::malformed);
    CHECK(refusal(std::vector<std::byte>(limits::frame_bytes_max + 1)) == DecodeError::oversized);
    CHECK(refusal(encode(question, "prod")) == DecodeError::foreign_cluster);
    frame.push_back(std::byte{0});
    CHECK(refusal(frame) == DecodeError::malformed);
    frame[4] = std::byte{2};
    CHECK(refusal(frame) == DecodeError::foreign_version);
    frame[2] = std::byte{'x'};
    CHECK(refusal(frame) == DecodeError::foreign_protocol);
}

TEST_CASE("parts of an answer that are missing at its end are empty, and others are not missed",
          "[survey_codec]") {
    CHECK_FALSE(refusal(answering(0).frame()));
    CHECK_FALSE(refusal(answering(1).array(0).frame()));
    CHECK(refusal(spelled(6, 1).string("1.0").frame()) == DecodeError::out_of_bounds);
    CHECK_FALSE(refusal(spelled(5, 0).frame()));
}

TEST_CASE("what a later release appends to a survey is skipped", "[survey_codec]") {
    CHECK_FALSE(refusal(spelled(7, 0).nil().array(1).nil().frame()));
    CHECK_FALSE(refusal(answering(5).array(0).array(0).array(0).map(1).nil().nil().nil().frame()));
    // A kind that is not known, or a state.
    CHECK(refusal(spelled(5, 2).frame()) == DecodeError::out_of_bounds);
    const auto later =
        decode_survey(answering(2).array(0).array(2).string("n3").number(77).frame(), "demo");
    REQUIRE(later);
    CHECK(std::get<SurveyAnswer>(later.value()).view.troubled ==
          std::vector<ToldState>{{.name = "n3", .state = MemberState::suspect}});
}

TEST_CASE("a field of an answer of the wrong kind is out of bounds", "[survey_codec]") {
    const std::vector<FrameBuilder> wrong{
        spelled(15, 1).number(1),
        spelled(15, 1).string(std::string(33, 'v')),
        spelled(15, 1).string("1.0").string("3"),
        answering(1).number(0),
        answering(1).array(3),
        answering(1).array(4).number(1),
        answering(1).array(4).string("n 1"),
        answering(1).array(4).string("n1").string("n2"),
        answering(2).array(0).array(1),
        answering(2).array(0).array(2).string("n1").nil(),
        answering(3).array(0).array(0).array(1).number(1),
        answering(3).array(0).array(0).array(1).array(0),
        answering(3).array(0).array(0).array(1).string(std::string(65, 'n')),
    };
    for (const FrameBuilder& builder : wrong)
        CHECK(refusal(builder.frame()) == DecodeError::out_of_bounds);
}

TEST_CASE("each list of an answer is read up to its limit, and no further", "[survey_codec]") {
    const auto links = [](std::uint32_t count) {
        FrameBuilder builder = answering(1);
        builder.array(count * 4);
        for (std::uint32_t i = 0; i < count; ++i)
            builder.raw({0xa1, 'n', 0, 0, 0});
        return builder.frame();
    };
    const auto troubled = [](std::uint32_t count) {
        FrameBuilder builder = answering(2);
        builder.array(0).array(count * 2);
        for (std::uint32_t i = 0; i < count; ++i)
            builder.raw({0xa1, 'n', 2});
        return builder.frame();
    };
    const auto roster = [](std::uint32_t count) {
        FrameBuilder builder = answering(3);
        builder.array(0).array(0).array(count);
        for (std::uint32_t i = 0; i < count; ++i)
            builder.raw({0xa1, 'n'});
        return builder.frame();
    };

    CHECK_FALSE(refusal(links(256)));
    CHECK(refusal(links(257)) == DecodeError::out_of_bounds);
    CHECK_FALSE(refusal(troubled(10'000)));
    CHECK(refusal(troubled(10'001)) == DecodeError::out_of_bounds);
    CHECK_FALSE(refusal(roster(10'000)));
    CHECK(refusal(roster(10'001)) == DecodeError::out_of_bounds);
    // What a list merely claims takes nothing.
    CHECK(refusal(answering(3).array(0).array(0).array(9'999).frame()) == DecodeError::malformed);
}

TEST_CASE("what does not fit into a frame is cut and counted", "[survey_codec]") {
    MemberView view = sample_view();
    view.truncated = 0;
    view.links.resize(300, view.links.front());
    for (int i = 0; i < 4000; ++i)
        view.roster.push_back(std::string(64, 'n'));
    const std::size_t listed = view.roster.size();

    fit(view);

    CHECK(view.links.size() == limits::surveyed_links_max);
    CHECK(view.troubled.size() == 2);
    CHECK(view.truncated == 44 + listed - view.roster.size());
    const auto frame = encode(answer(view), "demo");
    CHECK(frame.size() <= limits::frame_bytes_max);
    CHECK(frame.size() > limits::frame_bytes_max - 4096);
    CHECK_FALSE(refusal(frame));
}

TEST_CASE("a view that fits is not cut", "[survey_codec]") {
    MemberView view = sample_view();
    fit(view);
    CHECK(view == sample_view());
}

TEST_CASE("garbage is refused or means what it says, and never more", "[survey_codec]") {
    const std::uint64_t seed = GENERATE(range<std::uint64_t>(0, 20));
    CAPTURE(seed);
    Random chance(seed);
    const auto sound = encode(answer(sample_view()), "demo");
    for (int i = 0; i < 200; ++i) {
        std::vector<std::byte> frame = sound;
        for (std::uint64_t change = 0; change <= chance.below(4); ++change)
            frame[chance.below(frame.size())] = static_cast<std::byte>(chance.below(256));
        const auto result = decode_survey(frame, "demo");
        if (!result || std::holds_alternative<SurveyQuestion>(result.value())) continue;
        const SurveyAnswer& read = std::get<SurveyAnswer>(result.value());
        const auto again = decode_survey(encode(read, "demo"), "demo");
        REQUIRE(again);
        CHECK(std::get<SurveyAnswer>(again.value()) == read);
    }
}

}  // namespace
}  // namespace hearsay

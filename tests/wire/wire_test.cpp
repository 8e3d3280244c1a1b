#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

#include "support/catch.hpp"
#include "support/sample_views.hpp"
#include "survey_codec.hpp"
#include "wire/known_messages.hpp"

// The files of v1 are frozen: a change that needs one of them changed to make these tests pass has
// changed the format, and raises its version.

namespace hearsay {
namespace {

const std::string source_folder = HEARSAY_SOURCE_DIR;
const std::string frozen_folder = source_folder + "/tests/wire/v1/";

std::string content(const std::string& path) {
    std::ifstream file(path);
    CAPTURE(path);
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The bytes that a text spells: hex pairs up to a "#" in each line.
std::vector<std::byte> bytes_of(const std::string& text) {
    std::vector<std::byte> bytes;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream pairs(line.substr(0, line.find('#')));
        for (std::string pair; pairs >> pair;) {
            REQUIRE(pair.size() == 2);
            bytes.push_back(static_cast<std::byte>(std::stoul(pair, nullptr, 16)));
        }
    }
    return bytes;
}

/// What stands in the blocks of `text` that are fenced as hex.
std::vector<std::string> fenced_hex(const std::string& text) {
    const std::string fence = "```hex\n";
    std::vector<std::string> blocks;
    std::size_t end = 0;
    for (std::size_t begin = text.find(fence); begin != std::string::npos;
         begin = text.find(fence, end)) {
        end = text.find("```", begin + fence.size());
        REQUIRE(end != std::string::npos);
        blocks.push_back(text.substr(begin + fence.size(), end - begin - fence.size()));
    }
    return blocks;
}

SurveyQuestion known_question() {
    return {.from = LifeId{0x1b5e'0c7a'93d2'4f01},
            .number = 0x904d'2a61'f703'c85e,
            .digest = 0x15e2'7b9d};
}

SurveyAnswer known_answer() {
    return {.from = LifeId{0x6f20'd1e8'475c'3a02},
            .number = known_question().number,
            .view = testing::sample_view()};
}

TEST_CASE("every known message still has its frozen bytes", "[wire]") {
    for (const auto& [file, message] : testing::known_messages()) {
        CAPTURE(file);
        CHECK(encode(message) == bytes_of(content(frozen_folder + std::string(file))));
    }
}

TEST_CASE("all frozen bytes still have their meaning", "[wire]") {
    for (const auto& [file, message] : testing::known_messages()) {
        CAPTURE(file);
        const auto frame = bytes_of(content(frozen_folder + std::string(file)));
        const auto result = decode(frame, message.cluster);
        REQUIRE(result);
        CHECK(result.value() == message);
    }
}

TEST_CASE("what a later release would add is read past", "[wire]") {
    const auto result = decode(bytes_of(content(frozen_folder + "later_release.hex")), "demo");
    Message expected;
    expected.cluster = "demo";
    expected.from = LifeId{7};
    expected.heartbeat = 1;
    expected.wants_answer = true;
    expected.accusations = {{.life = LifeId{8},
                             .heartbeat = 2,
                             .age = Milliseconds{3},
                             .cause = Cause::silence,
                             .accusers = {LifeId{7}}}};

    REQUIRE(result);
    CHECK(result.value() == expected);
}

TEST_CASE("frozen bytes that were refused are still refused, for the same reason", "[wire]") {
    const std::vector<Rejection> rejections{
        {DecodeError::truncated, ""},        {DecodeError::foreign_protocol, ""},
        {DecodeError::foreign_version, "2"}, {DecodeError::foreign_cluster, "prod"},
        {DecodeError::malformed, ""},        {DecodeError::out_of_bounds, ""},
    };
    for (const Rejection& expected : rejections) {
        const std::string file = "refused/" + std::string(text(expected.error)) + ".hex";
        CAPTURE(file);
        const auto result = decode(bytes_of(content(frozen_folder + file)), "demo");
        REQUIRE_FALSE(result);
        CHECK(result.error() == expected);
    }
}

TEST_CASE("the message worked to the byte in WIRE.md is what is written", "[wire]") {
    const auto worked = fenced_hex(content(source_folder + "/protocol/WIRE.md"));

    REQUIRE(worked.size() == 4);
    CHECK(bytes_of(worked[0]) == bytes_of(content(frozen_folder + "answer.hex")));
    CHECK(bytes_of(worked[1]) == bytes_of(content(frozen_folder + "survey_question.hex")));
    CHECK(bytes_of(worked[2]) == bytes_of(content(frozen_folder + "survey_answer.hex")));
    CHECK(bytes_of(worked[3]) == bytes_of(content(frozen_folder + "link_greeting.hex")));
}

TEST_CASE("the frames of a survey still have their frozen bytes, and those their meaning",
          "[wire]") {
    const auto question = bytes_of(content(frozen_folder + "survey_question.hex"));
    const auto answer = bytes_of(content(frozen_folder + "survey_answer.hex"));

    CHECK(encode(known_question(), "demo") == question);
    CHECK(encode(known_answer(), "demo") == answer);
    const auto asked = decode_survey(question, "demo");
    const auto answered = decode_survey(answer, "demo");
    REQUIRE((asked && answered));
    CHECK(std::get<SurveyQuestion>(asked.value()) == known_question());
    CHECK(std::get<SurveyAnswer>(answered.value()) == known_answer());
}

}  // namespace
}  // namespace hearsay

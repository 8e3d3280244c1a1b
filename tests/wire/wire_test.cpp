#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

#include "support/catch.hpp"
#include "wire/known_messages.hpp"

// The files of v1 are frozen: whoever must change one to make these tests pass has changed the
// format, and raises its version.

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

/// What stands in the first block of `text` that is fenced as hex.
std::string fenced_hex(const std::string& text) {
    const std::string fence = "```hex\n";
    const std::size_t begin = text.find(fence);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = text.find("```", begin + fence.size());
    REQUIRE(end != std::string::npos);
    return text.substr(begin + fence.size(), end - begin - fence.size());
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
    const std::string worked = fenced_hex(content(source_folder + "/protocol/WIRE.md"));

    CHECK(bytes_of(worked) == bytes_of(content(frozen_folder + "answer.hex")));
}

}  // namespace
}  // namespace hearsay

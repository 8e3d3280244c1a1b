#include "link_frames.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/frame_builder.hpp"

namespace hearsay {
namespace {

std::vector<std::byte> filled(std::size_t size, unsigned first) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>(first + i);
    return bytes;
}

Greeting sample_greeting() {
    Greeting greeting{.certificate = filled(3, 0xc0)};
    const auto nonce = filled(greeting.nonce.size(), 0x10);
    std::copy(nonce.begin(), nonce.end(), greeting.nonce.begin());
    return greeting;
}

LinkProof sample_proof() {
    LinkProof proof{.certificate = filled(3, 0xd0)};
    const auto signature = filled(proof.signature.size(), 0x20);
    std::copy(signature.begin(), signature.end(), proof.signature.begin());
    return proof;
}

DecodeError fault(const std::vector<std::byte>& frame) {
    const auto decoded = decode_link_frame(frame, "demo");
    REQUIRE_FALSE(decoded);
    return decoded.error().error;
}

/// The head of a frame in cluster demo, up to and with its kind.
testing::FrameBuilder head(unsigned parts, unsigned kind) {
    testing::FrameBuilder builder;
    return builder.raw("hskk").raw({1, 0x90U + parts, 0xa4}).raw("demo").raw({kind});
}

TEST_CASE("a greeting and a proof are read as they were written", "[link_frames]") {
    const auto greeting = decode_link_frame(encode(sample_greeting(), "demo"), "demo");
    const auto proof = decode_link_frame(encode(sample_proof(), "demo"), "demo");

    REQUIRE((greeting && proof));
    CHECK(std::get<Greeting>(greeting.value()) == sample_greeting());
    CHECK(std::get<LinkProof>(proof.value()) == sample_proof());
    CHECK(is_link_frame(encode(sample_greeting(), "demo")));
    CHECK_FALSE(is_link_frame(testing::FrameBuilder().mark().frame()));
    CHECK_FALSE(is_link_frame({}));
}

/// The bytes that a frozen file spells: hex pairs up to a "#" in each line.
std::vector<std::byte> frozen(const std::string& file) {
    std::ifstream lines(HEARSAY_SOURCE_DIR "/tests/wire/v1/" + file);
    REQUIRE(lines);
    std::vector<std::byte> bytes;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream pairs(line.substr(0, line.find('#')));
        for (std::string pair; pairs >> pair;)
            bytes.push_back(static_cast<std::byte>(std::stoul(pair, nullptr, 16)));
    }
    return bytes;
}

TEST_CASE("a greeting still has its frozen bytes", "[link_frames]") {
    CHECK(encode(sample_greeting(), "demo") == frozen("link_greeting.hex"));
}

TEST_CASE("what a later release appends to a greeting is skipped", "[link_frames]") {
    const auto longer = head(7, 0)
                            .raw({0xc4, 3, 0xc0, 0xc1, 0xc2, 0xc4, 16})
                            .raw({0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17})
                            .raw({0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f})
                            .raw({0x07, 0x92, 0x01, 0x91, 0xa1, 'x', 0x81, 0xa1, 'k', 0xc4, 1, 7})
                            .frame();

    const auto decoded = decode_link_frame(longer, "demo");

    REQUIRE(decoded);
    Greeting expected = sample_greeting();
    expected.revocations_version = 7;
    CHECK(std::get<Greeting>(decoded.value()) == expected);
}

TEST_CASE("a greeting and a proof tell the version of the list of revoked keys", "[link_frames]") {
    Greeting greeting = sample_greeting();
    LinkProof proof = sample_proof();
    const std::uint64_t version = GENERATE(as<std::uint64_t>{}, 0, 1, 300, 1ULL << 40U);
    greeting.revocations_version = version;
    proof.revocations_version = version;

    CHECK(std::get<Greeting>(decode_link_frame(encode(greeting, "demo"), "demo").value()) ==
          greeting);
    CHECK(std::get<LinkProof>(decode_link_frame(encode(proof, "demo"), "demo").value()) == proof);
}

TEST_CASE("every shorter part of a greeting is refused", "[link_frames]") {
    const auto whole = encode(sample_greeting(), "demo");

    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(decode_link_frame(std::span(whole).first(size), "demo"));
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    CHECK(fault(longer) == DecodeError::malformed);
}

TEST_CASE("a greeting that is not as it must be is refused with the reason", "[link_frames]") {
    const auto other = decode_link_frame(encode(sample_greeting(), "prod"), "demo");
    REQUIRE_FALSE(other);
    CHECK(other.error() == Rejection{DecodeError::foreign_cluster, "prod"});
    auto newer = encode(sample_greeting(), "demo");
    newer[4] = std::byte{2};
    CHECK(fault(newer) == DecodeError::foreign_version);
    CHECK(fault(testing::FrameBuilder().mark().frame()) == DecodeError::foreign_protocol);
    CHECK(fault(filled(link_frame_bytes_max + 1, 0)) == DecodeError::oversized);
    // Another kind, a certificate that is text, a list in its place, a nonce too short.
    CHECK(fault(head(4, 2).frame()) == DecodeError::out_of_bounds);
    CHECK(fault(head(4, 0).raw({0xa1, 'x'}).frame()) == DecodeError::out_of_bounds);
    CHECK(fault(head(4, 0).raw({0x90}).frame()) == DecodeError::out_of_bounds);
    CHECK(fault(head(4, 0).raw({0xc4, 0, 0xc4, 1, 9}).frame()) == DecodeError::out_of_bounds);
    CHECK(fault(head(3, 0).raw({0xc4, 0}).frame()) == DecodeError::out_of_bounds);
    // No list, and a list that begins with no name.
    CHECK(fault(testing::FrameBuilder().raw("hskk").raw({1, 7}).frame()) == DecodeError::malformed);
    CHECK(fault(testing::FrameBuilder().raw("hskk").raw({1, 0x94, 7}).frame()) ==
          DecodeError::malformed);
}

TEST_CASE("a greeting that claims more than it brings takes no memory for it", "[link_frames]") {
    const auto claims = head(4, 0).raw({0xc6, 0xff, 0xff, 0xff, 0xff}).frame();
    const auto too_long = head(4, 0).raw({0xc5, 0x02, 0x01}).raw(std::string(513, 'x')).frame();

    CHECK(fault(claims) == DecodeError::malformed);
    CHECK(fault(too_long) == DecodeError::out_of_bounds);
}

TEST_CASE("lists within lists of a greeting are read to a depth alone", "[link_frames]") {
    auto builder = head(5, 0).raw({0xc4, 0, 0xc4, 16}).raw(std::string(16, 'n'));
    for (int depth = 0; depth < 500; ++depth)
        builder.raw({0x91});

    CHECK(fault(builder.raw({0x90}).frame()) == DecodeError::out_of_bounds);
}

}  // namespace
}  // namespace hearsay

#include <cstdint>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"
#include "support/frame_builder.hpp"

// The proofs in a message: each number in them follows from what they prove.

namespace hearsay {
namespace {

using testing::FrameBuilder;

constexpr std::uint64_t proven = 16;

/// A message of so many parts that says that it has proofs.
FrameBuilder head(std::uint32_t parts) {
    FrameBuilder builder;
    return builder.mark().array(parts).string("demo").numbers({7, 1, 0, 0, proven});
}

FrameBuilder& empty(FrameBuilder& builder, int parts) {
    for (; parts > 0; --parts)
        builder.array(0);
    return builder;
}

DecodeError refusal(const FrameBuilder& builder) {
    const auto result = decode(builder.frame(), "demo");
    REQUIRE_FALSE(result);
    return result.error().error;
}

bool is_accepted(const FrameBuilder& builder) {
    return static_cast<bool>(decode(builder.frame(), "demo"));
}

FrameBuilder with_marks(std::size_t bytes) {
    FrameBuilder builder = head(13);
    return empty(builder, 6).binary(bytes);
}

TEST_CASE("a message without marks proves nothing, though it says so", "[proof_codec]") {
    CHECK(refusal(head(6)) == DecodeError::out_of_bounds);
    FrameBuilder builder = head(12);
    CHECK(refusal(empty(builder, 6)) == DecodeError::out_of_bounds);
}

TEST_CASE("there is one mark for the head and one for each heartbeat", "[proof_codec]") {
    CHECK(is_accepted(with_marks(16)));
    for (const std::size_t bytes : {0U, 15U, 17U, 32U})
        CHECK(refusal(with_marks(bytes)) == DecodeError::out_of_bounds);

    const auto with_a_row = [](std::size_t bytes) {
        FrameBuilder builder = head(13);
        builder.array(3).numbers({5, 6, 7});
        return empty(builder, 5).binary(bytes);
    };
    CHECK(is_accepted(with_a_row(32)));
    CHECK(refusal(with_a_row(16)) == DecodeError::out_of_bounds);
    CHECK(refusal(with_a_row(48)) == DecodeError::out_of_bounds);
}

TEST_CASE("there is one signature for each accuser", "[proof_codec]") {
    const auto accusing = [](std::uint32_t fields, std::size_t bytes) {
        FrameBuilder builder = head(13);
        builder.array(0).array(1).array(fields).numbers({5, 6, 7, 0}).array(2).numbers({8, 9});
        if (fields > 5) builder.binary(bytes);
        return empty(builder, 4).binary(32);
    };
    CHECK(is_accepted(accusing(6, 128)));
    for (const std::size_t bytes : {0U, 64U, 127U, 129U, 192U})
        CHECK(refusal(accusing(6, bytes)) == DecodeError::out_of_bounds);
    CHECK(refusal(accusing(5, 0)) == DecodeError::out_of_bounds);
}

TEST_CASE("an introduction has a voucher of fixed sizes", "[proof_codec]") {
    struct Sizes {
        std::size_t marks = 48;
        std::size_t certificate = 1;
        std::size_t signature = 64;
    };
    const auto introducing = [](Sizes sizes) {
        FrameBuilder builder = head(13);
        builder.array(0).array(0).array(1).array(12).number(5).string("n5").number(6);
        builder.string("tcp://h:1").number(0).map(0).numbers({8, 9, 3});
        builder.binary(sizes.marks).binary(sizes.certificate).binary(sizes.signature);
        return empty(builder, 3).binary(32);
    };
    CHECK(is_accepted(introducing({})));
    CHECK(is_accepted(introducing({.certificate = limits::certificate_bytes_max})));
    CHECK(refusal(introducing({.certificate = limits::certificate_bytes_max + 1})) ==
          DecodeError::out_of_bounds);
    CHECK(is_accepted(introducing({.certificate = 0})));
    CHECK(refusal(introducing({.marks = 47})) == DecodeError::out_of_bounds);
    CHECK(refusal(introducing({.marks = 49})) == DecodeError::out_of_bounds);
    CHECK(refusal(introducing({.signature = 63})) == DecodeError::out_of_bounds);
    CHECK(refusal(introducing({.signature = 65})) == DecodeError::out_of_bounds);
}

TEST_CASE("each removal has a signer", "[proof_codec]") {
    const auto forgetting = [](std::uint32_t signers, std::uint64_t life, std::size_t bytes) {
        FrameBuilder builder = head(signers == 0 ? 13 : 14);
        empty(builder, 5).array(2).numbers({5, 6}).binary(16);
        if (signers == 0) return builder;
        builder.array(2 * signers);
        for (; signers > 0; --signers)
            builder.number(life).binary(bytes);
        return builder;
    };
    CHECK(is_accepted(forgetting(1, 9, 64)));
    CHECK(refusal(forgetting(0, 9, 64)) == DecodeError::out_of_bounds);
    CHECK(refusal(forgetting(2, 9, 64)) == DecodeError::out_of_bounds);
    CHECK(refusal(forgetting(1, 0, 64)) == DecodeError::out_of_bounds);
    CHECK(refusal(forgetting(1, 9, 63)) == DecodeError::out_of_bounds);
}

TEST_CASE("where nothing is proven proofs are skipped as anything unknown", "[proof_codec]") {
    FrameBuilder builder;
    builder.head_before(12).binary(5);
    CHECK(is_accepted(builder));
}

}  // namespace
}  // namespace hearsay

#include <algorithm>
#include <string>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/random.hpp"

#include "support/catch.hpp"
#include "support/sample_messages.hpp"

namespace hearsay {
namespace {

using Frame = std::vector<std::byte>;

std::byte any_byte(Random& generator) {
    return static_cast<std::byte>(generator.below(256));
}

std::size_t any_index(Random& generator, const Frame& frame) {
    return generator.below(frame.size());
}

/// A frame with a few bytes changed, inserted, removed or repeated somewhere.
Frame mutated(Frame frame, Random& generator) {
    for (std::uint64_t change = generator.below(4); change < 4; ++change) {
        if (frame.empty()) return frame;
        const auto at = static_cast<std::ptrdiff_t>(any_index(generator, frame));
        switch (generator.below(5)) {
            case 0:
                frame[any_index(generator, frame)] = any_byte(generator);
                break;
            case 1:
                frame[any_index(generator, frame)] ^= std::byte{1} << generator.below(8);
                break;
            case 2:
                frame.insert(frame.begin() + at, any_byte(generator));
                break;
            case 3:
                frame.erase(frame.begin() + at);
                break;
            default:
                frame.resize(any_index(generator, frame));
                break;
        }
    }
    return frame;
}

/// True for one of the reasons there are.
bool is_reason(DecodeError error) {
    return static_cast<std::size_t>(error) < decode_error_count;
}

TEST_CASE("every message is read as it was written", "[codec_property]") {
    const auto seed = GENERATE(range(0, 500));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Message message = testing::sample_message(generator);

    const Frame frame = encode(message);
    const auto result = decode(frame, message.cluster);

    REQUIRE(frame.size() <= limits::frame_bytes_max);
    REQUIRE(result);
    CHECK(result.value() == message);
}

TEST_CASE("every message is foreign to another cluster, which learns its name only",
          "[codec_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Message message = testing::sample_message(generator);

    const auto result = decode(encode(message), message.cluster + "2");

    REQUIRE_FALSE(result);
    CHECK(result.error() == Rejection{DecodeError::foreign_cluster, message.cluster});
}

TEST_CASE("no frame that was cut short is accepted", "[codec_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Message message = testing::sample_message(generator);
    const Frame frame = encode(message);

    // All of a short one; of a long one the first part and every so often a place behind it.
    const std::size_t step = 1 + frame.size() / 2000;
    for (std::size_t size = 0; size < frame.size(); size += size < 500 ? 1 : step) {
        const auto result = decode(std::span(frame).first(size), message.cluster);
        CAPTURE(size);
        REQUIRE_FALSE(result);
        CHECK(result.error().error == (size < 5 ? DecodeError::truncated : DecodeError::malformed));
    }
}

TEST_CASE("no frame that was lengthened is accepted", "[codec_property]") {
    const auto seed = GENERATE(range(0, 100));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Message message = testing::sample_message(generator);
    Frame frame = encode(message);

    frame.push_back(any_byte(generator));
    const auto one_more = decode(frame, message.cluster);
    const Frame again = encode(message);
    frame.pop_back();
    frame.insert(frame.end(), again.begin(), again.end());
    const auto twice = decode(frame, message.cluster);

    REQUIRE_FALSE(one_more);
    REQUIRE_FALSE(twice);
    CHECK(one_more.error().error == DecodeError::malformed);
    CHECK((twice.error().error == DecodeError::malformed ||
           twice.error().error == DecodeError::oversized));
}

TEST_CASE("a damaged frame is refused with a reason, or can be passed on as it was understood",
          "[codec_property]") {
    const auto seed = GENERATE(range(0, 300));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const Message message = testing::sample_message(generator);
    const Frame sound = encode(message);

    for (int attempt = 0; attempt < 50; ++attempt) {
        const Frame damaged = mutated(sound, generator);
        const auto result = decode(damaged, message.cluster);
        if (!result) {
            CHECK(is_reason(result.error().error));
            continue;
        }
        const Frame passed_on = encode(result.value());
        const auto understood = decode(passed_on, message.cluster);
        CHECK(passed_on.size() <= damaged.size());
        REQUIRE(understood);
        CHECK(understood.value() == result.value());
    }
}

TEST_CASE("noise behind a sound head is refused with a reason", "[codec_property]") {
    const auto seed = GENERATE(range(0, 2000));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    Message message;
    message.cluster = "demo";
    message.from = LifeId{1};
    Frame frame = encode(message);
    frame[5] = std::byte{0x9c};
    for (std::uint64_t count = generator.below(100); count > 0; --count) {
        frame.push_back(any_byte(generator));
    }

    const auto result = decode(frame, "demo");

    if (!result) CHECK(is_reason(result.error().error));
}

}  // namespace
}  // namespace hearsay

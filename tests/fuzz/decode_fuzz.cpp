#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

#include "survey_codec.hpp"

// Any bytes may arrive. Whatever is accepted must be fit to be passed on: it can be encoded, in no
// more bytes than it came in, and means the same then.

namespace {

void read_message(std::span<const std::byte> frame) {
    const auto result = hearsay::decode(frame, "demo");
    if (!result) return;
    const auto passed_on = hearsay::encode(result.value());
    HEARSAY_CHECK(passed_on.size() <= frame.size());
    const auto understood = hearsay::decode(passed_on, "demo");
    HEARSAY_CHECK(understood);
    HEARSAY_CHECK(understood.value() == result.value());
}

void read_survey(std::span<const std::byte> frame) {
    const auto result = hearsay::decode_survey(frame, "demo");
    if (!result) return;
    const auto passed_on =
        std::visit([](const auto& read) { return hearsay::encode(read, "demo"); }, result.value());
    HEARSAY_CHECK(passed_on.size() <= frame.size());
    const auto understood = hearsay::decode_survey(passed_on, "demo");
    HEARSAY_CHECK(understood);
    HEARSAY_CHECK(understood.value() == result.value());
}

}  // namespace

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto frame = std::as_bytes(std::span(data, size));
    read_message(frame);
    read_survey(frame);
    return 0;
}

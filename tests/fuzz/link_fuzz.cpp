#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "hearsay/check.hpp"

#include "link_frames.hpp"

// Any bytes may arrive over a link before anybody is known. What is accepted as a greeting or a
// proof can be written again, in no more bytes, and means the same then.

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto frame = std::as_bytes(std::span(data, size));
    const auto result = hearsay::decode_link_frame(frame, "demo");
    if (!result) return 0;
    const auto passed_on =
        std::visit([](const auto& read) { return hearsay::encode(read, "demo"); }, result.value());
    HEARSAY_CHECK(passed_on.size() <= frame.size());
    const auto understood = hearsay::decode_link_frame(passed_on, "demo");
    HEARSAY_CHECK(understood);
    HEARSAY_CHECK(understood.value() == result.value());
    return 0;
}

#include <cstddef>
#include <cstdint>
#include <span>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

// Any bytes may arrive. Whatever is accepted must be fit to be passed on: it can be encoded, in no
// more bytes than it came in, and means the same then.

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto frame = std::as_bytes(std::span(data, size));
    const auto result = hearsay::decode(frame, "demo");
    if (!result) return 0;
    const auto passed_on = hearsay::encode(result.value());
    HEARSAY_CHECK(passed_on.size() <= size);
    const auto understood = hearsay::decode(passed_on, "demo");
    HEARSAY_CHECK(understood);
    HEARSAY_CHECK(understood.value() == result.value());
    return 0;
}

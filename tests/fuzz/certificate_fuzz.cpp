#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearsay/check.hpp"
#include "hearsay/proof.hpp"

#include "certificate.hpp"
#include "key_material.hpp"

// The input is what a stranger sends as its certificate. It is refused, or it is read: then all
// that it says can stand in a certificate, which says the same.

namespace hearsay {
namespace {

void check_certificate(std::span<const std::byte> bytes) {
    static const SigningKey key{Secret{}};
    const auto certificate = decode_certificate(bytes);
    if (!certificate) return;
    HEARSAY_CHECK(!certificate_fault(*certificate));
    HEARSAY_CHECK(!is_issued_by(std::vector{PublicKey{}}, bytes));
    const std::vector<std::byte> again = issue(*certificate, key);
    HEARSAY_CHECK(again.size() == bytes.size());
    HEARSAY_CHECK(decode_certificate(again) == certificate);
}

}  // namespace
}  // namespace hearsay

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hearsay::check_certificate(std::as_bytes(std::span(data, size)));
    return 0;
}

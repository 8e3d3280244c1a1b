#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/message.hpp"
#include "hearsay/proof.hpp"

/// How the proofs of a message are read: bytes whose number says all about their shape.
namespace hearsay {

/// Takes them if there are as many as belong there.
template <std::size_t size>
[[nodiscard]] bool read_exactly(std::span<const std::byte> bytes,
                                std::array<std::byte, size>& into) {
    if (bytes.size() != size) return false;
    std::copy(bytes.begin(), bytes.end(), into.begin());
    return true;
}

/// One signature for each accuser.
[[nodiscard]] inline bool read_signatures(std::span<const std::byte> bytes,
                                          Accusation& accusation) {
    constexpr std::size_t size = Signature().size();
    if (bytes.size() != size * accusation.accusers.size()) return false;
    accusation.signatures.resize(accusation.accusers.size());
    for (Signature& signature : accusation.signatures) {
        std::copy_n(bytes.begin(), size, signature.begin());
        bytes = bytes.subspan(size);
    }
    return true;
}

[[nodiscard]] inline bool read_marks(std::span<const std::byte> bytes, Voucher& voucher) {
    constexpr std::size_t size = Mark().size();
    return bytes.size() == 3 * size && read_exactly(bytes.first(size), voucher.salt) &&
           read_exactly(bytes.subspan(size, size), voucher.anchor) &&
           read_exactly(bytes.last(size), voucher.farewell);
}

/// None is of a life without keys, or one whose proofs the sender does not know.
[[nodiscard]] inline bool read_certificate(std::span<const std::byte> bytes, Voucher& voucher) {
    if (bytes.size() > limits::certificate_bytes_max) return false;
    voucher.certificate.assign(bytes.begin(), bytes.end());
    return true;
}

/// The marks of a message: one for each heartbeat in it, in the order of the parts. They come last,
/// so that it is known by then how many there must be.
class ProofReader {
  public:
    [[nodiscard]] bool accept_marks(std::span<const std::byte> bytes, const Message& message) {
        if (bytes.size() != count(message) * Mark().size()) return false;
        bytes_.assign(bytes.begin(), bytes.end());
        return true;
    }

    [[nodiscard]] bool are_complete(const Message& message) const {
        const bool has_signers =
            std::all_of(message.forgets.begin(), message.forgets.end(),
                        [](const Forget& forget) { return number(forget.signer) != 0; });
        return bytes_.size() == count(message) * Mark().size() && has_signers;
    }

    /// REQUIRES: are_complete(message).
    void give_to(Message& message) {
        rest_ = bytes_;
        take(message.mark);
        for (Row& row : message.rows)
            take(row.mark);
        for (Accusation& accusation : message.accusations)
            take(accusation.mark);
        for (Introduction& introduction : message.introductions)
            take(introduction.mark);
    }

  private:
    [[nodiscard]] static std::size_t count(const Message& message) {
        return 1 + message.rows.size() + message.accusations.size() + message.introductions.size();
    }
    void take(Mark& mark) {
        std::copy_n(rest_.begin(), mark.size(), mark.begin());
        rest_ = rest_.subspan(mark.size());
    }

    std::vector<std::byte> bytes_;
    std::span<const std::byte> rest_;
};

}  // namespace hearsay

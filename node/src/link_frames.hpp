#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/proof.hpp"
#include "hearsay/result.hpp"

namespace hearsay {

/// What a dialler draws for each greeting, so that no proof is good a second time.
using Nonce = std::array<std::byte, 16>;

/// The first frame over a secured connection, from the side that dialled: "this certificate is that
/// of my key; prove yours".
struct Greeting {
    std::vector<std::byte> certificate;
    Nonce nonce{};
    /// Of the sender's list of revoked keys, so that the other side knows who has the newer one.
    std::uint64_t revocations_version = 0;

    bool operator==(const Greeting&) const = default;
};

/// Its answer: the certificate of the side that was dialled, and its signature under what
/// `proof_statement` makes of the greeting.
struct LinkProof {
    std::vector<std::byte> certificate;
    Signature signature{};
    /// As in a greeting.
    std::uint64_t revocations_version = 0;

    bool operator==(const LinkProof&) const = default;
};

using LinkFrame = std::variant<Greeting, LinkProof>;

/// The bounds of both frames, which are part of the format (WIRE.md).
inline constexpr std::size_t link_certificate_bytes_max = 512;
inline constexpr std::size_t link_frame_bytes_max = 1024;

/// True if it is one of the two frames; all others are for the survey or the detector.
[[nodiscard]] bool is_link_frame(std::span<const std::byte> frame);

/// REQUIRES: the certificate has at most `link_certificate_bytes_max` bytes.
[[nodiscard]] std::vector<std::byte> encode(const Greeting& greeting, std::string_view cluster);
[[nodiscard]] std::vector<std::byte> encode(const LinkProof& proof, std::string_view cluster);

/// Reads one of the two frames meant for `cluster`. Never throws, and takes no more memory than
/// the frame itself.
[[nodiscard]] Result<LinkFrame, Rejection> decode_link_frame(std::span<const std::byte> frame,
                                                             std::string_view cluster);

/// What the side that was dialled signs: for the key of this dialler, and for this greeting.
[[nodiscard]] std::vector<std::byte> proof_statement(std::span<const std::byte, 32> dialler,
                                                     const Nonce& nonce);

}  // namespace hearsay

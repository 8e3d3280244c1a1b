#include "prover.hpp"

#include <string_view>

#include <sodium.h>

namespace hearsay {

static_assert(sizeof(Mark) == crypto_shorthash_siphashx24_KEYBYTES);
static_assert(sizeof(Mark) == crypto_shorthash_siphashx24_BYTES);

const std::vector<std::byte>& KeyringProver::certificate() const {
    return keyring_.certificate();
}

std::optional<Credential> KeyringProver::read(std::span<const std::byte> certificate) const {
    return keyring_.read(certificate);
}

Signature KeyringProver::sign(std::span<const std::byte> statement) const {
    return keyring_.sign(statement);
}

bool KeyringProver::verify(const PublicKey& key, std::span<const std::byte> statement,
                           const Signature& signature) const {
    return Keyring::verify(key, statement, signature);
}

Mark KeyringProver::draw() {
    Mark mark{};
    randombytes_buf(mark.data(), mark.size());
    return mark;
}

// To find the mark behind one that is shown is to find the key of a keyed hash: 2^128 attempts.
Mark KeyringProver::before(const Mark& mark) const {
    constexpr std::string_view domain = "hearsay heartbeat 1";
    Mark earlier{};
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(earlier.data()),
                                reinterpret_cast<const unsigned char*>(domain.data()),
                                domain.size(), reinterpret_cast<const unsigned char*>(mark.data()));
    return earlier;
}

}  // namespace hearsay

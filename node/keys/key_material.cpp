#include "key_material.hpp"

#include <algorithm>

#include <sodium.h>

#include "hearsay/check.hpp"

namespace hearsay {

namespace {

static_assert(sizeof(PublicKey) == crypto_sign_PUBLICKEYBYTES);
static_assert(sizeof(Signature) == crypto_sign_BYTES);
static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);

/// Before anything else is asked of the library. It may be called by several threads.
void start_sodium() {
    static const bool is_started = sodium_init() >= 0;
    HEARSAY_CHECK(is_started);
}

const unsigned char* in(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* out(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

Secret::~Secret() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

SecretText::~SecretText() {
    sodium_memzero(text_.data(), text_.size());
}

void SecretText::add(std::string_view text) {
    std::copy(text.begin(), text.end(), grow(text.size()).begin());
}

void SecretText::add_hex(std::span<const std::byte> bytes) {
    // The end of a C string is written, too.
    const std::span<char> digits = grow(2 * bytes.size() + 1);
    sodium_bin2hex(digits.data(), digits.size(), in(bytes), bytes.size());
    shrink(1);
}

std::span<char> SecretText::grow(std::size_t size) {
    const std::size_t before = text_.size();
    HEARSAY_CHECK(text_.capacity() - before >= size);
    text_.resize(before + size);
    return std::span(text_).subspan(before);
}

SigningKey SigningKey::draw() {
    start_sodium();
    SigningKey key;
    crypto_sign_keypair(out(key.public_key_), out(key.secret_key_));
    return key;
}

SigningKey::SigningKey(const Secret& seed) {
    start_sodium();
    crypto_sign_seed_keypair(out(public_key_), out(secret_key_), in(seed.bytes()));
}

SigningKey::~SigningKey() {
    sodium_memzero(secret_key_.data(), secret_key_.size());
}

Secret SigningKey::seed() const {
    Secret seed;
    crypto_sign_ed25519_sk_to_seed(out(seed.bytes()), in(secret_key_));
    return seed;
}

Signature SigningKey::sign(std::span<const std::byte> statement) const {
    Signature signature{};
    crypto_sign_detached(out(signature), nullptr, in(statement), statement.size(), in(secret_key_));
    return signature;
}

CurvePair SigningKey::curve_pair() const {
    Secret secret;
    HEARSAY_CHECK(crypto_sign_ed25519_sk_to_curve25519(out(secret.bytes()), in(secret_key_)) == 0);
    return curve_pair_of(secret);
}

bool is_signed(const PublicKey& key, std::span<const std::byte> statement,
               const Signature& signature) {
    start_sodium();
    return crypto_sign_verify_detached(in(signature), in(statement), statement.size(), in(key)) ==
           0;
}

std::optional<std::array<std::byte, 32>> curve_form(const PublicKey& key) {
    start_sodium();
    std::array<std::byte, 32> curve{};
    if (crypto_sign_ed25519_pk_to_curve25519(out(curve), in(key)) != 0) return std::nullopt;
    return curve;
}

Secret draw_link_secret() {
    start_sodium();
    Secret secret;
    std::array<std::byte, 32> ignored{};
    crypto_box_keypair(out(ignored), out(secret.bytes()));
    return secret;
}

CurvePair curve_pair_of(const Secret& secret) {
    start_sodium();
    CurvePair pair;
    std::copy(secret.bytes().begin(), secret.bytes().end(), pair.secret_key.begin());
    HEARSAY_CHECK(crypto_scalarmult_base(out(pair.public_key), in(pair.secret_key)) == 0);
    return pair;
}

void wipe(CurvePair& pair) {
    sodium_memzero(pair.secret_key.data(), pair.secret_key.size());
}

std::string hex(std::span<const std::byte> bytes) {
    std::string digits(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(digits.data(), digits.size(), in(bytes), bytes.size());
    digits.pop_back();
    return digits;
}

bool read_hex(std::string_view text, std::span<std::byte> bytes) {
    if (text.size() != 2 * bytes.size()) return false;
    return sodium_hex2bin(out(bytes), bytes.size(), text.data(), text.size(), nullptr, nullptr,
                          nullptr) == 0;
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace hearsay

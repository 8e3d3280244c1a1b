#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hearsay/proof.hpp"

#include "keyring.hpp"

namespace hearsay {

/// 32 secret bytes: the seed of an Ed25519 key, or the secret half of an X25519 pair. They are
/// wiped when it goes.
class Secret {
  public:
    Secret() = default;
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();

    [[nodiscard]] std::span<std::byte, 32> bytes() { return bytes_; }
    [[nodiscard]] std::span<const std::byte, 32> bytes() const { return bytes_; }

  private:
    std::array<std::byte, 32> bytes_{};
};

/// Text that holds secrets. It is wiped when it goes.
class SecretText {
  public:
    /// Text that grows beyond `capacity` bytes would leave a copy behind.
    explicit SecretText(std::size_t capacity) { text_.reserve(capacity); }
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    SecretText(SecretText&&) = default;
    SecretText& operator=(SecretText&&) = delete;
    ~SecretText();

    /// REQUIRES: the text still fits into the capacity.
    void add(std::string_view text);
    /// In hex digits. REQUIRES: the same.
    void add_hex(std::span<const std::byte> bytes);
    /// `size` bytes to be filled. REQUIRES: the same.
    [[nodiscard]] std::span<char> grow(std::size_t size);
    void shrink(std::size_t size) { text_.resize(text_.size() - size); }

    [[nodiscard]] std::string_view view() const { return text_; }

  private:
    std::string text_;
};

/// An Ed25519 key pair. Its secret half is wiped when it goes.
class SigningKey {
  public:
    /// A new one, which nobody can guess.
    [[nodiscard]] static SigningKey draw();
    /// The one of this seed: the same each time.
    explicit SigningKey(const Secret& seed);
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;
    SigningKey(SigningKey&&) = default;
    SigningKey& operator=(SigningKey&&) = default;
    ~SigningKey();

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Secret seed() const;
    [[nodiscard]] Signature sign(std::span<const std::byte> statement) const;
    /// Its X25519 form.
    [[nodiscard]] CurvePair curve_pair() const;

  private:
    SigningKey() = default;

    PublicKey public_key_{};
    std::array<std::byte, 64> secret_key_{};
};

[[nodiscard]] bool is_signed(const PublicKey& key, std::span<const std::byte> statement,
                             const Signature& signature);

/// The X25519 form of a public key; nothing if the bytes are no key that a draw can give.
[[nodiscard]] std::optional<std::array<std::byte, 32>> curve_form(const PublicKey& key);

/// A new X25519 pair.
[[nodiscard]] Secret draw_link_secret();
[[nodiscard]] CurvePair curve_pair_of(const Secret& secret);
/// Overwrites the secret half.
void wipe(CurvePair& pair);

/// Lower-case hex digits, two for each byte.
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);
/// True if the text was hex digits for exactly these bytes, which are filled then.
[[nodiscard]] bool read_hex(std::string_view text, std::span<std::byte> bytes);

[[nodiscard]] std::span<const std::byte> as_bytes(std::string_view text);

}  // namespace hearsay

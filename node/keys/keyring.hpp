#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/proof.hpp"

namespace hearsay {

/// A key pair of CURVE (X25519), as ZeroMQ takes it: 32 bytes each.
struct CurvePair {
    std::array<std::byte, 32> public_key{};
    std::array<std::byte, 32> secret_key{};
};

/// The keys of one node, and whom it trusts, read from a folder:
///   cluster.trust   the public keys of the cluster, any of which makes a certificate good, and the
///                   link secret, which all members know and nobody else; while that is changed,
///                   two of them
///   NAME.key        the node's secret key and its certificate
///   cluster.revoked keys that are good no more, signed by a key of the cluster; may be missing
/// Not thread-safe.
class Keyring {
  public:
    /// Reads the folder. Throws StartError: one line that says which file, what is wrong with it,
    /// and what would be right.
    Keyring(const std::filesystem::path& folder, const std::string& name);
    ~Keyring();

    /// Reads the folder again. What is wrong with it, in one line; then all stays as it was. Of two
    /// lists of revoked keys the later one stays in force.
    std::optional<std::string> reload();

    /// Takes over a list of revoked keys that did not come from the folder, as the text of a file.
    /// False if it is not newer than that in force; or not good, and why in `reason`, if given.
    bool take_revocations(std::string_view text, std::string* reason = nullptr);
    /// Of the list in force; 0 if there is none.
    [[nodiscard]] std::uint64_t revocations_version() const;
    /// Empty if there is none. Valid until the keyring changes.
    [[nodiscard]] std::string_view revocations_text() const;
    [[nodiscard]] std::size_t revoked_count() const;
    [[nodiscard]] bool is_own_key_revoked() const;

    /// The cluster whose keys these are.
    [[nodiscard]] const std::string& cluster() const;
    /// With it this node listens for others, and so do all members unless the link secret is being
    /// changed: who does not know the public one, and so is no member, cannot even shake hands.
    [[nodiscard]] const CurvePair& listener() const;
    /// Public halves of the pairs that members may listen with, in the order in which they are to
    /// be tried: first that of `listener()`. Valid until the keyring changes.
    [[nodiscard]] const std::vector<std::array<std::byte, 32>>& dialled_keys() const;
    /// With it this node dials others: the X25519 form of its own key.
    [[nodiscard]] const CurvePair& dialler() const;

    /// This node's certificate, as it travels.
    [[nodiscard]] const std::vector<std::byte>& certificate() const;
    /// What a certificate says; nothing if it is not to be believed, and why in `reason`, if given.
    [[nodiscard]] std::optional<Credential> read(std::span<const std::byte> certificate,
                                                 std::string* reason = nullptr) const;
    /// Signs with this node's key.
    [[nodiscard]] Signature sign(std::span<const std::byte> statement) const;

    /// The X25519 form of a node's key: what CURVE tells of one who dials. All zeros if it is no
    /// key: CURVE shakes hands with nobody who has that.
    [[nodiscard]] static std::array<std::byte, 32> curve_key(const PublicKey& key);
    [[nodiscard]] static bool verify(const PublicKey& key, std::span<const std::byte> statement,
                                     const Signature& signature);

  private:
    struct Secrets;
    std::unique_ptr<Secrets> secrets_;
};

}  // namespace hearsay

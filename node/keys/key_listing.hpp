#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "hearsay/node.hpp"
#include "hearsay/proof.hpp"

#include "certificate.hpp"
#include "key_files.hpp"
#include "screen.hpp"

namespace hearsay {

/// What a key of the folder is worth.
enum class KeyState : std::uint8_t {
    good,
    /// Good, but its certificate should be renewed.
    renew,
    /// It was, or it will be.
    out_of_time,
    revoked,
    /// No key of the cluster has signed its certificate.
    untrusted,
    /// Its file cannot be read.
    unreadable,
};

/// One line of the listing.
struct ListedKey {
    std::string name;
    KeyState state{};
    /// The state for people: "good for 89 days".
    std::string text;
    /// Nothing if the file cannot be read.
    std::optional<PublicKey> key;
    /// Nothing if there is no file of this key, or no certificate in it that can be read.
    std::optional<Certificate> certificate;
};

/// All keys that the folder knows of: those of its NAME.key files, by name, and after them those
/// that are revoked and have no file. Throws StartError.
[[nodiscard]] std::vector<ListedKey> list_keys(const KeyFolder& files, WallTime now);

[[nodiscard]] std::string keys_view(const std::vector<ListedKey>& keys, Screen screen);
[[nodiscard]] nlohmann::ordered_json keys_json(const std::vector<ListedKey>& keys,
                                               const ClusterTrust& trust);

/// A line that says how far the change of the link secret is; empty if none is under way.
[[nodiscard]] std::string relink_note(const ClusterTrust& trust);

/// The names of the NAME.key files, n2 before n10. Throws StartError.
[[nodiscard]] std::vector<std::string> key_names(const KeyFolder& files);

/// True if the newest key of the cluster has signed the certificate.
[[nodiscard]] bool is_signed_by_newest(const ClusterTrust& trust,
                                       std::span<const std::byte> certificate);

/// The first 16 hex digits.
[[nodiscard]] std::string short_text(const PublicKey& key);

}  // namespace hearsay

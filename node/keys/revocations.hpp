#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/proof.hpp"

#include "certificate.hpp"
#include "key_material.hpp"

namespace hearsay {

/// A key that is good no more, whatever its certificate says.
struct Revocation {
    PublicKey key{};
    /// The member that had it.
    std::string name;
    CertificateTime at{};

    bool operator==(const Revocation&) const = default;
};

/// All revoked keys of a cluster. The list of a greater version replaces the one before.
struct RevocationList {
    std::string cluster;
    std::uint64_t version = 0;
    std::vector<Revocation> revocations;

    bool operator==(const RevocationList&) const = default;
};

/// A list with the text that its signatures are in.
struct SignedRevocations {
    RevocationList list;
    std::string text{};
};

/// The file, signed by each of the keys: any of them that is trusted makes it good.
[[nodiscard]] SecretText revocations_text(const RevocationList& list,
                                          std::span<const SigningKey> keys);

/// What the file says. Throws StartError if it cannot be read, is of another cluster, or is signed
/// by none of the trusted keys. `path` is named in it.
[[nodiscard]] SignedRevocations read_revocations(const std::filesystem::path& path,
                                                 std::string_view content,
                                                 const std::string& cluster,
                                                 std::span<const PublicKey> trusted);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/proof.hpp"

#include "key_material.hpp"
#include "keyring.hpp"
#include "revocations.hpp"
#include "secure_file.hpp"

namespace hearsay {

/// `cluster.secret`: what makes certificates. It stays with the administrator.
struct ClusterSecret {
    std::string cluster;
    /// At least one. The last signs certificates; those before it wait to be retired.
    std::vector<SigningKey> keys;
};

/// `cluster.trust`: what all members share.
struct ClusterTrust {
    std::string cluster;
    /// At least one. A certificate signed by any of them is good.
    std::vector<PublicKey> keys;
    /// The link secret: the secret half of the pair that all listen with.
    Secret link;
    /// While that is changed, the one that others may listen with: it takes the place of `link` in
    /// the next step, or has given it up in the last one. At most one of the two is there.
    std::optional<Secret> next_link{};
    std::optional<Secret> former_link{};
};

/// The steps to a new link secret.
inline constexpr unsigned relink_steps = 3;
/// How many of them are done; 0 if no change is under way.
[[nodiscard]] unsigned relink_steps_done(const ClusterTrust& trust);
void take_relink_step(ClusterTrust& trust);

/// `NAME.key`: what one member has alone.
struct NodeKey {
    SigningKey key;
    std::vector<std::byte> certificate;
};

inline constexpr std::size_t cluster_keys_max = 8;

/// The files of a folder. Reading throws StartError if there is no such file, unless it returns an
/// optional, and if it is not as it must be. Writing throws it as `write_file`.
class KeyFolder {
  public:
    explicit KeyFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path secret_file() const { return path_ / "cluster.secret"; }
    [[nodiscard]] std::filesystem::path trust_file() const { return path_ / "cluster.trust"; }
    [[nodiscard]] std::filesystem::path revoked_file() const { return path_ / "cluster.revoked"; }
    [[nodiscard]] std::filesystem::path node_file(const std::string& name) const {
        return path_ / (name + ".key");
    }

    [[nodiscard]] ClusterSecret secret() const;
    [[nodiscard]] ClusterTrust trust() const;
    [[nodiscard]] NodeKey node(const std::string& name) const;
    [[nodiscard]] std::optional<NodeKey> node_if_there(const std::string& name) const;
    /// An empty list of version 0, without a text, if there is no file.
    [[nodiscard]] SignedRevocations revocations(const ClusterTrust& trust) const;

    void write(const ClusterSecret& secret, IfThere if_there) const;
    void write(const ClusterTrust& trust, IfThere if_there) const;
    void write(const std::string& name, const NodeKey& node) const;
    void write(const RevocationList& list, const ClusterSecret& secret) const;

  private:
    std::filesystem::path path_;
};

}  // namespace hearsay

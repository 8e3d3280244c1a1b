#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "certificate.hpp"
#include "clock.hpp"
#include "key_files.hpp"
#include "key_material.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay::testing {

/// The keys of a cluster in a folder of its own, and whatever certificates a test wants.
class SampleKeys {
  public:
    explicit SampleKeys(const std::string& cluster = "demo") {
        secret.cluster = cluster;
        secret.keys.push_back(SigningKey::draw());
        trust = {.cluster = cluster,
                 .keys = {secret.keys.front().public_key()},
                 .link = draw_link_secret()};
        save();
    }

    [[nodiscard]] const std::filesystem::path& path() const { return scratch.path(); }

    /// Writes what the cluster has in common.
    void save() const {
        files.write(secret, IfThere::replace);
        files.write(trust, IfThere::replace);
    }

    /// Of a fresh key, good for 90 days from now on.
    [[nodiscard]] Certificate certificate(const std::string& name, const PublicKey& key) const {
        const auto now = std::chrono::floor<std::chrono::seconds>(wall_now());
        return {.cluster = secret.cluster,
                .credential = {.name = name, .key = key, .may_forget = false, .endpoints = {}},
                .valid_from = now,
                .valid_until = now + std::chrono::hours(90 * 24)};
    }

    [[nodiscard]] std::vector<std::byte> signed_by_cluster(const Certificate& what) const {
        return issue(what, secret.keys.back());
    }

    /// Makes NAME.key, and tells its public key.
    PublicKey add(const std::string& name) const {
        SigningKey key = SigningKey::draw();
        const PublicKey public_key = key.public_key();
        files.write(name, {.key = std::move(key),
                           .certificate = signed_by_cluster(certificate(name, public_key))});
        return public_key;
    }

    /// Makes cluster.revoked of this version with these keys.
    void revoke(std::uint64_t version, const std::vector<PublicKey>& keys) const {
        RevocationList list{.cluster = secret.cluster, .version = version, .revocations = {}};
        for (const PublicKey& key : keys) {
            list.revocations.push_back(
                {.key = key,
                 .name = "n9",
                 .at = std::chrono::floor<std::chrono::seconds>(wall_now())});
        }
        files.write(list, secret);
    }

    ScratchDirectory scratch;
    ClusterSecret secret;
    ClusterTrust trust;
    KeyFolder files{scratch.path()};
};

}  // namespace hearsay::testing

#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "hearsay/key_use.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

#include "keyring.hpp"
#include "limiter.hpp"
#include "log.hpp"
#include "prover.hpp"
#include "renewal.hpp"
#include "revocation_notices.hpp"

namespace hearsay {

/// How a node goes on with keys. An empty folder is without.
struct KeyChoice {
    std::filesystem::path folder;
    KeyUse use = KeyUse::required;

    bool operator==(const KeyChoice&) const = default;
};

/// The keys of a node, if it has any, and what its log says of them. Driven by the node's loop; not
/// thread-safe.
class NodeKeys {
  public:
    /// Without keys if the options name no folder. Throws StartError: the folder cannot be used,
    /// its keys are of another cluster, or the certificate of this node is not good now.
    NodeKeys(const NodeOptions& options, Log& log);

    /// Null without keys; else it stays where it is.
    [[nodiscard]] const Keyring* ring() const { return ring_.get(); }
    [[nodiscard]] Prover* prover() { return prover_.get(); }
    [[nodiscard]] KeyUse use() const { return choice_.use; }

    /// Throws StartError if this node's certificate lists endpoints, and this is none of them.
    void check_advertised(const std::string& endpoint) const;

    /// Takes note of where the node listens for peers.
    void note_bound(const std::string& endpoint);
    /// True if others than this machine reach the node without keys, and can speak as any member.
    [[nodiscard]] bool is_exposed() const {
        return is_in_network_ && (!ring_ || choice_.use == KeyUse::offered);
    }

    /// Until when this node's certificate is good; nothing without keys.
    [[nodiscard]] std::optional<WallTime> good_until() const;

    /// Reads the folder again and says what came of it; nothing if all stays as it was. `endpoint`
    /// is where peers dial this node.
    [[nodiscard]] std::optional<Renewal> reload(const std::string& endpoint);

    /// Throws StartError if a node that runs cannot go on so: it takes one step at a time between
    /// no keys and keys that are required.
    void check_step(const KeyChoice& next) const;
    /// Goes on so. False if it cannot, or does so already; then all stays as it was. The log says
    /// what came of it. `endpoint` as for `reload`.
    [[nodiscard]] bool change(const KeyChoice& next, const std::string& endpoint);
    /// Lets go of keys that were dropped, once nobody uses them any more.
    void forget_former();

    /// Takes over a list of revoked keys that a member has sent, keeps it in the data directory,
    /// and says so. False if it is no news.
    [[nodiscard]] bool take_revocations(const RevocationNotice& notice, Instant now);
    /// Of the list in force; 0 if there is none.
    [[nodiscard]] std::uint64_t revocations_version() const {
        return ring_ ? ring_->revocations_version() : 0;
    }

    /// Warns once a day that the certificate should be renewed, or once an hour that there is none
    /// where one is needed. True once a minute, with keys: then
    /// certificates of others may have expired.
    [[nodiscard]] bool look(Instant now);

  private:
    /// Why what the folder holds now could not be used; empty if it could.
    [[nodiscard]] std::string problem_of_folder(const std::string& endpoint) const;
    [[nodiscard]] std::string fault_of(const Keyring& ring, const std::string& endpoint) const;
    [[nodiscard]] std::unique_ptr<Keyring> first_ring(const KeyChoice& choice,
                                                      const std::string& endpoint) const;
    void take(std::unique_ptr<Keyring> ring);
    void note_older_list(const Keyring& next) const;
    void warn_of_expiry(Instant now);
    void warn_of_strangers(Instant now);
    void take_kept_revocations();
    void keep_revocations();
    void note_revocations(const std::string& source);

    /// Where lists of revoked keys are kept that members have sent; empty: nowhere.
    std::filesystem::path kept_revocations_;
    std::string name_;
    std::string cluster_;
    Log& log_;
    bool is_insecure_;
    bool is_in_network_ = false;
    std::string bound_endpoint_;
    KeyChoice choice_;
    std::unique_ptr<Keyring> ring_;
    std::unique_ptr<KeyringProver> prover_;
    std::unique_ptr<Keyring> former_ring_;
    std::unique_ptr<KeyringProver> former_prover_;
    std::optional<Instant> looked_at_;
    std::optional<Instant> warned_at_;
    std::optional<Instant> reminded_at_;
    Limiter refused_lists_;
};

/// The cluster whose keys the options name; empty if they name none. Throws StartError.
[[nodiscard]] std::string cluster_of_keys(const NodeOptions& options);

}  // namespace hearsay

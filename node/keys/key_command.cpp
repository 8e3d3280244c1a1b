#include "key_command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/node.hpp"

#include "certificate.hpp"
#include "clock.hpp"
#include "exit_code.hpp"
#include "json.hpp"
#include "key_files.hpp"
#include "key_listing.hpp"
#include "key_material.hpp"
#include "output.hpp"
#include "phrase.hpp"
#include "screen.hpp"
#include "signals_held_back.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

/// "cluster.trust" for "./cluster.trust".
std::string shown(const fs::path& path) {
    return path.lexically_normal().string();
}

/// What nodes are given beside their own file.
std::string shared_files(const KeyFolder& files) {
    std::error_code ignored;
    const bool has_list = fs::exists(files.revoked_file(), ignored);
    return has_list ? "cluster.trust and cluster.revoked" : "cluster.trust";
}

CertificateTime present_second() {
    return std::chrono::floor<std::chrono::seconds>(wall_now());
}

/// The secret and the trust of one cluster.
struct Cluster {
    ClusterSecret secret;
    ClusterTrust trust;
};

Cluster read_cluster(const KeyFolder& files) {
    Cluster cluster{.secret = files.secret(), .trust = files.trust()};
    if (cluster.secret.cluster == cluster.trust.cluster) return cluster;
    throw StartError(files.trust_file().string() + ": it is of another cluster " +
                     in_quotes(cluster.trust.cluster) + " than cluster.secret; copy the right one");
}

/// The key that signs is written before it is trusted: without its secret half it would be lost.
bool is_rotation_done(const Cluster& cluster) {
    const auto& trusted = cluster.trust.keys;
    return std::find(trusted.begin(), trusted.end(), cluster.secret.keys.back().public_key()) !=
           trusted.end();
}

Cluster read_whole_cluster(const KeyFolder& files) {
    Cluster cluster = read_cluster(files);
    if (is_rotation_done(cluster)) return cluster;
    throw StartError(files.trust_file().string() +
                     ": it lacks the newest key of cluster.secret; `hearsay keygen --rotate` adds "
                     "it");
}

void make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
    const int error = errno;
    throw StartError(folder.string() +
                     ": it cannot be made: " + std::generic_category().message(error));
}

/// What the steps to a new link secret have made of cluster.trust.
constexpr std::array<std::string_view, relink_steps> relink_results{
    "cluster.trust has a new link secret, to dial with",
    "the new link secret is now the one to listen with",
    "cluster.trust has the new link secret alone"};

class Doing {
  public:
    explicit Doing(const fs::path& folder) : files_(folder) {}

    int operator()(const KeygenCommand& command) {
        if (command.step == KeygenCommand::Step::create) make_folder(files_.path());
        const FolderLock lock(files_.path());
        switch (command.step) {
            case KeygenCommand::Step::create:
                create(command.cluster);
                break;
            case KeygenCommand::Step::rotate:
                rotate();
                break;
            case KeygenCommand::Step::retire:
                retire();
                break;
            case KeygenCommand::Step::relink:
                relink();
                break;
        }
        return exit_code::yes;
    }

    int operator()(const CertifyCommand& command) {
        const FolderLock lock(files_.path());
        const Cluster cluster = read_whole_cluster(files_);
        const RevocationList list = files_.revocations(cluster.trust).list;
        std::vector<NodeKey> nodes;
        // All are made before the first is written: one that cannot be leaves no work half done.
        for (const std::string& name : command.names)
            nodes.push_back(certified(command, cluster, list, name));
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            files_.write(command.names[i], nodes[i]);
            print(shown(files_.node_file(command.names[i])) + ": key " +
                  short_text(nodes[i].key.public_key()) + ", good for " +
                  rough_text(command.lifetime) + "\n");
        }
        if (!still_operators_.empty()) {
            print("Note: until it expires, a former certificate still makes an operator of " +
                  listing(still_operators_) +
                  ".\nTo end that now: hearsay revoke, then hearsay certify --new-key\n");
        }
        print("Next: copy each to its node alone, with " + shared_files(files_) +
              ".\nKeep mode 600 (scp -p), and start the node with --keys and their folder.\n");
        return exit_code::yes;
    }

    int operator()(const RevokeCommand& command) {
        const FolderLock lock(files_.path());
        const Cluster cluster = read_whole_cluster(files_);
        RevocationList list = files_.revocations(cluster.trust).list;
        const PublicKey key = command.key ? *command.key : key_of(command.name);
        const auto is_it = [&](const Revocation& revocation) { return revocation.key == key; };
        const bool is_known = std::any_of(list.revocations.begin(), list.revocations.end(), is_it);
        if (!is_known) {
            ++list.version;
            list.revocations.push_back({.key = key, .name = command.name, .at = present_second()});
            files_.write(list, cluster.secret);
        }
        print(std::string(is_known ? "Already revoked" : "Revoked") + " the key " +
              short_text(key) + " of " + command.name + ": " + shown(files_.revoked_file()) +
              ", version " + std::to_string(list.version) +
              ".\nNext: copy it to a node and reload that. " +
              "New key: hearsay certify --new-key " + command.name + "\n");
        return exit_code::yes;
    }

    int operator()(const ListKeysCommand& command) {
        const ClusterTrust trust = files_.trust();
        const std::vector<ListedKey> keys = list_keys(files_, wall_now());
        if (command.is_json) {
            print(line(keys_json(keys, trust)) + "\n");
        } else if (keys.empty()) {
            print("There are no keys of nodes here; `hearsay certify NAME` makes one.\n");
        } else {
            print(keys_view(keys, screen_for(STDOUT_FILENO)));
        }
        if (!command.is_json) print(relink_note(trust));
        const auto is_unreadable = [](const ListedKey& listed) {
            return listed.state == KeyState::unreadable;
        };
        const bool is_whole = std::none_of(keys.begin(), keys.end(), is_unreadable);
        return is_whole ? exit_code::yes : exit_code::no;
    }

  private:
    void create(const std::string& name) {
        for (const fs::path& path : {files_.secret_file(), files_.trust_file()}) {
            if (!fs::exists(fs::symlink_status(path))) continue;
            throw StartError(path.string() +
                             ": it is there already, and is never overwritten; --rotate makes a "
                             "new key beside the old one");
        }
        ClusterSecret secret;
        secret.cluster = name;
        secret.keys.push_back(SigningKey::draw());
        const ClusterTrust trust{.cluster = name,
                                 .keys = {secret.keys.front().public_key()},
                                 .link = draw_link_secret()};
        write_both(secret, trust);
        print("Made " + shown(files_.secret_file()) + " and " + shown(files_.trust_file()) +
              " of cluster " + name + ".\nKeep cluster.secret off the nodes, and back it up. " +
              "Next: hearsay certify NAME...\n");
    }

    /// One without the other is of no use.
    void write_both(const ClusterSecret& secret, const ClusterTrust& trust) const {
        const SignalsHeldBack signals_held_back;
        files_.write(secret, IfThere::refuse);
        try {
            files_.write(trust, IfThere::refuse);
        } catch (const StartError&) {
            ::unlink(files_.secret_file().c_str());
            throw;
        }
    }

    void rotate() {
        Cluster cluster = read_cluster(files_);
        const RevocationList list = files_.revocations(cluster.trust).list;
        if (is_rotation_done(cluster)) {
            if (std::max(cluster.secret.keys.size(), cluster.trust.keys.size()) >=
                cluster_keys_max) {
                throw StartError(files_.trust_file().string() + ": it has " +
                                 std::to_string(cluster.trust.keys.size()) +
                                 " keys, which is the most; --retire takes old ones out");
            }
            cluster.secret.keys.push_back(SigningKey::draw());
            files_.write(cluster.secret, IfThere::replace);
        }
        cluster.trust.keys.push_back(cluster.secret.keys.back().public_key());
        files_.write(cluster.trust, IfThere::replace);
        // Signed by both, it is good before and after the old key is retired.
        if (list.version > 0) files_.write(list, cluster.secret);
        print("Cluster key " + short_text(cluster.trust.keys.back()) +
              " signs from now on; old ones stay good.\nNext: copy " + shared_files(files_) +
              " to every node, then certify all.\n" +
              "Once all have their new files: hearsay keygen --retire\n");
    }

    void retire() {
        Cluster cluster = read_whole_cluster(files_);
        if (cluster.secret.keys.size() == 1 && cluster.trust.keys.size() == 1) {
            throw StartError(files_.trust_file().string() +
                             ": it has one key; --rotate makes a new one before it is retired");
        }
        const RevocationList list = files_.revocations(cluster.trust).list;
        const PublicKey newest = cluster.secret.keys.back().public_key();
        cluster.trust.keys = {newest};
        refuse_old_certificates(cluster.trust, list);
        if (list.version > 0) files_.write(list, cluster.secret);
        files_.write(cluster.trust, IfThere::replace);
        cluster.secret.keys.erase(cluster.secret.keys.begin(), cluster.secret.keys.end() - 1);
        files_.write(cluster.secret, IfThere::replace);
        print("Only cluster key " + short_text(newest) + " is trusted now.\nNext: copy " +
              shared_files(files_) + " to every node.\n");
    }

    void relink() {
        ClusterTrust trust = files_.trust();
        const unsigned done = relink_steps_done(trust);
        take_relink_step(trust);
        files_.write(trust, IfThere::replace);
        const unsigned step = done + 1;
        const bool is_last = step == relink_steps;
        print("Step " + std::to_string(step) + " of " + std::to_string(relink_steps) +
              " is done: " + std::string(relink_results.at(done)) +
              ".\nNext: copy cluster.trust to every node, and reload it with SIGHUP.\n" +
              (is_last ? "Then it is over: who knows the former link secret can connect no more.\n"
                       : "Once all nodes have it: hearsay keygen --relink\n"));
    }

    /// A node whose certificate an old key has signed would be a stranger afterwards.
    void refuse_old_certificates(const ClusterTrust& trust, const RevocationList& list) const {
        std::vector<std::string> old;
        for (const std::string& name : key_names(files_)) {
            const NodeKey node = files_.node(name);
            const bool is_revoked = std::any_of(
                list.revocations.begin(), list.revocations.end(),
                [&](const Revocation& each) { return each.key == node.key.public_key(); });
            const bool is_new = decode_certificate(node.certificate) &&
                                is_signed_by_newest(trust, node.certificate);
            if (!is_revoked && !is_new) old.push_back(name);
        }
        if (old.empty()) return;
        throw StartError(listing(old) +
                         (old.size() == 1 ? " has a certificate" : " have certificates") +
                         " of an old cluster key; certify again first, or remove the file of a "
                         "node that is no more");
    }

    /// The key of the node with its new certificate.
    [[nodiscard]] NodeKey certified(const CertifyCommand& command, const Cluster& cluster,
                                    const RevocationList& list, const std::string& name) {
        auto former = files_.node_if_there(name);
        Certificate certificate = former_certificate(former, cluster.trust);
        NodeKey node{
            .key = former && !command.has_new_key ? std::move(former->key) : SigningKey::draw(),
            .certificate = {}};
        refuse_revoked(list, node.key.public_key(), name);
        certificate.cluster = cluster.trust.cluster;
        certificate.credential.name = name;
        certificate.credential.key = node.key.public_key();
        const bool was_operator = certificate.credential.may_forget;
        certificate.credential.may_forget = command.may_forget.value_or(was_operator);
        const bool is_taken_back = was_operator && !certificate.credential.may_forget;
        if (is_taken_back && !command.has_new_key) still_operators_.push_back(name);
        if (command.endpoints) certificate.credential.endpoints = *command.endpoints;
        certificate.valid_from = present_second();
        certificate.valid_until = certificate.valid_from + command.lifetime;
        if (const auto fault = certificate_fault(certificate))
            throw StartError(name + ": " + *fault);
        node.certificate = issue(certificate, cluster.secret.keys.back());
        return node;
    }

    /// What it may do stays, if a key of this cluster said so.
    static Certificate former_certificate(const std::optional<NodeKey>& former,
                                          const ClusterTrust& trust) {
        if (!former) return {};
        auto certificate = decode_certificate(former->certificate);
        if (!certificate || !is_issued_by(trust.keys, former->certificate)) return {};
        return *std::move(certificate);
    }

    void refuse_revoked(const RevocationList& list, const PublicKey& key,
                        const std::string& name) const {
        for (const Revocation& revocation : list.revocations) {
            if (revocation.key == key) {
                throw StartError(files_.node_file(name).string() +
                                 ": its key is revoked; --new-key makes another");
            }
        }
    }

    [[nodiscard]] PublicKey key_of(const std::string& name) const {
        if (const auto node = files_.node_if_there(name)) return node->key.public_key();
        throw StartError(files_.node_file(name).string() +
                         ": there is no such file; give the public key with --key");
    }

    KeyFolder files_;
    /// By a certificate that was taken back, and is good all the same.
    std::vector<std::string> still_operators_;
};

}  // namespace

int run_key_command(const KeyCommand& command) {
    try {
        return std::visit(Doing(command.folder), command.task);
    } catch (const StartError& error) {
        complain(error.what());
        const bool may_pass = error.outlook() == StartError::Outlook::may_pass;
        return may_pass ? exit_code::no : exit_code::usage;
    }
}

}  // namespace hearsay

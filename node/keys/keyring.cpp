#include "keyring.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "hearsay/node.hpp"

#include "certificate.hpp"
#include "clock.hpp"
#include "key_files.hpp"
#include "key_material.hpp"
#include "phrase.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

/// Certificates that were verified, by their bytes: they are asked for again and again, and a
/// verification takes a hundred times as long. When the young ones are many they become the old
/// ones, and those that nobody has asked for since go.
class VerifiedCertificates {
  public:
    const Certificate* find(std::span<const std::byte> bytes) {
        if (const auto place = young_.find(key_of(bytes)); place != young_.end()) {
            return &place->second;
        }
        const auto place = old_.find(key_of(bytes));
        if (place == old_.end()) return nullptr;
        auto entry = old_.extract(place);
        make_room();
        return &young_.insert(std::move(entry)).position->second;
    }

    const Certificate& add(std::span<const std::byte> bytes, Certificate certificate) {
        make_room();
        return young_.insert_or_assign(std::string(key_of(bytes)), std::move(certificate))
            .first->second;
    }

  private:
    static constexpr std::size_t young_max = 1024;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    using Certificates = std::unordered_map<std::string, Certificate, Hash, std::equal_to<>>;

    static std::string_view key_of(std::span<const std::byte> bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    void make_room() {
        if (young_.size() >= young_max) old_ = std::exchange(young_, {});
    }

    Certificates young_;
    Certificates old_;
};

[[noreturn]] void refuse(const fs::path& file, const std::string& problem,
                         StartError::Outlook outlook = StartError::Outlook::stays) {
    throw StartError(file.string() + ": " + problem, outlook);
}

std::array<std::byte, 32> public_half(const Secret& secret) {
    CurvePair pair = curve_pair_of(secret);
    wipe(pair);
    return pair.public_key;
}

/// While the link secret is changed, not all members have the same file.
std::vector<std::array<std::byte, 32>> dialled_keys_of(const ClusterTrust& trust) {
    std::vector keys{public_half(trust.link)};
    if (trust.next_link) keys.push_back(public_half(*trust.next_link));
    if (trust.former_link) keys.push_back(public_half(*trust.former_link));
    return keys;
}

void say(std::string* reason, const std::string& text) {
    if (reason != nullptr) *reason = text;
}

}  // namespace

struct Keyring::Secrets {
    Secrets(const fs::path& folder, const std::string& node_name)
        : files(folder),
          name(node_name),
          trust(files.trust()),
          own(files.node(name)),
          listener(curve_pair_of(trust.link)),
          dialled_keys(dialled_keys_of(trust)),
          dialler(own.key.curve_pair()) {
        put_in_force(files.revocations(trust));
        check_own();
    }
    Secrets(const Secrets&) = delete;
    Secrets& operator=(const Secrets&) = delete;
    Secrets(Secrets&&) = default;
    Secrets& operator=(Secrets&&) = default;
    ~Secrets() {
        wipe(listener);
        wipe(dialler);
    }

    /// A node whose certificate nobody believes is better not started.
    void check_own() {
        const fs::path file = files.node_file(name);
        std::string reason;
        const Certificate* certificate = verified(own.certificate, &reason);
        if (certificate == nullptr) refuse(file, "its certificate is " + reason + renewal());
        const Credential& credential = certificate->credential;
        if (credential.name != name || credential.key != own.key.public_key()) {
            refuse(file, "its certificate is of another name or key" + renewal());
        }
        if (is_revoked(credential.key)) {
            refuse(file, "its key is revoked; `hearsay certify --new-key " + name + "` makes one");
        }
        const auto fault = time_fault(*certificate, wall_now());
        if (!fault) return;
        // A clock that is wrong may be set right.
        if (wall_now() < certificate->valid_from) {
            refuse(file, "its certificate is " + *fault, StartError::Outlook::may_pass);
        }
        refuse(file, "its certificate " + *fault + renewal());
    }

    void put_in_force(SignedRevocations chosen) {
        revocations = std::move(chosen);
        revoked.clear();
        for (const Revocation& revocation : revocations.list.revocations)
            revoked.push_back(revocation.key);
        std::sort(revoked.begin(), revoked.end());
    }

    /// A key that was revoked stays so, though the folder holds an older list.
    void keep_later(const SignedRevocations& former) {
        if (former.list.version <= revocations.list.version) return;
        put_in_force(former);
        check_own();
    }

    [[nodiscard]] std::string renewal() const {
        return "; `hearsay certify " + name + "` renews it, copy the file here then";
    }

    [[nodiscard]] bool is_revoked(const PublicKey& key) const {
        return std::binary_search(revoked.begin(), revoked.end(), key);
    }

    /// What it says if a key of this cluster says so, at whatever time.
    const Certificate* verified(std::span<const std::byte> bytes, std::string* reason) {
        if (const Certificate* known = cache.find(bytes)) return known;
        auto certificate = decode_certificate(bytes);
        if (!certificate) {
            say(reason, "no certificate, or one of another version");
        } else if (certificate->cluster != trust.cluster) {
            say(reason, "of another cluster " + printable(in_quotes(certificate->cluster)));
        } else if (!is_issued_by(trust.keys, bytes)) {
            say(reason, "signed by no key of this cluster");
        } else {
            return &cache.add(bytes, *std::move(certificate));
        }
        return nullptr;
    }

    KeyFolder files;
    std::string name;
    ClusterTrust trust;
    NodeKey own;
    SignedRevocations revocations;
    /// Their keys, sorted.
    std::vector<PublicKey> revoked;
    CurvePair listener;
    std::vector<std::array<std::byte, 32>> dialled_keys;
    CurvePair dialler;
    VerifiedCertificates cache;
};

Keyring::Keyring(const fs::path& folder, const std::string& name) {
    if (const auto fault = member_name_fault(name)) throw StartError(*fault);
    secrets_ = std::make_unique<Secrets>(folder, name);
}

Keyring::~Keyring() = default;

std::optional<std::string> Keyring::reload() {
    try {
        Secrets fresh(secrets_->files.path(), secrets_->name);
        if (fresh.trust.cluster != secrets_->trust.cluster) {
            refuse(fresh.files.trust_file(), "it is of another cluster; start the node again");
        }
        fresh.keep_later(secrets_->revocations);
        *secrets_ = std::move(fresh);
        return std::nullopt;
    } catch (const StartError& error) {
        return error.what();
    }
}

bool Keyring::take_revocations(std::string_view text, std::string* reason) {
    try {
        SignedRevocations taken =
            read_revocations("the list", text, secrets_->trust.cluster, secrets_->trust.keys);
        if (taken.list.version <= secrets_->revocations.list.version) return false;
        secrets_->put_in_force(std::move(taken));
        return true;
    } catch (const StartError& error) {
        say(reason, error.what());
        return false;
    }
}

std::uint64_t Keyring::revocations_version() const {
    return secrets_->revocations.list.version;
}

std::string_view Keyring::revocations_text() const {
    return secrets_->revocations.text;
}

std::size_t Keyring::revoked_count() const {
    return secrets_->revoked.size();
}

bool Keyring::is_own_key_revoked() const {
    return secrets_->is_revoked(secrets_->own.key.public_key());
}

const std::string& Keyring::cluster() const {
    return secrets_->trust.cluster;
}

const CurvePair& Keyring::listener() const {
    return secrets_->listener;
}

const std::vector<std::array<std::byte, 32>>& Keyring::dialled_keys() const {
    return secrets_->dialled_keys;
}

const CurvePair& Keyring::dialler() const {
    return secrets_->dialler;
}

const std::vector<std::byte>& Keyring::certificate() const {
    return secrets_->own.certificate;
}

std::optional<Credential> Keyring::read(std::span<const std::byte> certificate,
                                        std::string* reason) const {
    const Certificate* const verified = secrets_->verified(certificate, reason);
    if (verified == nullptr) return std::nullopt;
    if (secrets_->is_revoked(verified->credential.key)) {
        say(reason, "revoked");
        return std::nullopt;
    }
    if (const auto fault = time_fault(*verified, wall_now())) {
        say(reason, *fault);
        return std::nullopt;
    }
    return verified->credential;
}

Signature Keyring::sign(std::span<const std::byte> statement) const {
    return secrets_->own.key.sign(statement);
}

std::array<std::byte, 32> Keyring::curve_key(const PublicKey& key) {
    return curve_form(key).value_or(std::array<std::byte, 32>{});
}

bool Keyring::verify(const PublicKey& key, std::span<const std::byte> statement,
                     const Signature& signature) {
    return is_signed(key, statement, signature);
}

}  // namespace hearsay

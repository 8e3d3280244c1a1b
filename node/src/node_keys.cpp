#include "node_keys.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "certificate.hpp"
#include "clock.hpp"
#include "endpoint.hpp"
#include "phrase.hpp"
#include "secure_file.hpp"
#include "terminal.hpp"

namespace hearsay {
namespace {

constexpr Duration pause_between_warnings = std::chrono::hours(24);
constexpr Duration pause_between_looks = std::chrono::minutes(1);
constexpr Duration pause_between_reminders = std::chrono::hours(1);

/// This node's own, which its keyring has read.
std::optional<Certificate> own_certificate(const Keyring& ring) {
    return decode_certificate(ring.certificate());
}

/// Empty if peers may be told to dial this node there.
std::string endpoint_fault(const Keyring& ring, const std::string& endpoint) {
    const auto own = own_certificate(ring);
    if (!own || own->credential.endpoints.empty()) return {};
    const auto& endpoints = own->credential.endpoints;
    if (std::find(endpoints.begin(), endpoints.end(), endpoint) != endpoints.end()) return {};
    return "the certificate of this node is for " + joined(endpoints) + ", not for " + endpoint;
}

std::string cluster_fault(const Keyring& ring, const std::string& cluster) {
    if (ring.cluster() == cluster) return {};
    return "these are keys of cluster " + in_quotes(ring.cluster()) + ", this node is of " +
           in_quotes(cluster);
}

/// From no keys to keys that are required, and how each is called.
constexpr std::array<std::string_view, 4> steps{"no keys", "key-use offered", "key-use preferred",
                                                "key-use required"};

std::size_t step_of(const KeyChoice& choice) {
    return choice.folder.empty() ? 0 : static_cast<std::size_t>(choice.use) + 1;
}

bool is_same(const CurvePair& one, const CurvePair& other) {
    return one.public_key == other.public_key && one.secret_key == other.secret_key;
}

}  // namespace

std::string cluster_of_keys(const NodeOptions& options) {
    return options.keys.empty() ? "" : Keyring(options.keys, options.name).cluster();
}

NodeKeys::NodeKeys(const NodeOptions& options, Log& log)
    : name_(options.name),
      cluster_(options.config.cluster),
      log_(log),
      is_insecure_(options.insecure),
      choice_{options.keys, options.key_use} {
    if (!options.data_directory.empty()) {
        kept_revocations_ = options.data_directory / "cluster.revoked";
    }
    if (choice_.folder.empty()) return;
    take(std::make_unique<Keyring>(choice_.folder, name_));
    const std::string fault = cluster_fault(*ring_, cluster_);
    if (!fault.empty()) throw StartError("keys " + choice_.folder.string() + ": " + fault);
}

void NodeKeys::take(std::unique_ptr<Keyring> ring) {
    ring_ = std::move(ring);
    prover_ = std::make_unique<KeyringProver>(*ring_);
    prover_->require(choice_.use == KeyUse::required);
    if (!kept_revocations_.empty()) take_kept_revocations();
}

void NodeKeys::take_kept_revocations() {
    try {
        const auto kept = read_file(kept_revocations_, Secrecy::open);
        std::string reason;
        const bool is_newer = kept && ring_->take_revocations(kept->view(), &reason);
        if (!reason.empty()) throw StartError(reason);
        if (is_newer) note_revocations("the data directory");
    } catch (const StartError& error) {
        log_.warn("ignores the list of revoked keys in {}: {}", kept_revocations_.string(),
                  error.what());
    }
}

bool NodeKeys::take_revocations(const RevocationNotice& notice, Instant now) {
    // It may have come in the turn in which the keys were dropped.
    if (!ring_) return false;
    std::string reason;
    const std::string sender = printable(notice.sender);
    if (!ring_->take_revocations(notice.list, &reason)) {
        if (!reason.empty() && refused_lists_.admit(sender, now)) {
            log_.warn("refused a list of revoked keys from {}: {}", sender, printable(reason));
        }
        return false;
    }
    note_revocations(sender);
    keep_revocations();
    return true;
}

void NodeKeys::note_revocations(const std::string& source) {
    log_.info("takes the list of revoked keys, version {}, from {}: {}",
              ring_->revocations_version(), source, count_text(ring_->revoked_count(), "key"));
    if (!ring_->is_own_key_revoked()) return;
    log_.error(
        "the key of this node is revoked: others end its links; `hearsay certify --new-key "
        "{}` makes another one",
        name_);
}

void NodeKeys::keep_revocations() {
    if (kept_revocations_.empty()) return;
    try {
        write_file(kept_revocations_, ring_->revocations_text(), Secrecy::open, IfThere::replace);
    } catch (const StartError& error) {
        log_.warn("the list of revoked keys is not kept: {}", error.what());
    }
}

void NodeKeys::check_advertised(const std::string& endpoint) const {
    if (!ring_) return;
    const std::string fault = endpoint_fault(*ring_, endpoint);
    if (fault.empty()) return;
    throw StartError("advertise " + endpoint + ": " + fault +
                     "; advertise one of them, or certify this node anew");
}

void NodeKeys::note_bound(const std::string& endpoint) {
    const auto parsed = parse_endpoint(endpoint);
    bound_endpoint_ = endpoint;
    is_in_network_ =
        parsed && parsed->scheme == Endpoint::Scheme::tcp && !is_loopback(parsed->host);
}

std::optional<WallTime> NodeKeys::good_until() const {
    if (!ring_) return std::nullopt;
    const auto own = own_certificate(*ring_);
    if (!own) return std::nullopt;
    return WallTime(own->valid_until);
}

std::optional<Renewal> NodeKeys::reload(const std::string& endpoint) {
    if (!ring_) return std::nullopt;
    std::string problem = problem_of_folder(endpoint);
    const CurvePair listener = ring_->listener();
    const CurvePair dialler = ring_->dialler();
    if (problem.empty()) problem = ring_->reload().value_or("");
    if (!problem.empty()) {
        log_.error("keys are not reloaded, all stays as it was: {}", problem);
        return std::nullopt;
    }
    const bool has_same_pairs =
        is_same(listener, ring_->listener()) && is_same(dialler, ring_->dialler());
    log_.info("keys are reloaded{}", has_same_pairs ? "" : "; all links are made anew with them");
    warned_at_.reset();
    return has_same_pairs ? Renewal::certificates : Renewal::pairs;
}

void NodeKeys::check_step(const KeyChoice& next) const {
    const bool is_other_folder =
        !next.folder.empty() && !choice_.folder.empty() && next.folder != choice_.folder;
    if (is_other_folder) throw StartError("keys: another folder of keys needs a restart");
    const std::size_t from = step_of(choice_);
    const std::size_t to = step_of(next);
    if (to <= from + 1 && from <= to + 1) return;
    throw StartError("key-use: a node that runs goes from " + std::string(steps.at(from)) + " to " +
                     std::string(steps.at(to > from ? from + 1 : from - 1)) +
                     " first, and on once all nodes have done that");
}

bool NodeKeys::change(const KeyChoice& next, const std::string& endpoint) {
    if (next == choice_) return false;
    const bool is_first = !ring_;
    std::unique_ptr<Keyring> ring = is_first ? first_ring(next, endpoint) : nullptr;
    if (is_first && !ring) return false;
    choice_ = next;
    if (is_first) {
        take(std::move(ring));
    } else if (choice_.folder.empty()) {
        former_prover_ = std::move(prover_);
        former_ring_ = std::move(ring_);
    }
    if (prover_) prover_->require(choice_.use == KeyUse::required);
    warned_at_.reset();
    log_.info("goes on with {}", steps.at(step_of(choice_)));
    return true;
}

// Null if it cannot be used; the log says why. It is read once, for its files may change any time.
std::unique_ptr<Keyring> NodeKeys::first_ring(const KeyChoice& choice,
                                              const std::string& endpoint) const {
    std::string problem;
    try {
        auto ring = std::make_unique<Keyring>(choice.folder, name_);
        problem = fault_of(*ring, endpoint);
        if (problem.empty()) return ring;
    } catch (const StartError& error) {
        problem = error.what();
    }
    log_.error("keys are not taken, all stays as it was: {}", problem);
    return nullptr;
}

void NodeKeys::forget_former() {
    former_prover_.reset();
    former_ring_.reset();
}

// A keyring cannot go back to what it was, so another one is looked at first.
std::string NodeKeys::problem_of_folder(const std::string& endpoint) const {
    try {
        const Keyring next(choice_.folder, name_);
        note_older_list(next);
        return fault_of(next, endpoint);
    } catch (const StartError& error) {
        return error.what();
    }
}

std::string NodeKeys::fault_of(const Keyring& ring, const std::string& endpoint) const {
    const std::string fault = cluster_fault(ring, cluster_);
    return fault.empty() ? endpoint_fault(ring, endpoint) : fault;
}

void NodeKeys::note_older_list(const Keyring& next) const {
    if (next.revocations_version() >= ring_->revocations_version()) return;
    log_.warn("keeps the list of revoked keys, version {}: that of the folder is older, or gone",
              ring_->revocations_version());
}

bool NodeKeys::look(Instant now) {
    if (!ring_ || choice_.use != KeyUse::required) warn_of_strangers(now);
    if (!ring_) return false;
    warn_of_expiry(now);
    if (looked_at_ && now - *looked_at_ < pause_between_looks) return false;
    looked_at_ = now;
    return true;
}

void NodeKeys::warn_of_strangers(Instant now) {
    if (!is_exposed() || is_insecure_) return;
    if (reminded_at_ && now - *reminded_at_ < pause_between_reminders) return;
    reminded_at_ = now;
    log_.warn(
        "listens without keys: strangers that reach {} can speak as any member; --keys keeps "
        "them out, --insecure ends this warning",
        bound_endpoint_);
}

void NodeKeys::warn_of_expiry(Instant now) {
    if (warned_at_ && now - *warned_at_ < pause_between_warnings) return;
    warned_at_ = now;
    const auto own = own_certificate(*ring_);
    const WallTime wall = wall_now();
    if (!own || !is_due_for_renewal(*own, wall)) return;
    const auto left = std::chrono::floor<std::chrono::seconds>(own->valid_until - wall);
    if (left.count() <= 0) {
        log_.error(
            "the certificate of this node has expired: others end its links; certify it "
            "anew and reload");
        return;
    }
    log_.warn("the certificate of this node is good for {} more; certify it anew and reload",
              rough_text(left));
}

}  // namespace hearsay

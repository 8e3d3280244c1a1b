#include "bearers.hpp"

#include <algorithm>

#include "heartbeat_chain.hpp"
#include "numbers.hpp"
#include "statements.hpp"

namespace hearsay {
namespace {

bool may_be_at(const Credential& credential, const std::string& endpoint) {
    const auto& allowed = credential.endpoints;
    return allowed.empty() || std::find(allowed.begin(), allowed.end(), endpoint) != allowed.end();
}

/// A mark that depends on all of both.
Mark mixed(const Prover& prover, const Mark& one, std::span<const std::byte, 16> other) {
    Mark result = prover.before(one);
    std::transform(result.begin(), result.end(), other.begin(), result.begin(),
                   [](std::byte a, std::byte b) { return a ^ b; });
    return prover.before(result);
}

// An older voucher than the one that is known may come late. A later one has later tags, or goes on
// with another chain where the present one ends.
void take_over(Bearer& known, const Introduction& introduction, const Credential& credential) {
    const bool is_bare = known.voucher.certificate.empty();
    const bool is_new = is_bare && known.key == PublicKey{};
    const std::uint64_t version = introduction.identity.tags_version;
    const bool is_news = version > known.tags_version || (is_bare && version == known.tags_version);
    if (!is_new && !is_news) return;
    known.key = credential.key;
    known.may_forget = credential.may_forget;
    known.voucher = introduction.voucher;
    known.tags_version = version;
    if (is_new || known.voucher.base >= known.proven) {
        known.proven = known.voucher.base;
        known.mark = known.voucher.anchor;
    }
}

}  // namespace

bool CheckBudget::claim_steps(const PublicKey& speaker, std::uint64_t steps) {
    std::uint64_t& spent = spent_[speaker];
    if (spent + steps > numbers::checks_each_round() * numbers::signature_steps()) return false;
    spent += steps;
    return true;
}

bool CheckBudget::claim_signature(const PublicKey& speaker) {
    return claim_steps(speaker, numbers::signature_steps());
}

const Bearer* Bearers::find(LifeId life) const {
    const auto found = bearers_.find(life);
    return found == bearers_.end() ? nullptr : &found->second;
}

LifeId Bearers::life_of(const Prover& prover, const PublicKey& key, const Mark& salt) {
    const std::span<const std::byte, 32> bytes(key);
    const Mark hashed = mixed(prover, mixed(prover, salt, bytes.first<16>()), bytes.last<16>());
    std::uint64_t life = 0;
    for (std::size_t i = 0; i < sizeof(life); ++i)
        life = life << 8U | std::to_integer<std::uint64_t>(hashed.at(i));
    return LifeId{life};
}

void Bearers::add(LifeId life, Bearer bearer) {
    bearer.proven = bearer.voucher.base;
    bearer.mark = bearer.voucher.anchor;
    bearers_[life] = std::move(bearer);
}

void Bearers::bury(LifeId life) {
    const auto found = bearers_.find(life);
    if (found != bearers_.end()) found->second.voucher.certificate = std::vector<std::byte>();
}

void Bearers::note_own(LifeId life, Heartbeat heartbeat, const Mark& mark) {
    Bearer& own = bearers_.at(life);
    if (heartbeat == heartbeat_left) {
        own.left = mark;
    } else if (heartbeat > own.proven) {
        own.proven = heartbeat;
        own.mark = mark;
    }
}

bool Bearers::check(const Introduction& introduction, const PublicKey& speaker,
                    CheckBudget& budget) {
    const Identity& identity = introduction.identity;
    const Voucher& voucher = introduction.voucher;
    if (!budget.claim_signature(speaker)) return false;
    const auto credential = prover_->read(voucher.certificate);
    if (!credential || credential->name != identity.name ||
        !may_be_at(*credential, identity.endpoint) ||
        life_of(*prover_, credential->key, voucher.salt) != identity.life) {
        return false;
    }
    if (!budget.claim_signature(speaker) ||
        !prover_->verify(credential->key, life_statement(cluster_, identity, voucher),
                         voucher.signature)) {
        return false;
    }
    take_over(bearers_[identity.life], introduction, *credential);
    return check(identity.life, introduction.heartbeat, introduction.mark, speaker, budget);
}

bool Bearers::check(LifeId life, Heartbeat heartbeat, const Mark& mark, const PublicKey& speaker,
                    CheckBudget& budget) {
    Bearer& known = bearers_.at(life);
    if (heartbeat == heartbeat_left) {
        if (known.left) return true;
        if (prover_->before(mark) != known.voucher.farewell) return false;
        known.left = mark;
        return true;
    }
    if (heartbeat <= known.proven) return true;
    const std::uint64_t steps = heartbeat - known.proven;
    if (heartbeat - known.voucher.base > numbers::chain_marks() ||
        !budget.claim_steps(speaker, steps) || walk_back(*prover_, mark, steps) != known.mark) {
        return false;
    }
    known.proven = heartbeat;
    known.mark = mark;
    return true;
}

std::optional<Mark> Bearers::mark(LifeId life, Heartbeat heartbeat) const {
    const Bearer* const known = find(life);
    if (known == nullptr) return std::nullopt;
    if (heartbeat == heartbeat_left) return known->left;
    // An earlier chain's are known no more, and those who know this one do not ask for them.
    if (heartbeat > known->proven || heartbeat < known->voucher.base) return std::nullopt;
    return walk_back(*prover_, known->mark, known->proven - heartbeat);
}

}  // namespace hearsay

#include "proofs.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

#include "numbers.hpp"
#include "statements.hpp"

namespace hearsay {
namespace {

std::size_t index_of(Cause cause) {
    return static_cast<std::size_t>(cause);
}

}  // namespace

const Signature* Accusers::find(const Accusation& accusation, LifeId accuser) const {
    const auto held = held_.find(accusation.life);
    if (held == held_.end() || held->second.heartbeat != accusation.heartbeat) return nullptr;
    const auto& signatures = held->second.signatures.at(index_of(accusation.cause));
    const auto found = signatures.find(accuser);
    return found == signatures.end() ? nullptr : &found->second.signature;
}

void Accusers::hold(const Accusation& accusation, LifeId accuser, const PublicKey& key,
                    const Signature& signature) {
    Held& held = held_[accusation.life];
    if (accusation.heartbeat < held.heartbeat) return;
    if (accusation.heartbeat > held.heartbeat) held = {accusation.heartbeat, {}};
    auto& signatures = held.signatures.at(index_of(accusation.cause));
    std::erase_if(signatures, [&](const auto& other) { return other.second.key == key; });
    signatures[accuser] = {key, signature};
    if (signatures.size() > limits::accusers_max) signatures.erase(std::prev(signatures.end()));
}

Proofs::Proofs(std::string cluster, Prover& prover)
    : cluster_(std::move(cluster)), prover_(prover), bearers_(cluster_, prover) {}

LifeId Proofs::begin_life() {
    const auto credential = prover_.read(prover_.certificate());
    // Its driver sees to that before it begins; later its certificate may expire.
    const PublicKey key = credential ? credential->key : PublicKey{};
    do {
        own_ = {.salt = prover_.draw(), .goodbye = prover_.draw()};
        own_life_ = Bearers::life_of(prover_, key, own_.salt);
    } while (number(own_life_) == 0);
    renew(0);
    return own_life_;
}

bool Proofs::must_renew(Heartbeat heartbeat) const {
    constexpr Heartbeat rest = 16;
    return own_.chain->end() - heartbeat < numbers::chain_marks() / rest;
}

void Proofs::renew(Heartbeat heartbeat) {
    own_.chain.emplace(prover_, heartbeat, numbers::chain_marks());
    const auto credential = prover_.read(prover_.certificate());
    bearers_.add(own_life_, {.key = credential ? credential->key : PublicKey{},
                             .may_forget = credential && credential->may_forget,
                             .voucher = {.salt = own_.salt,
                                         .base = heartbeat,
                                         .anchor = own_.chain->anchor(),
                                         .farewell = prover_.before(own_.goodbye),
                                         .certificate = prover_.certificate()},
                             // What others hold is never later than what this node says.
                             .tags_version = std::numeric_limits<std::uint64_t>::max()});
}

bool Proofs::is_fresh(Heartbeat heartbeat) const {
    const Heartbeat base = own_.chain->base();
    return base > 0 && heartbeat < base + numbers::told_anew();
}

bool Proofs::may_forget() const {
    const auto credential = prover_.read(prover_.certificate());
    return credential && credential->may_forget;
}

bool Proofs::is_own_key() const {
    const auto credential = prover_.read(prover_.certificate());
    return !credential || credential->key == bearers_.find(own_life_)->key;
}

bool Proofs::is_bearer(const Credential& speaker, LifeId life) const {
    const Bearer* const bearer = bearers_.find(life);
    return bearer != nullptr && bearer->key == speaker.key;
}

bool Proofs::is_same_key(LifeId one, LifeId other) const {
    const Bearer* const first = bearers_.find(one);
    const Bearer* const second = bearers_.find(other);
    if (first == nullptr || second == nullptr) return first == second;
    return first->key == second->key;
}

bool Proofs::is_certified(LifeId life) const {
    const Bearer* const bearer = bearers_.find(life);
    return bearer != nullptr && prover_.read(bearer->voucher.certificate).has_value();
}

bool Proofs::is_proven(const Identity& identity, Heartbeat heartbeat) const {
    if (!is_certified(identity.life) || proven(identity.life, heartbeat) != heartbeat) return false;
    const Bearer& bearer = *bearers_.find(identity.life);
    if (bearer.tags_version != identity.tags_version) {
        return identity.tags_version < bearer.tags_version;
    }
    // Its own voucher was never signed before it was told.
    return identity.life == own_life_ ||
           prover_.verify(bearer.key, life_statement(cluster_, identity, bearer.voucher),
                          bearer.voucher.signature);
}

Heartbeat Proofs::proven(LifeId life, Heartbeat told) const {
    const Bearer* const bearer = bearers_.find(life);
    const bool is_removed = removals_.find(life) != removals_.end();
    if (bearer == nullptr || is_removed || (told == heartbeat_left && bearer->left)) return told;
    return std::min(told, bearer->proven);
}

bool Proofs::admit(Message& message, const Credential* speaker) {
    // What no key has said is checked at the cost of nobody.
    const PublicKey key = speaker == nullptr ? PublicKey() : speaker->key;
    const bool is_required = prover_.is_required();
    if (is_required && (speaker == nullptr || !message.is_proven)) return false;
    if (is_required) keep_introductions(message, key);
    const Bearer* const sender = bearers_.find(message.from);
    if (speaker != nullptr && sender != nullptr && sender->key != key) return false;
    if (is_required) {
        keep_proven(message, key);
    } else if (message.is_proven) {
        learn(message, key);
    }
    return true;
}

// So that all is known that must be proven to others, once that is required.
void Proofs::learn(Message message, const PublicKey& speaker) {
    const std::uint64_t before = dropped_;
    keep_introductions(message, speaker);
    keep_proven(message, speaker);
    dropped_ = before;
}

void Proofs::keep_introductions(Message& message, const PublicKey& speaker) {
    keep(message.introductions,
         [&](const Introduction& entry) { return bearers_.check(entry, speaker, budget_); });
}

void Proofs::keep_proven(Message& message, const PublicKey& speaker) {
    check_head(message, speaker);
    keep(message.rows, [&](const Row& row) { return is_proven(row, speaker); });
    keep(message.accusations, [&](Accusation& entry) { return keep_accusers(entry, speaker); });
    keep(message.forgets, [&](const Forget& forget) { return is_signed(forget, speaker); });
    tell_own_removal(message);
}

// A life that was removed is told so by others who hold no mark of what they tell.
void Proofs::tell_own_removal(Message& message) const {
    for (const Forget& forget : message.forgets) {
        if (forget.life != own_life_) continue;
        message.rows.push_back({.life = own_life_, .heartbeat = forget.heartbeat});
    }
}

// What a stranger says of itself makes it known to nobody: it is asked who it is. A heartbeat of
// marks that are not known yet tells nothing, until they are.
void Proofs::check_head(Message& message, const PublicKey& speaker) {
    const bool is_good =
        bearers_.find(message.from) == nullptr ||
        bearers_.check(message.from, message.heartbeat, message.mark, speaker, budget_);
    if (is_good) return;
    ++dropped_;
    message.heartbeat = heartbeat_untold;
}

// A row about a life that is not known is no more than a reason to ask for it.
bool Proofs::is_proven(const Row& row, const PublicKey& speaker) {
    return bearers_.find(row.life) == nullptr ||
           bearers_.check(row.life, row.heartbeat, row.mark, speaker, budget_);
}

bool Proofs::keep_accusers(Accusation& accusation, const PublicKey& speaker) {
    const bool is_about_a_word =
        bearers_.find(accusation.life) != nullptr &&
        bearers_.check(accusation.life, accusation.heartbeat, accusation.mark, speaker, budget_);
    if (!is_about_a_word) return false;
    std::vector<LifeId> accusers;
    std::vector<Signature> signatures;
    for (std::size_t i = 0; i < accusation.accusers.size(); ++i) {
        if (!is_signed(accusation, i, speaker)) continue;
        accusers.push_back(accusation.accusers[i]);
        signatures.push_back(accusation.signatures[i]);
    }
    accusation.accusers = std::move(accusers);
    accusation.signatures = std::move(signatures);
    return !accusation.accusers.empty();
}

bool Proofs::is_signed(const Accusation& accusation, std::size_t index, const PublicKey& speaker) {
    const LifeId accuser = accusation.accusers[index];
    const Signature& signature = accusation.signatures[index];
    const Signature* const held = accusers_.find(accusation, accuser);
    if (held != nullptr && *held == signature) return true;
    const Bearer* const bearer = bearers_.find(accuser);
    if (bearer == nullptr || !budget_.claim_signature(speaker) ||
        !prover_.verify(bearer->key, accusation_statement(cluster_, accusation, accuser),
                        signature)) {
        return false;
    }
    accusers_.hold(accusation, accuser, bearer->key, signature);
    return true;
}

bool Proofs::is_signed(const Forget& forget, const PublicKey& speaker) {
    const Bearer* const signer = bearers_.find(forget.signer);
    if (signer == nullptr || !signer->may_forget || !budget_.claim_signature(speaker) ||
        !prover_.verify(signer->key, forget_statement(cluster_, forget), forget.signature)) {
        return false;
    }
    if (bearers_.find(forget.life) != nullptr) removals_[forget.life] = forget;
    return true;
}

void Proofs::attach(Message& message) {
    message.is_proven = true;
    message.mark = own_mark(message.heartbeat);
    if (message.heartbeat != heartbeat_untold)
        bearers_.note_own(own_life_, message.heartbeat, message.mark);
    const bool is_required = prover_.is_required();
    keep(message.introductions, [&](Introduction& entry) { return prove(entry) || !is_required; });
    prove_rows(message);
    keep(message.accusations, [&](Accusation& entry) { return prove(entry); });
    for (Forget& forget : message.forgets)
        if (number(forget.signer) == 0) sign(forget);
}

// What is told of a life that was removed is that removal.
void Proofs::prove_rows(Message& message) const {
    std::erase_if(message.rows, [&](Row& row) {
        const auto mark = bearers_.mark(row.life, row.heartbeat);
        row.mark = mark.value_or(Mark{});
        const auto removal = removals_.find(row.life);
        const bool is_removed =
            !mark && removal != removals_.end() && message.forgets.size() < limits::forgets_max;
        if (is_removed) message.forgets.push_back(removal->second);
        return is_removed;
    });
}

bool Proofs::prove(Introduction& introduction) {
    const Identity& identity = introduction.identity;
    if (identity.life == own_life_) {
        introduction.voucher = own_voucher(identity);
        introduction.mark = own_mark(introduction.heartbeat);
        return true;
    }
    const Bearer* const bearer = bearers_.find(identity.life);
    const bool is_known = bearer != nullptr && !bearer->voucher.certificate.empty();
    if (!is_known || bearer->tags_version != identity.tags_version) return false;
    introduction.voucher = bearer->voucher;
    introduction.mark =
        bearers_.mark(identity.life, introduction.heartbeat).value_or(bearer->voucher.anchor);
    return true;
}

bool Proofs::prove(Accusation& accusation) {
    accusation.mark = bearers_.mark(accusation.life, accusation.heartbeat).value_or(Mark{});
    accusation.signatures.clear();
    std::vector<LifeId> accusers;
    for (const LifeId accuser : accusation.accusers) {
        const std::optional<Signature> known = signature(accusation, accuser);
        if (!known && prover_.is_required()) continue;
        accusers.push_back(accuser);
        accusation.signatures.push_back(known.value_or(Signature()));
    }
    accusation.accusers = std::move(accusers);
    return !accusation.accusers.empty();
}

std::optional<Signature> Proofs::signature(const Accusation& accusation, LifeId accuser) {
    if (const Signature* const held = accusers_.find(accusation, accuser)) return *held;
    if (accuser != own_life_) return std::nullopt;
    const Signature own = prover_.sign(accusation_statement(cluster_, accusation, accuser));
    accusers_.hold(accusation, accuser, bearers_.find(own_life_)->key, own);
    return own;
}

void Proofs::sign(Forget& forget) {
    forget.signer = own_life_;
    forget.signature = prover_.sign(forget_statement(cluster_, forget));
    removals_[forget.life] = forget;
}

Voucher Proofs::own_voucher(const Identity& self) {
    Voucher voucher = bearers_.find(own_life_)->voucher;
    voucher.certificate = prover_.certificate();
    std::vector<std::byte> statement = life_statement(cluster_, self, voucher);
    if (statement != own_.statement) {
        own_.signature = prover_.sign(statement);
        own_.statement = std::move(statement);
    }
    voucher.signature = own_.signature;
    return voucher;
}

Mark Proofs::own_mark(Heartbeat heartbeat) {
    if (heartbeat == heartbeat_left) return own_.goodbye;
    return own_.chain->covers(heartbeat) ? own_.chain->mark(heartbeat) : Mark{};
}

}  // namespace hearsay

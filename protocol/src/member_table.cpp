#include "member_table.hpp"

#include <algorithm>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

#include "numbers.hpp"

namespace hearsay {
namespace {

/// Enough to bury a whole table twice; beyond it the one that expires first makes room.
constexpr std::size_t tombstones_max = 2 * limits::members_max;

/// The digest is the sum of these: order-free, and a term can be taken out again. Every message
/// carries it, and 32 bits take four bytes less than 64: two rosters that differ have the same one
/// once in four billion times, until the next change.
std::uint32_t digest_term(std::uint64_t key) {
    return static_cast<std::uint32_t>(mix(key + 1));
}

std::uint64_t key_of(const Identity& identity) {
    return roster_key(identity.life, identity.tags_version);
}

}  // namespace

MemberTable::MemberTable(const Identity& self, std::size_t ring_count)
    : self_(self.life),
      self_key_(key_of(self)),
      rings_(ring_count),
      digest_(digest_term(self_key_)) {
    rings_.insert(self.life);
}

std::uint32_t MemberTable::digest_of_one(const Identity& identity) {
    return digest_term(key_of(identity));
}

/// Where that life is in the order, or would be. Ids are drawn by chance, so the place in a table
/// follows from the number, give or take a little: two or three looks find it at any size.
std::size_t MemberTable::index(LifeId life) const {
    std::size_t first = 0;
    std::size_t last = entries_.size();
    const auto share = static_cast<double>(number(life)) / 0x1p64;
    std::size_t guess = static_cast<std::size_t>(share * static_cast<double>(last));
    for (std::size_t stride = 2; last - first > stride; stride *= 2) {
        guess = std::min(guess, last - 1);
        if (entries_[guess].life < life) {
            first = guess + 1;
            guess += stride;
        } else {
            last = guess;
            guess -= std::min(guess, stride);
        }
        guess = std::max(guess, first);
    }
    const auto begin = entries_.begin();
    const auto at = std::lower_bound(
        begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last), life,
        [](const Entry& entry, LifeId wanted) { return entry.life < wanted; });
    return static_cast<std::size_t>(at - begin);
}

const Record* MemberTable::find(LifeId life) const {
    const std::size_t at = index(life);
    const bool is_found = at < entries_.size() && entries_[at].life == life;
    return is_found ? entries_[at].record.get() : nullptr;
}

Record* MemberTable::find(LifeId life) {
    return const_cast<Record*>(std::as_const(*this).find(life));
}

const Record* MemberTable::find_name(std::string_view name) const {
    const auto at = names_.find(name);
    return at == names_.end() ? nullptr : find(at->second);
}

Record* MemberTable::find_name(std::string_view name) {
    const auto at = names_.find(name);
    return at == names_.end() ? nullptr : find(at->second);
}

std::vector<const Record*> MemberTable::find_keys(std::set<std::uint64_t> keys) const {
    std::vector<const Record*> found;
    for (auto key = keys.begin(); key != keys.end();) {
        const Record* record = find(LifeId{*key});
        if (record != nullptr) found.push_back(record);
        key = record == nullptr ? std::next(key) : keys.erase(key);
    }
    if (keys.empty()) return found;
    for (const Entry& entry : entries_) {
        if (keys.contains(key_of(entry.record->identity))) found.push_back(entry.record.get());
    }
    return found;
}

bool MemberTable::is_full() const {
    return entries_.size() + 1 >= limits::members_max;
}

Record& MemberTable::add(const Identity& identity, const Evidence& evidence, Instant now) {
    HEARSAY_CHECK(!is_full());
    HEARSAY_CHECK(names_.emplace(identity.name, identity.life).second);
    HEARSAY_CHECK(find(identity.life) == nullptr);
    const auto at = entries_.begin() + static_cast<std::ptrdiff_t>(index(identity.life));
    Record& record =
        *entries_.insert(at, {.life = identity.life, .record = std::make_unique<Record>()})->record;
    record.identity = identity;
    record.evidence = evidence;
    record.verdict.since = now;
    record.verdict.told_since = now;
    tombstones_.erase(identity.life);
    enter_roster(record);
    return record;
}

void MemberTable::entomb(LifeId life, Heartbeat heartbeat, Instant expires_at) {
    Record* record = find(life);
    HEARSAY_CHECK(record != nullptr);
    if (record->is_in_roster()) quit_roster(*record);
    departed_.erase(life);
    if (tombstones_.size() >= tombstones_max) {
        tombstones_.erase(std::min_element(
            tombstones_.begin(), tombstones_.end(), [](const auto& one, const auto& other) {
                return one.second.expires_at < other.second.expires_at;
            }));
    }
    tombstones_[life] = {
        .heartbeat = heartbeat, .endpoint = record->identity.endpoint, .expires_at = expires_at};
    names_.erase(record->identity.name);
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index(life)));
}

void MemberTable::set_state(Record& record, MemberState state, Instant now) {
    const bool was_in_roster = record.is_in_roster();
    const bool was_suspect = record.is_suspect();
    record.verdict.state = state;
    record.verdict.since = now;
    record.verdict.ripe_at.reset();
    if (was_in_roster && !record.is_in_roster()) quit_roster(record);
    if (!was_in_roster && record.is_in_roster()) enter_roster(record);
    if (was_suspect == record.is_suspect()) return;
    if (record.is_suspect()) suspects_.insert(record.life());
    if (!record.is_suspect()) suspects_.erase(record.life());
    note_change_at(record.life());
}

void MemberTable::update_identity(Record& record, const Identity& identity) {
    HEARSAY_CHECK(record.life() == identity.life);
    const std::uint32_t before = digest_term(key_of(record.identity));
    record.identity.tags_version = identity.tags_version;
    record.identity.tags = identity.tags;
    record.identity.incarnation = std::max(record.identity.incarnation, identity.incarnation);
    if (record.is_in_roster()) digest_ += digest_term(key_of(record.identity)) - before;
}

void MemberTable::update_self(const Identity& self) {
    if (self.life != self_) {
        rings_.erase(self_);
        note_change_at(self_);
        rings_.insert(self.life);
        note_change_at(self.life);
    }
    digest_ -= digest_term(self_key_);
    self_ = self.life;
    self_key_ = key_of(self);
    digest_ += digest_term(self_key_);
}

const Tombstone* MemberTable::tombstone(LifeId life) const {
    const auto at = tombstones_.find(life);
    return at == tombstones_.end() ? nullptr : &at->second;
}

void MemberTable::lower_tombstones(const std::function<Heartbeat(LifeId, Heartbeat)>& proven) {
    for (auto& [life, tombstone] : tombstones_)
        tombstone.heartbeat = proven(life, tombstone.heartbeat);
}

void MemberTable::expire_tombstones(Instant now) {
    std::erase_if(tombstones_, [now](const auto& entry) { return entry.second.expires_at <= now; });
}

std::vector<std::uint64_t> MemberTable::roster() const {
    std::vector<std::uint64_t> keys{self_key_};
    keys.reserve(roster_size());
    for (const Record& record : *this) {
        if (record.is_in_roster()) keys.push_back(key_of(record.identity));
    }
    return keys;
}

std::vector<LifeId> MemberTable::neighbours() const {
    return rings_.neighbours(self_, [this](LifeId life) {
        return cases::behind_suspects() && suspects_.contains(life);
    });
}

std::vector<LifeId> MemberTable::observers(LifeId subject) const {
    return rings_.observers(subject);
}

std::size_t MemberTable::observer_count(LifeId subject) const {
    const auto known = observer_counts_.find(subject);
    if (known != observer_counts_.end()) return known->second;
    const std::vector<LifeId> all = observers(subject);
    const auto count =
        static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [this](LifeId life) {
            return !cases::suspect_observers() || !suspects_.contains(life);
        }));
    if (suspects_.contains(subject)) observer_counts_[subject] = count;
    return count;
}

std::optional<LifeId> MemberTable::pick(Random& random) const {
    if (roster_size() < 2) return std::nullopt;
    while (true) {
        const LifeId life = rings_.pick(random);
        if (life != self_) return life;
    }
}

void MemberTable::renew(Record& record) {
    if (record.is_in_roster()) rotation_.renew(record);
}

void MemberTable::enter_roster(Record& record) {
    departed_.erase(record.life());
    rings_.insert(record.life());
    rotation_.insert(record);
    digest_ += digest_term(key_of(record.identity));
    note_change_at(record.life());
}

void MemberTable::quit_roster(Record& record) {
    rings_.erase(record.life());
    rotation_.erase(record);
    digest_ -= digest_term(key_of(record.identity));
    suspects_.erase(record.life());
    departed_.insert(record.life());
    note_change_at(record.life());
}

// The observers of a member of the roster are those next to it, and it observes them.
void MemberTable::note_change_at(LifeId life) {
    ++revision_;
    if (observer_counts_.empty()) return;
    if (rings_.is_everybody_next()) {
        observer_counts_.clear();
        return;
    }
    observer_counts_.erase(life);
    for (const LifeId next : rings_.observers(life))
        observer_counts_.erase(next);
}

}  // namespace hearsay

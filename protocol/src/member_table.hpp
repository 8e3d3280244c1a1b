#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/random.hpp"

#include "record.hpp"
#include "rings.hpp"
#include "rotation.hpp"

namespace hearsay {

/// What remains of a life that is listed no more, so that it cannot return (R14).
struct Tombstone {
    /// Only a greater heartbeat proves that it was not dead.
    Heartbeat heartbeat = 0;
    /// Where a lost half of the cluster may still be reached (R15).
    std::string endpoint;
    Instant expires_at{};
};

/// All lives this node knows but its own, one for each name, and the tombstones of those it knew.
///
/// Keeps the roster, its digest and its rings in step with the verdicts. References to records
/// stay valid until the record is removed; iteration is in the order of life ids.
class MemberTable {
    struct Entry {
        LifeId life;
        std::unique_ptr<Record> record;
    };

  public:
    /// Walks through the records. Invalid once a record was added or removed.
    template <typename Value>
    struct Iterator {
        const Entry* at;
        Value& operator*() const { return *at->record; }
        Iterator& operator++() {
            ++at;
            return *this;
        }
        bool operator==(const Iterator&) const = default;
    };

    MemberTable(const Identity& self, std::size_t ring_count);

    [[nodiscard]] Record* find(LifeId life);
    [[nodiscard]] const Record* find(LifeId life) const;
    [[nodiscard]] Record* find_name(std::string_view name);
    [[nodiscard]] const Record* find_name(std::string_view name) const;
    /// Whom to introduce when these roster keys are wanted; a bare life id is a key as well.
    [[nodiscard]] std::vector<const Record*> find_keys(std::set<std::uint64_t> keys) const;

    [[nodiscard]] bool is_full() const;
    /// Adds a life, as alive. REQUIRES: neither its id nor its name is listed; not full.
    Record& add(const Identity& identity, const Evidence& evidence, Instant now);
    /// Puts a tombstone in the place of a life. The record is gone afterwards.
    void entomb(LifeId life, Heartbeat heartbeat, Instant expires_at);

    void set_state(Record& record, MemberState state, Instant now);
    /// Takes over newer tags and a raised incarnation.
    void update_identity(Record& record, const Identity& identity);
    void update_self(const Identity& self);

    [[nodiscard]] const Tombstone* tombstone(LifeId life) const;
    void expire_tombstones(Instant now);
    /// Gives each the heartbeat that `proven` says of its own.
    void lower_tombstones(const std::function<Heartbeat(LifeId, Heartbeat)>& proven);
    [[nodiscard]] const std::map<LifeId, Tombstone>& tombstones() const { return tombstones_; }

    [[nodiscard]] std::uint32_t digest() const { return digest_; }
    /// The digest of a life that knows nobody else.
    [[nodiscard]] static std::uint32_t digest_of_one(const Identity& identity);
    /// Alive and suspect members, this node included.
    [[nodiscard]] std::size_t roster_size() const { return rings_.size(); }
    /// The roster keys of all of them.
    [[nodiscard]] std::vector<std::uint64_t> roster() const;
    /// Raised with every change of the roster or of a suspicion.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    [[nodiscard]] const std::set<LifeId>& suspects() const { return suspects_; }
    /// The lives that are listed but not in the roster: failed or left.
    [[nodiscard]] const std::set<LifeId>& departed() const { return departed_; }

    /// Whom this node exchanges pulses with, and who observes `subject` (R5).
    [[nodiscard]] std::vector<LifeId> neighbours() const;
    [[nodiscard]] std::vector<LifeId> observers(LifeId subject) const;
    /// How many of its observers are not suspect themselves.
    [[nodiscard]] std::size_t observer_count(LifeId subject) const;
    /// A member of the roster other than this node; nothing if there is none.
    [[nodiscard]] std::optional<LifeId> pick(Random& random) const;

    /// Members of the roster whose rows are passed on next (R7).
    [[nodiscard]] std::vector<Record*> draw(std::size_t count, const Rotation::Predicate& unwanted,
                                            Random& random) {
        return rotation_.draw(count, unwanted, random);
    }
    /// Takes note that a heartbeat advanced: there is something to pass on.
    void renew(Record& record);

    [[nodiscard]] Iterator<Record> begin() { return {entries_.data()}; }
    [[nodiscard]] Iterator<Record> end() { return {entries_.data() + entries_.size()}; }
    [[nodiscard]] Iterator<const Record> begin() const { return {entries_.data()}; }
    [[nodiscard]] Iterator<const Record> end() const { return {entries_.data() + entries_.size()}; }

  private:
    [[nodiscard]] std::size_t index(LifeId life) const;
    void enter_roster(Record& record);
    void quit_roster(Record& record);
    void note_change_at(LifeId life);

    LifeId self_;
    std::uint64_t self_key_;
    /// In the order of life ids.
    std::vector<Entry> entries_;
    std::map<std::string, LifeId, std::less<>> names_;
    std::map<LifeId, Tombstone> tombstones_;
    std::set<LifeId> suspects_;
    std::set<LifeId> departed_;
    Rings rings_;
    Rotation rotation_;
    /// Of suspects, counted once until something changes next to them: where many die at once, all
    /// of them are looked at in every turn.
    mutable std::map<LifeId, std::size_t> observer_counts_;
    std::uint32_t digest_ = 0;
    std::uint64_t revision_ = 0;
};

}  // namespace hearsay

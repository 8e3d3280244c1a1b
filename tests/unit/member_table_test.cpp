#include "member_table.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{} + 1h;

Identity identity(std::uint64_t number) {
    const std::string name = "n" + std::to_string(number);
    return {.life = LifeId{number},
            .name = name,
            .incarnation = 1,
            .endpoint = "tcp://" + name + ":7700",
            .tags_version = 0,
            .tags = {}};
}

/// A table of node 1.
MemberTable table_with(std::uint64_t others) {
    MemberTable table(identity(1), 2);
    for (std::uint64_t number = 2; number < 2 + others; ++number)
        table.add(identity(number), Evidence(number, {}), start);
    return table;
}

/// The observers that are not suspect themselves, counted one by one.
std::size_t count_observers(const MemberTable& table, LifeId subject) {
    std::size_t count = 0;
    for (const LifeId life : table.observers(subject))
        if (!table.suspects().contains(life)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a new table knows this node alone", "[member_table]") {
    const MemberTable table = table_with(0);

    CHECK(table.roster_size() == 1);
    CHECK(table.roster() == std::vector{roster_key(LifeId{1}, 0)});
    CHECK(table.digest() == MemberTable::digest_of_one(identity(1)));
    CHECK(table.find(LifeId{1}) == nullptr);
}

TEST_CASE("an added life is alive, on the roster, and found by life, name and key",
          "[member_table]") {
    MemberTable table = table_with(0);
    const auto revision = table.revision();

    Record& record = table.add(identity(2), Evidence(7, {}), start);

    CHECK(record.verdict.state == MemberState::alive);
    CHECK(record.verdict.since == start);
    CHECK(record.heartbeat() == 7);
    CHECK(table.find(LifeId{2}) == &record);
    CHECK(table.find_name("n2") == &record);
    CHECK(table.find_keys({roster_key(LifeId{2}, 0)}) == std::vector<const Record*>{&record});
    CHECK(table.find_keys({2}) == std::vector<const Record*>{&record});
    CHECK(table.find_name("n3") == nullptr);
    CHECK(table.find_keys({3}).empty());
    CHECK(table.roster_size() == 2);
    CHECK(table.revision() != revision);
}

TEST_CASE("equal rosters have equal digests, however they came about", "[member_table]") {
    MemberTable one = table_with(0);
    MemberTable other(identity(3), 2);
    one.add(identity(2), {}, start);
    one.add(identity(3), {}, start);
    other.add(identity(4), {}, start);
    other.add(identity(2), {}, start);
    other.add(identity(1), {}, start);
    CHECK(one.digest() != other.digest());

    other.set_state(*other.find(LifeId{4}), MemberState::failed, start);

    CHECK(one.digest() == other.digest());
}

TEST_CASE("suspects stay on the roster, failed and left members do not", "[member_table]") {
    MemberTable table = table_with(3);
    Record& record = *table.find(LifeId{2});
    const auto digest = table.digest();

    table.set_state(record, MemberState::suspect, start + 1s);
    CHECK(table.digest() == digest);
    CHECK(table.suspects() == std::set{LifeId{2}});
    CHECK(record.verdict.since == start + 1s);

    table.set_state(record, MemberState::failed, start + 2s);
    CHECK(table.roster_size() == 3);
    CHECK(table.digest() != digest);
    CHECK(table.suspects().empty());

    table.set_state(record, MemberState::left, start + 3s);
    CHECK(table.roster_size() == 3);

    table.set_state(record, MemberState::alive, start + 4s);
    CHECK(table.digest() == digest);
    CHECK(table.roster_size() == 4);
}

TEST_CASE("a change of state forgets that the life was ripe", "[member_table]") {
    MemberTable table = table_with(1);
    Record& record = *table.find(LifeId{2});
    record.verdict.ripe_at = start;

    table.set_state(record, MemberState::alive, start);

    CHECK_FALSE(record.verdict.ripe_at.has_value());
}

TEST_CASE("neighbours are those of the roster, and more behind a suspect", "[member_table]") {
    MemberTable table = table_with(40);
    const auto neighbours = table.neighbours();
    CHECK(neighbours == table.observers(LifeId{1}));

    table.set_state(*table.find(neighbours.front()), MemberState::suspect, start);

    CHECK(table.neighbours().size() > neighbours.size());
    CHECK(table.observers(LifeId{1}) == neighbours);
}

TEST_CASE("newer tags change the digest as adding them at once would", "[member_table]") {
    MemberTable table = table_with(1);
    MemberTable other = table_with(0);
    Identity changed = identity(2);
    changed.tags_version = 3;
    changed.tags = {{"zone", "b"}};
    changed.incarnation = 9;
    other.add(changed, {}, start);

    table.update_identity(*table.find(LifeId{2}), changed);

    CHECK(table.find(LifeId{2})->identity == changed);
    CHECK(table.digest() == other.digest());
}

TEST_CASE("an incarnation is never lowered, and a failed life's tags move no digest",
          "[member_table]") {
    MemberTable table = table_with(2);
    Record& record = *table.find(LifeId{2});
    table.set_state(record, MemberState::failed, start);
    const auto digest = table.digest();
    Identity changed = identity(2);
    changed.tags_version = 1;
    changed.incarnation = 0;

    table.update_identity(record, changed);

    CHECK(record.identity.incarnation == 1);
    CHECK(table.digest() == digest);
}

TEST_CASE("this node's new tags and new life are on the roster at once", "[member_table]") {
    MemberTable table = table_with(1);
    Identity self = identity(1);
    self.tags_version = 1;

    table.update_self(self);
    CHECK(table.roster().front() == roster_key(LifeId{1}, 1));

    self.life = LifeId{99};
    table.update_self(self);
    CHECK(table.roster().front() == roster_key(LifeId{99}, 1));
    CHECK(table.roster_size() == 2);
    CHECK(table.observers(LifeId{2}) == std::vector{LifeId{99}});
}

TEST_CASE("an entombed life leaves a tombstone, and its name is free", "[member_table]") {
    MemberTable table = table_with(1);

    table.entomb(LifeId{2}, 77, start + 10s);

    CHECK(table.find(LifeId{2}) == nullptr);
    CHECK(table.find_name("n2") == nullptr);
    CHECK(table.roster_size() == 1);
    CHECK(table.digest() == MemberTable::digest_of_one(identity(1)));
    REQUIRE(table.tombstone(LifeId{2}) != nullptr);
    CHECK(table.tombstone(LifeId{2})->heartbeat == 77);
    CHECK(table.tombstone(LifeId{2})->endpoint == identity(2).endpoint);

    table.add(identity(2), {}, start);
    CHECK(table.tombstone(LifeId{2}) == nullptr);
}

TEST_CASE("a failed life is entombed without leaving the roster twice", "[member_table]") {
    MemberTable table = table_with(2);
    table.set_state(*table.find(LifeId{2}), MemberState::failed, start);
    const auto digest = table.digest();

    table.entomb(LifeId{2}, 1, start + 10s);

    CHECK(table.digest() == digest);
    CHECK(table.roster_size() == 2);
}

TEST_CASE("tombstones expire at their time", "[member_table]") {
    MemberTable table = table_with(2);
    table.entomb(LifeId{2}, 1, start + 10s);
    table.entomb(LifeId{3}, 1, start + 11s);

    table.expire_tombstones(start + 10s - 1us);
    CHECK(table.tombstones().size() == 2);

    table.expire_tombstones(start + 10s);
    CHECK(table.tombstone(LifeId{2}) == nullptr);
    CHECK(table.tombstone(LifeId{3}) != nullptr);
}

TEST_CASE("of too many tombstones the first to expire makes room", "[member_table]") {
    MemberTable table = table_with(0);
    const std::size_t most = 2 * limits::members_max;

    for (std::uint64_t number = 2; number < 2 + most + 1; ++number) {
        table.add(identity(number), {}, start);
        const bool is_short = number == 500;
        table.entomb(LifeId{number}, 1, start + (is_short ? 1s : 10s));
    }

    CHECK(table.tombstones().size() == most);
    CHECK(table.tombstone(LifeId{500}) == nullptr);
    CHECK(table.tombstone(LifeId{2}) != nullptr);
}

TEST_CASE("the table is full when this node and the others are as many as there may be",
          "[member_table]") {
    MemberTable table = table_with(limits::members_max - 2);
    CHECK_FALSE(table.is_full());

    table.add(identity(limits::members_max + 1), {}, start);

    CHECK(table.is_full());
    CHECK(table.roster_size() == limits::members_max);
}

TEST_CASE("a pick is anybody of the roster but this node", "[member_table]") {
    MemberTable table = table_with(3);
    table.set_state(*table.find(LifeId{4}), MemberState::failed, start);
    Random random_source(1);
    std::set<LifeId> picked;

    for (int draw = 0; draw < 100; ++draw)
        picked.insert(table.pick(random_source).value());

    CHECK(picked == std::set{LifeId{2}, LifeId{3}});
    CHECK_FALSE(table_with(0).pick(random_source).has_value());
}

TEST_CASE("observers are counted as they are after every change", "[member_table]") {
    const std::uint64_t others = GENERATE(4U, 30U);
    MemberTable table = table_with(others);
    const std::vector states{MemberState::suspect, MemberState::failed, MemberState::alive};

    // Some are failed and suspected by turns, and come back; in between this node begins anew.
    for (std::uint64_t step = 0; step < 200; ++step) {
        const LifeId changed{2 + step * 7 % others};
        table.set_state(*table.find(changed), states[step * 5 % 3], start);
        if (step == 100) table.update_self(identity(99));
        for (std::uint64_t number = 2; number < 2 + others; ++number)
            REQUIRE(table.observer_count(LifeId{number}) == count_observers(table, LifeId{number}));
    }
}

}  // namespace hearsay

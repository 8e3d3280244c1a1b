#include "rotation.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "support/catch.hpp"

namespace hearsay {
namespace {

const auto nobody = [](const Record&) { return false; };

/// Twelve records that take part.
struct Table {
    Table() {
        for (std::size_t i = 0; i < records.size(); ++i) {
            records.at(i).identity.life = LifeId{i + 1};
            rotation.insert(records.at(i));
        }
    }
    std::array<Record, 12> records;
    Rotation rotation;
    Random random{7};
};

}  // namespace

TEST_CASE("everybody is drawn once before anybody is drawn again", "[rotation]") {
    Table table;
    std::map<LifeId, int> drawn;

    for (int round = 0; round < 4; ++round) {
        for (const Record* record : table.rotation.draw(3, nobody, table.random))
            ++drawn[record->life()];
    }

    CHECK(drawn.size() == 12);
}

TEST_CASE("a member that advanced is drawn before those that were sent", "[rotation]") {
    Table table;
    static_cast<void>(table.rotation.draw(12, nobody, table.random));

    table.rotation.renew(table.records.at(5));

    const auto drawn = table.rotation.draw(1, nobody, table.random);
    REQUIRE(drawn.size() == 1);
    CHECK(drawn.front() == &table.records.at(5));
}

TEST_CASE("the unwanted are left out, and their turn is kept", "[rotation]") {
    Table table;
    const auto unwanted = [](const Record& record) { return number(record.life()) <= 4; };

    const auto drawn = table.rotation.draw(12, unwanted, table.random);
    CHECK(drawn.size() == 8);

    for (const Record* record : table.rotation.draw(4, nobody, table.random))
        CHECK(unwanted(*record));
}

TEST_CASE("a member that is taken out is drawn no more", "[rotation]") {
    Table table;
    table.rotation.erase(table.records.at(3));
    static_cast<void>(table.rotation.draw(2, nobody, table.random));
    table.rotation.erase(table.records.at(7));

    const auto drawn = table.rotation.draw(12, nobody, table.random);

    CHECK(drawn.size() == 10);
    CHECK(std::count(drawn.begin(), drawn.end(), &table.records.at(3)) == 0);
    CHECK(std::count(drawn.begin(), drawn.end(), &table.records.at(7)) == 0);
}

TEST_CASE("chance decides among those sent equally often", "[rotation]") {
    std::map<LifeId, int> first;
    for (std::uint64_t seed = 0; seed < 1200; ++seed) {
        Table table;
        table.random = Random(seed);
        ++first[table.rotation.draw(1, nobody, table.random).front()->life()];
    }

    REQUIRE(first.size() == 12);
    for (const auto& [life, count] : first)
        CHECK(count > 50);
}

}  // namespace hearsay

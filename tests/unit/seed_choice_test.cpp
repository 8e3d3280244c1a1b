#include "seed_choice.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

using Seeds = std::vector<std::string>;

constexpr Instant start{1h};
constexpr Duration patience = 2s;
constexpr bool alone = true;
constexpr bool in_company = false;

SeedChoice make_choice() {
    return {"own", patience, start};
}

Seeds numbered(const std::string& word, std::size_t count) {
    Seeds seeds;
    for (std::size_t i = 0; i < count; ++i)
        seeds.push_back(word + std::to_string(i));
    return seeds;
}

void ask(SeedChoice& choice, const Seeds& seeds) {
    for (const std::string& seed : seeds)
        choice.note_asked(seed);
}

bool contains(const Seeds& seeds, const std::string& seed) {
    return std::find(seeds.begin(), seeds.end(), seed) != seeds.end();
}

TEST_CASE("where nothing was kept there are those that were given", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds given{"a", "own", "b", "a"};
    CHECK(choice.choose(given, {}, alone, start) == given);
    CHECK(choice.choose(given, {}, alone, start + 1h) == given);
    CHECK(choice.choose(given, {}, in_company, start + 1h) == given);
}

TEST_CASE("those that were given are asked alone at first", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds kept = numbered("k", 64);
    CHECK(choice.choose({"a"}, kept, alone, start) == Seeds{"a"});
    CHECK(choice.choose({"a"}, kept, alone, start + patience - 1ms) == Seeds{"a"});
    CHECK(choice.choose({"a"}, kept, alone, start + patience) == Seeds{"a", "k0", "k1", "k2"});
}

TEST_CASE("without any other that was given kept ones are asked at once", "[seed_choice]") {
    const Seeds given = GENERATE(Seeds{}, Seeds{"own"});
    SeedChoice choice = make_choice();
    Seeds expected = given;
    expected.insert(expected.end(), {"k0", "k1", "k2"});
    CHECK(choice.choose(given, numbered("k", 64), alone, start) == expected);
}

TEST_CASE("the next kept ones follow when these were asked", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds kept{"k0", "k1", "k2", "k3", "k4"};
    REQUIRE(choice.choose({}, kept, alone, start) == Seeds{"k0", "k1", "k2"});

    ask(choice, {"k0", "other"});
    CHECK(choice.choose({}, kept, alone, start) == Seeds{"k0", "k1", "k2"});
    ask(choice, {"k2", "k1"});
    CHECK(choice.choose({}, kept, alone, start) == Seeds{"k3", "k4", "k0"});
    ask(choice, {"k3", "k4", "k0"});
    CHECK(choice.choose({}, kept, alone, start) == Seeds{"k1", "k2", "k3"});
}

TEST_CASE("every kept one has its turn", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds kept = numbered("k", 64);
    Seeds asked;
    for (int turn = 0; turn < 22; ++turn) {
        const Seeds seeds = choice.choose({"a"}, kept, alone, start + 1min);
        CHECK(seeds.size() == 4);
        CHECK(seeds.front() == "a");
        ask(choice, seeds);
        asked.insert(asked.end(), seeds.begin(), seeds.end());
    }
    for (const std::string& seed : kept)
        CHECK(contains(asked, seed));
}

TEST_CASE("those that were given are half of all, or a quarter of a few", "[seed_choice]") {
    const std::size_t count = GENERATE(1U, 2U, 3U, 10U, 32U);
    SeedChoice choice = make_choice();
    const Seeds given = numbered("g", count);

    const Seeds seeds = choice.choose(given, numbered("k", 64), alone, start + 1min);

    CHECK(seeds.size() == count + std::max<std::size_t>(count, SeedChoice::kept_at_once));
    CHECK(std::equal(given.begin(), given.end(), seeds.begin()));
}

TEST_CASE("in company there are all, and never more than there may be", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds kept = numbered("k", 64);
    const bool is_alone = GENERATE(true, false);
    CHECK(choice.choose({"a"}, {"k0", "a", "own", "k1"}, in_company, start) ==
          Seeds{"a", "k0", "k1"});
    CHECK(choice.choose({"a"}, kept, in_company, start).size() == SeedChoice::seeds_max);
    const Seeds most = numbered("g", SeedChoice::seeds_max);
    CHECK(choice.choose(most, kept, is_alone, start + 1min) == most);
    const Seeds many = numbered("g", 60);
    CHECK(choice.choose(many, kept, is_alone, start + 1min).size() == SeedChoice::seeds_max);
}

TEST_CASE("a node that is alone again begins with the best ones", "[seed_choice]") {
    SeedChoice choice = make_choice();
    const Seeds kept = numbered("k", 10);
    ask(choice, choice.choose({}, kept, alone, start));
    REQUIRE(choice.choose({}, kept, alone, start) == Seeds{"k3", "k4", "k5"});

    static_cast<void>(choice.choose({}, kept, in_company, start));

    CHECK(choice.choose({}, kept, alone, start) == Seeds{"k0", "k1", "k2"});
}

}  // namespace
}  // namespace hearsay

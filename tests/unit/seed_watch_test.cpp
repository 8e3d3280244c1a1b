#include "seed_watch.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/heard_log.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

const std::string seed = "tcp://10.0.0.7:7700";

/// A watch over one seed, whose connection is in a state that the test sets.
class Bench {
  public:
    void ask() { watch_.note_asked(seed, now_); }
    /// A round passes.
    std::vector<Probe> look(DialState state) {
        now_ += 1s;
        return watch_.look([state](const std::string&) { return state; }, now_);
    }
    SeedWatch& watch() { return watch_; }
    [[nodiscard]] std::string log() const { return log_.text(); }

  private:
    static Config config() {
        Config config;
        config.cluster = "demo";
        config.seeds = {"tcp://10.0.0.6:7700", seed};
        config.round = 1s;
        return config;
    }

    testing::HeardLog log_;
    SeedWatch watch_{config(), log_.log()};
    Instant now_ = Instant{} + 1h;
};

TEST_CASE("a seed that refuses connections is named at once", "[seeds]") {
    Bench bench;
    bench.ask();

    const auto probes = bench.look(DialState::connecting);
    REQUIRE(probes.size() == 1);
    CHECK(probes[0].endpoint == seed);
    CHECK(bench.watch().take_refused(probes[0]));
    CHECK(bench.look(DialState::connecting).empty());

    CHECK_THAT(bench.log(),
               Contains("seed " + seed + " refuses connections") && Contains("(attempt 1)"));
}

TEST_CASE("a seed that no connection reaches is named after two rounds", "[seeds]") {
    Bench bench;
    bench.ask();
    CHECK(bench.look(DialState::connecting).size() == 1);
    CHECK(bench.look(DialState::connecting).empty());
    CHECK(bench.log().empty());
    CHECK(bench.look(DialState::connecting).empty());

    CHECK_THAT(bench.log(), Contains("seed " + seed + " does not answer"));
}

TEST_CASE("a seed that takes connections and says nothing is named", "[seeds]") {
    Bench bench;
    bench.ask();
    CHECK(bench.look(DialState::silent).empty());
    CHECK(bench.look(DialState::silent).empty());

    CHECK_THAT(bench.log(), Contains("another cluster"));
}

TEST_CASE("a seed that says it is of another cluster is named at once, until it answers",
          "[seeds]") {
    Bench bench;
    bench.ask();
    CHECK_FALSE(bench.watch().note_foreign("tcp://10.0.0.9:7700", "prod"));
    CHECK(bench.watch().note_foreign(seed, "pr\nod"));
    CHECK(bench.look(DialState::silent).empty());
    CHECK_THAT(bench.log(), Contains("seed " + seed + " belongs to cluster \"pr") &&
                                Contains("od\", this is \"demo\" (attempt 1)") &&
                                !Contains("\nod"));

    static_cast<void>(bench.look(DialState::heard));
    CHECK_THAT(bench.log(), Contains("seed " + seed + " answers"));
}

TEST_CASE("it is said again after four times as many attempts, for whatever reason", "[seeds]") {
    Bench bench;
    for (int attempt = 1; attempt <= 9; ++attempt) {
        bench.ask();
        const bool is_even = attempt % 2 == 0;
        static_cast<void>(bench.look(is_even ? DialState::silent : DialState::connecting));
    }

    CHECK_THAT(bench.log(), Contains("(attempt 2)") && Contains("(attempt 8)"));
    const std::string log = bench.log();
    CHECK(log.find("attempt") != log.rfind("attempt"));
    CHECK_THAT(log, !Contains("(attempt 4)") && !Contains("(attempt 6)"));
}

TEST_CASE("a seed that answers is no trouble, and said to answer if it was", "[seeds]") {
    Bench well;
    well.ask();
    CHECK(well.look(DialState::heard).empty());
    CHECK(well.log().empty());

    Bench late;
    late.ask();
    static_cast<void>(late.look(DialState::silent));
    static_cast<void>(late.look(DialState::silent));
    static_cast<void>(late.look(DialState::heard));
    CHECK_THAT(late.log(), Contains("seed " + seed + " answers"));
}

TEST_CASE("what is asked and no seed is not watched", "[seeds]") {
    Bench bench;
    bench.watch().note_asked("tcp://10.0.0.9:7700", Instant{});

    CHECK(bench.look(DialState::connecting).empty());
    CHECK_FALSE(bench.watch().take_refused({.life = LifeId{77}, .endpoint = seed}));
}

TEST_CASE("seeds that stay keep what is known of them", "[seeds]") {
    Bench bench;
    bench.ask();
    bench.watch().set_seeds({seed, "tcp://10.0.0.8:7700", seed});
    static_cast<void>(bench.look(DialState::silent));
    static_cast<void>(bench.look(DialState::silent));

    CHECK_THAT(bench.log(), Contains(seed) && Contains("(attempt 1)"));
    CHECK(bench.log().find(seed) == bench.log().rfind(seed));
}

}  // namespace
}  // namespace hearsay

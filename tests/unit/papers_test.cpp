// The instrument behind tests/bench/papers: that it plans the runs it is asked for, finds what
// befalls a cluster, and says when a claim is not kept.

#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "exit_code.hpp"
#include "experiment.hpp"
#include "findings.hpp"
#include "report.hpp"
#include "rows.hpp"
#include "runs.hpp"
#include "trial.hpp"

namespace hearsay::papers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<std::string> cells{"C=1 D=128", "C=16 D=128"};

std::set<std::uint64_t> seeds_of(const std::vector<Run>& runs) {
    std::set<std::uint64_t> seeds;
    for (const Run& run : runs)
        seeds.insert(run.seed);
    return seeds;
}

constexpr std::size_t members = 8;

/// Eight that know each other and have settled.
class SettledTrial : public Trial {
  public:
    SettledTrial() : Trial({}, 1, {.acquaintance = simulation::Acquaintance::acquainted}) {
        cluster().start(members);
        run_for(seconds{10});
    }
};

TEST_CASE("papers: every run of a row has a seed of its own, whatever else is run", "[papers]") {
    const std::vector<Run> all = plan({}, "row", cells, 3);
    CHECK(all.size() == 6);
    CHECK(seeds_of(all).size() == 6);

    const std::vector<Run> one = plan({.cells = {"C=1"}, .repeat = 2}, "row", cells, 3);
    REQUIRE(one.size() == 1);
    CHECK(one[0].cell == cells[0]);
    CHECK(one[0].seed == all[2].seed);

    CHECK(seeds_of(plan({.seed = 2}, "row", cells, 3)) != seeds_of(all));
    CHECK_THROWS_AS(plan({.cells = {"C=6"}}, "row", cells, 3), NoSuchCell);
}

TEST_CASE("papers: a run that breaks is told, and the others are done", "[papers]") {
    const std::vector<Run> runs = plan({}, "row", cells, 2);
    std::atomic<std::size_t> well = 0;

    const RunsDone outcome = perform({.threads = 2}, runs, [&](std::size_t index) {
        if (index == 3) throw std::runtime_error("I1: n2 is alive");
        ++well;
    });

    CHECK(well == 3);
    CHECK(outcome.done == 4);
    REQUIRE(outcome.broken.size() == 1);
    CHECK(text(outcome.broken[0]) == "row, C=16 D=128, repeat 1: I1: n2 is alive");
    CHECK_FALSE(is_success({.broken = outcome.broken}));
}

TEST_CASE("papers: a caller that stops it gets what was done, and hears that it is not all",
          "[papers]") {
    const std::vector<Run> runs = plan({}, "row", cells, 2);
    std::atomic<std::size_t> asked = 0;
    Settings settings;
    settings.is_stopped = [&] { return ++asked > 3; };

    const auto yields = perform_all(settings, runs, [](const Run& run) { return run.repeat; });

    CHECK(yields.values == std::vector<std::optional<std::size_t>>{0, 1, 0});
    CHECK(yields.undone == 1);
    CHECK_FALSE(is_success({.undone = yields.undone}));
    CHECK(markdown({.undone = 1}).find("Stopped: 1 runs") != std::string::npos);
    const auto work = [&] {
        return perform_all(settings, runs, [](const Run& run) { return run.repeat; });
    };
    CHECK_THROWS_AS(work(), Stopped);
}

TEST_CASE("papers: a trial finds who was detected when, and by how many", "[papers]") {
    SettledTrial trial;
    trial.begin({.hosts = {"n3"}});
    trial.cluster().power_off("n3");
    CHECK(trial.run_until([&] { return trial.is_found_by_all(); }, seconds{10}));

    const Findings findings = trial.findings();
    const Duration fail_after = Config::lan().fail_after;
    REQUIRE(findings.first.size() == 1);
    REQUIRE(findings.last.size() == 1);
    CHECK(findings.first[0] <= findings.last[0]);
    CHECK(findings.last[0] >= fail_after - Config::lan().round);
    CHECK(findings.last[0] <= fail_after + milliseconds{300});
    CHECK(findings.mistakes == 0);
    CHECK(trial.share_right() == 1);
    CHECK(trial.step_counts() == std::vector<std::size_t>(members - 1, 1));
    CHECK(trial.return_count() == 0);
}

TEST_CASE("papers: a trial counts verdicts on the healthy, and who passed them", "[papers]") {
    SettledTrial trial;
    trial.begin({.hosts = {"n3"}, .fate = Fate::hampered});
    // To all others n2 is as dead as n3, but it is not said to be faulty.
    trial.cluster().freeze("n2");
    trial.run_for(seconds{10});
    CHECK(trial.findings().mistakes == members - 1);
    CHECK(trial.findings().mistakes_at_healthy == members - 2);
    CHECK(trial.share_right() == 0);

    trial.cluster().thaw("n2");
    trial.run_for(seconds{5});
    const Findings findings = trial.findings();
    CHECK(findings.mistakes == members - 1);
    CHECK(findings.longest_mistake > seconds{5});
    CHECK(findings.longest_mistake < seconds{11});
}

TEST_CASE("papers: a trial counts what the faulty say of the healthy", "[papers]") {
    SettledTrial trial;
    trial.begin({.hosts = {"n3", "n4"}, .fate = Fate::hampered});
    // Cut off, and silent for so long that it is believed.
    trial.cluster().part({"n3"}, {"n1", "n2", "n4", "n5", "n6", "n7", "n8"});
    trial.run_for(seconds{100});

    const Findings findings = trial.findings();
    CHECK(findings.own_view_mistakes == members - 2);
    CHECK(findings.own_view_tellers == 1);
    CHECK(findings.longest_own_view > seconds{10});
    CHECK(findings.faulty_seconds == Approx(200));
    CHECK(findings.mistakes_at_healthy == 0);
    const Table table = own_view_table({{.name = "all", .findings = findings}});
    REQUIRE(table.lines.size() == 1);
    CHECK(table.lines[0][3].text == "6");
}

TEST_CASE("papers: the dead have no view of their own", "[papers]") {
    SettledTrial trial;
    trial.begin({.hosts = {"n3"}});
    trial.cluster().power_off("n3");
    trial.run_for(seconds{10});

    const Findings findings = trial.findings();
    CHECK(findings.faulty_seconds == 0);
    CHECK(own_view_table({{.name = "all", .findings = findings}}).lines.empty());
}

TEST_CASE("papers: every cell of a table has a column", "[papers]") {
    const Report report = own_view({.repeats = 1});

    REQUIRE(report.tables.size() == 4);
    for (const Table& table : report.tables) {
        for (const std::vector<Cell>& line : table.lines)
            CHECK(line.size() == table.columns.size());
    }
    CHECK_NOTHROW(json(report, 1));
}

TEST_CASE("papers: halves that are cut come apart and together again", "[papers]") {
    const Report report = half_cut({.repeats = 2});

    CHECK(is_success(report));
    REQUIRE(report.tables.size() == 1);
    REQUIRE(report.tables[0].lines.size() == 2);
    for (const std::vector<Cell>& line : report.tables[0].lines) {
        CHECK(line[1].text == "2");
        CHECK(line[2].text == "2");
        CHECK(line[3].number.value_or(0) > 3);
        CHECK(line[5].text == "2");
    }
}

TEST_CASE("papers: a claim is kept at its target and not beyond it", "[papers]") {
    const std::vector<Duration> times{seconds{3}, seconds{4}};
    CHECK(time_claim("all know", times, 1, seconds{4}, "").is_kept);
    CHECK_FALSE(time_claim("all know", times, 1, milliseconds{3999}, "").is_kept);
    CHECK_FALSE(time_claim("all know", {}, 1, seconds{4}, "").is_kept);

    const Claim broken{.what = "verdicts", .measured = "1", .target = "0", .best_known = "5"};
    const Report report{.row = "row", .method = "Many.", .claims = {broken}};
    CHECK_FALSE(is_success(report));
    CHECK(markdown(report).find("| verdicts | 1 | 0 | 5 | **no** |") != std::string::npos);
    const auto object = nlohmann::json::parse(json(report, 7));
    CHECK(object.at("seed") == 7);
    CHECK(object.at("claims").at(0).at("kept") == false);
}

TEST_CASE("papers: the command line names rows, and refuses others in one line", "[papers]") {
    const auto two = parse_options({"spread", "rapid_crash", "--repeats", "2", "--fail-after=3s"});
    REQUIRE(two);
    CHECK(two.value().rows == std::vector<std::string>{"spread", "rapid_crash"});
    CHECK(two.value().repeats == 2);
    CHECK(two.value().config.fail_after == seconds{3});
    CHECK(parse_options({}).value().rows.size() == all_rows().size());

    for (const std::vector<std::string>& wrong : {std::vector<std::string>{"rapid_crsh"},
                                                  {"--repeats", "0"},
                                                  {"--fail-after", "3 apples"}}) {
        const auto refused = parse_options(wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().exit_code == exit_code::usage);
        CHECK(refused.error().text.find('\n') == refused.error().text.size() - 1);
    }
    CHECK(parse_options({"--help"}).error().exit_code == exit_code::yes);
}

}  // namespace
}  // namespace hearsay::papers

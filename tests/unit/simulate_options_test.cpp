#include "simulate_options.hpp"

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "options.hpp"
#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::ScratchDirectory;
using namespace std::chrono_literals;

using Variables = std::map<std::string, std::string>;

Result<Command, Usage> parse(const std::vector<std::string>& options,
                             const Variables& variables = {}) {
    std::vector<std::string> arguments{"simulate"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return parse_command_line(
        arguments, [&variables](const std::string& name) -> std::optional<std::string> {
            const auto place = variables.find(name);
            return place == variables.end() ? std::nullopt : std::optional(place->second);
        });
}

SimulateCommand simulate(const std::vector<std::string>& options, const Variables& variables = {}) {
    auto command = parse(options, variables);
    INFO((command ? "" : command.error().text));
    REQUIRE(command);
    return std::get<SimulateCommand>(command.value());
}

TEST_CASE("a simulation needs no options", "[simulate_options]") {
    const SimulateCommand command = simulate({});

    CHECK(command.profile == "lan");
    CHECK(command.plan.member_count == 32);
    CHECK(command.plan.config.fail_after == Config::lan().fail_after);
    CHECK(command.plan.path.loss_per_mille == 0);
    CHECK(command.plan.quiet_time == 1min);
    CHECK(command.plan.crash_count == 1);
    CHECK(command.plan.power_off_count == 0);
    CHECK(command.plan.freeze_count == 0);
    CHECK(command.plan.trial_count == 10);
    CHECK(command.plan.seed == 1);
    CHECK(command.output == Output::table);
    CHECK_FALSE(command.prints_log);
}

TEST_CASE("options end up in the plan", "[simulate_options]") {
    const SimulateCommand command = simulate(
        {"--nodes",  "100",  "--profile",    "local", "--round",    "100ms", "--rings",     "3",
         "--delay",  "10ms", "--loss",       "0.05",  "--crash",    "10",    "--power-off", "2",
         "--freeze", "3",    "--freeze-for", "7s",    "--duration", "5m",    "--trials",    "20",
         "--seed",   "7",    "--json"});

    CHECK(command.profile == "local");
    CHECK(command.plan.member_count == 100);
    CHECK(command.plan.config.round == 100ms);
    CHECK(command.plan.config.ring_count == 3);
    CHECK(command.plan.path.delay == 10ms);
    CHECK(command.plan.path.spread == 5ms);
    CHECK(command.plan.path.loss_per_mille == 50);
    CHECK(command.plan.crash_count == 10);
    CHECK(command.plan.power_off_count == 2);
    CHECK(command.plan.freeze_count == 3);
    CHECK(command.plan.freeze_time == 7s);
    CHECK(command.plan.quiet_time == 5min);
    CHECK(command.plan.trial_count == 20);
    CHECK(command.plan.seed == 7);
    CHECK(command.output == Output::json);
}

TEST_CASE("a loss is a share or a percentage", "[simulate_options]") {
    const auto [text, per_mille] = GENERATE(table<std::string, std::uint64_t>(
        {{"0", 0}, {"0.05", 50}, {"5%", 50}, {"0.1%", 1}, {"2.5%", 25}, {"99.9%", 999}}));
    CAPTURE(text);

    CHECK(simulate({"--loss", text}).plan.path.loss_per_mille == per_mille);
}

TEST_CASE("a freeze lasts twice as long as silence is borne", "[simulate_options]") {
    CHECK(simulate({"--freeze", "1", "--profile", "local"}).plan.freeze_time == 2s);
}

TEST_CASE("a simulation takes the settings that a node would take", "[simulate_options]") {
    const ScratchDirectory scratch;
    scratch.write("node.toml",
                  "cluster = \"demo\"\nname = \"n1\"\nprofile = \"local\"\nround = \"150ms\"\n"
                  "on-event = [\"notify\"]\nleave-timeout = \"1s\"\nfail-after = \"2s\"\n");
    const std::string file = (scratch.path() / "node.toml").string();

    const SimulateCommand command =
        simulate({"--config", file, "--fail-after", "3s"}, {{"HEARSAY_FAIL_AFTER", "4s"}});

    CHECK(command.profile == "local");
    CHECK(command.plan.config.round == 150ms);
    CHECK(command.plan.config.fail_after == 3s);
    CHECK(command.plan.config.leave_timeout == 1s);
    CHECK(simulate({}, {{"HEARSAY_CONFIG", file}}).plan.config.fail_after == 2s);
}

TEST_CASE("a short fail-after alone takes the other times along here too", "[simulate_options]") {
    const SimulateCommand command = simulate({"--fail-after", "2s"});

    CHECK(command.plan.config.round == 500ms);
    CHECK(command.notes.size() == 1);
}

TEST_CASE("a plan that cannot be is refused in one line", "[simulate_options]") {
    const auto [options, problem] = GENERATE(table<std::vector<std::string>, std::string>({
        {{"--nodes", "1"}, "--nodes is 1; it must be from 2 to 10000"},
        {{"--nodes", "10001"}, "--nodes is 10001; it must be from 2 to 10000"},
        {{"--nodes", "many"}, "--nodes \"many\" is not a whole number"},
        {{"--crash", "32"}, "--crash is 32, but of 32 nodes one at least must be left to notice"},
        {{"--crash", "30", "--freeze", "2"}, "--freeze is 2, but of 32 nodes one at least"},
        {{"--crash", "30", "--freeze", "2"}, "it must be at most 1"},
        {{"--freeze-for", "2s"}, "--freeze-for is of use only with --freeze COUNT"},
        {{"--freeze", "1", "--freeze-for", "0"}, "--freeze-for is 0ms; it must be from 1s to"},
        {{"--loss", "1"}, "--loss \"1\" is no share below 1"},
        {{"--loss", "100%"}, "--loss \"100%\" is no share below 1"},
        {{"--loss", "-5%"}, "--loss \"-5%\" is no share below 1"},
        {{"--loss", "0.0005"}, "in steps of a thousandth, for example 0.05 or 5%"},
        {{"--loss", "x"}, "--loss \"x\" is no share below 1"},
        {{"--loss", "%"}, "--loss \"%\" is no share below 1"},
        {{"--delay", "1m"}, "--delay is 1m; it must be from 0ms to 10s"},
        {{"--delay", "5"}, "--delay \"5\" has no unit"},
        {{"--duration", "10ms"}, "--duration is 10ms; it must be from 1s to"},
        {{"--trials", "0"}, "--trials is 0; it must be from 1 to 1000000"},
        {{"--seed", "x"}, "--seed \"x\" is not a whole number"},
        {{"--rings", "9"}, "--rings is 9; it must be from 1 to 8"},
        {{"--round", "1ms"}, "--round is 1ms; it must be from 10ms to 1m"},
        {{"--profile", "moon"}, "--profile \"moon\" is not known"},
        {{"--log", "--json"}, "--log is for people, and does not go with --json"},
        {{"--config", "/nowhere/x.toml"}, "--config \"/nowhere/x.toml\" cannot be read"},
        {{"--node", "5"}, "unknown option --node; did you mean \"--nodes\"?"},
        {{"5"}, "unexpected argument \"5\""},
    }));
    CAPTURE(options);

    const auto command = parse(options);

    REQUIRE_FALSE(command);
    CHECK(command.error().exit_code == 2);
    CHECK_THAT(command.error().text, StartsWith("hearsay simulate: ") && Contains(problem));
    CHECK(command.error().text.find('\n') == command.error().text.size() - 1);
}

}  // namespace
}  // namespace hearsay

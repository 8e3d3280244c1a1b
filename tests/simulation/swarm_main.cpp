// Thousands of random scripts by one command; the first lines of --help tell more.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "simulation/cluster.hpp"
#include "simulation/play.hpp"
#include "simulation/script.hpp"
#include "simulation/shrink.hpp"
#include "simulation/swarm.hpp"
#include "simulation/tuning.hpp"

namespace hearsay::simulation {
namespace {

struct Settings {
    std::uint64_t first = 1;
    std::uint64_t last = 50;
    std::size_t tries = 500;
    std::string kinds = "usual";
    std::string file;
    bool is_story_told = false;
    bool is_only_printed = false;
    bool are_rules_listed = false;
    bool has_keys = false;

    [[nodiscard]] Keys keys() const { return has_keys ? Keys::used : Keys::none; }
};

constexpr int wrong_usage = 2;

void refuse(const char* option, const std::optional<std::string>& fault) {
    if (fault) throw CLI::ValidationError(option, *fault);
}

void add_tuning(CLI::App& app) {
    const auto set = [](const std::string& list) { refuse("--set", set_numbers(list)); };
    const auto leave = [](const std::string& list) { refuse("--without", leave_out(list)); };
    app.add_option_function<std::string>("--set", set,
                                         "Other numbers of the rules, as quorum=2,grace=0.25");
    app.add_option_function<std::string>("--without", leave,
                                         "Special cases of the rules to leave out, as appeal,calm");
}

/// The smallest script that breaks the same invariant.
void show_failure(const Script& script, const std::string& failure, const Settings& settings) {
    const Keys keys = settings.keys();
    const auto fails_alike = [kind = kind_of(failure), keys](const Script& candidate) {
        const Judgement judgement = judge(candidate, keys);
        return judgement.failure && kind_of(*judgement.failure) == kind;
    };
    const Script small = shrink(script, fails_alike, settings.tries);
    std::cout << print(small) << "# " << judge(small, keys).failure.value_or(failure) << "\n"
              << std::endl;
}

/// All that the nodes reported, until the end or until something is broken.
void tell_story(const Script& script, Keys keys) {
    Options options = options_of(script);
    options.keys = keys;
    Cluster cluster(options);
    try {
        play(script, cluster);
    } catch (const BrokenInvariant&) {
        // The process that judges tells it.
    }
    std::cout << cluster.story();
}

int play_file(const Settings& settings) {
    std::ifstream file(settings.file);
    std::ostringstream text;
    text << file.rdbuf();
    const auto script = parse(text.str());
    if (!file || !script) {
        std::cerr << settings.file << ": "
                  << (file ? "line " + std::to_string(script.error().line) + ": " +
                                 script.error().problem
                           : "cannot be read")
                  << "\n";
        return wrong_usage;
    }
    if (settings.is_story_told) tell_story(script.value(), settings.keys());
    const Judgement judgement = judge(script.value(), settings.keys());
    std::cout << judgement.failure.value_or("No invariant is broken.") << "\n";
    return judgement.failure ? 1 : 0;
}

int play_seeds(const Settings& settings) {
    const bool is_watched = isatty(STDERR_FILENO) == 1;
    const Kinds kinds = settings.kinds == "all" ? Kinds::all : Kinds::usual;
    std::uint64_t failed = 0;
    for (std::uint64_t seed = settings.first; seed <= settings.last; ++seed) {
        if (is_watched)
            std::cerr << "\rseed " << seed << ", " << failed << " failed " << std::flush;
        const Script script = draw_script(seed, kinds);
        if (settings.is_only_printed) {
            std::cout << print(script) << "\n";
            continue;
        }
        const Judgement judgement = judge(script, settings.keys());
        if (!judgement.failure) continue;
        ++failed;
        // Shrinking takes a while.
        std::cout << "# Seed " << seed << ": " << *judgement.failure << std::endl;
        show_failure(script, *judgement.failure, settings);
    }
    if (is_watched) std::cerr << "\n";
    if (settings.is_only_printed) return 0;
    std::cout << settings.last - settings.first + 1 << " seeds, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}

int run_swarm(int argument_count, char** arguments) {
    Settings settings;
    CLI::App app{
        "Plays random scripts on simulated clusters under the eyes of all checkers. A script "
        "that breaks an invariant is shrunk and printed; --script plays it again."};
    app.add_option("first", settings.first, "First seed, 1 unless given");
    app.add_option("last", settings.last, "Last seed, 50 unless given");
    app.add_option("--tries", settings.tries,
                   "Runs spent on shrinking one script; 500 unless given");
    app.add_option("--kinds", settings.kinds,
                   "What befalls the clusters: usual, which draws the same scripts as ever, or all")
        ->check(CLI::IsMember({"usual", "all"}));
    app.add_option("--script", settings.file, "Play this file instead")->check(CLI::ExistingFile);
    app.add_flag("--print", settings.is_only_printed, "Print the scripts and do not play them");
    app.add_flag("--story", settings.is_story_told, "Print what all nodes report, too")
        ->needs("--script");
    app.add_flag("--keys", settings.has_keys, "All members have keys and prove what they say");
    app.add_flag("--rules", settings.are_rules_listed,
                 "Print the numbers and special cases of the rules");
    add_tuning(app);
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    if (settings.are_rules_listed) {
        std::cout << list_of_numbers();
        return 0;
    }
    return settings.file.empty() ? play_seeds(settings) : play_file(settings);
}

}  // namespace
}  // namespace hearsay::simulation

int main(int argument_count, char** arguments) {
    return hearsay::simulation::run_swarm(argument_count, arguments);
}

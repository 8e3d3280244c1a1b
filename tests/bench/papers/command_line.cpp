#include "command_line.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>

#include "hearsay/duration.hpp"

#include "exit_code.hpp"
#include "phrase.hpp"
#include "rows.hpp"
#include "simulation/tuning.hpp"

namespace hearsay::papers {
namespace {

/// What a person typed, where, and what would be right.
class Mistyped : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A span of the configuration that can be set.
struct Override {
    const char* option;
    const char* help;
    Duration Config::*field;
};

constexpr std::array<Override, 3> overrides{
    {{"--round", "One gossip interval of every node, as 500ms", &Config::round},
     {"--suspect-after", "Silence after which an observer accuses", &Config::suspect_after},
     {"--fail-after", "Silence after which a member is failed", &Config::fail_after}}};

/// As the command line says it.
struct Typed {
    std::vector<std::string> rows;
    std::string profile = "lan";
    std::array<std::string, overrides.size()> spans;
    std::optional<std::size_t> rings;
    std::optional<std::size_t> rows_per_delta;
    std::optional<std::string> numbers;
    std::optional<std::string> left_out;
};

std::string footer() {
    std::ostringstream text;
    text << "Rows, and about how long each takes with all repeats on two cores:\n";
    for (const Row& row : all_rows()) {
        text << "  " << row.name << std::string(22 - row.name.size(), ' ') << row.about << " ("
             << row.takes << ")\n";
    }
    text << "  all                   All of them\n\n"
            "Ctrl-C ends it with what was measured so far; a second one at once.\n"
            "Exit code: 0 if all that is claimed is kept, 1 if not, 2 for wrong usage.";
    return text.str();
}

void add_options(CLI::App& program, Settings& settings, Typed& typed) {
    program.add_option("ROW", typed.rows, "What to work; all unless given");
    program.add_option("--seed", settings.seed, "From which all runs follow; 1 unless given");
    program.add_option("--repeats", settings.repeats,
                       "How often each cell is repeated; as in the paper unless given");
    program.add_option("--repeat", settings.repeat, "Only this repeat, from 0: one run again");
    program
        .add_option(
            "--cell", settings.cells,
            "Only cells with these words in their label, as \"C=4 D=2048\"; may be repeated")
        ->allow_extra_args(false);
    program.add_option("--threads", settings.threads, "Runs at a time; one for each core");
    program.add_flag_callback(
        "--json", [&settings] { settings.output = Output::json; }, "One JSON object per row");
    program.add_option("--profile", typed.profile, "local, lan or wan; lan unless given");
    for (std::size_t i = 0; i < overrides.size(); ++i)
        program.add_option(overrides.at(i).option, typed.spans.at(i), overrides.at(i).help);
    program.add_option("--rings", typed.rings, "Rings of neighbours");
    program.add_option("--rows-per-delta", typed.rows_per_delta,
                       "Rows of table gossip in a message");
    program.add_option("--set", typed.numbers,
                       "Other numbers of the rules, as quorum=2,grace=0.25");
    program.add_option("--without", typed.left_out,
                       "Special cases of the rules to leave out, as appeal,calm");
    program.footer(footer());
}

std::vector<std::string> rows_of(const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (const Row& row : all_rows())
        known.emplace_back(row.name);
    for (const std::string& name : names) {
        if (name != "all" && find_row(name) == nullptr) {
            throw Mistyped("unknown row " + in_quotes(name) + "; known: " + joined(known) +
                           ", all");
        }
    }
    const bool is_all =
        names.empty() || std::find(names.begin(), names.end(), "all") != names.end();
    return is_all ? known : names;
}

Config profile(const std::string& name) {
    if (name == "local") return Config::local();
    if (name == "lan") return Config::lan();
    if (name == "wan") return Config::wan();
    throw Mistyped("--profile: " + in_quotes(name) + " is none of local, lan, wan");
}

Config config_of(const Typed& typed) {
    Config config = profile(typed.profile);
    config.cluster = "papers";
    for (std::size_t i = 0; i < overrides.size(); ++i) {
        if (typed.spans.at(i).empty()) continue;
        const auto span = parse_duration(typed.spans.at(i));
        if (!span) throw Mistyped(std::string(overrides.at(i).option) + ": " + span.error());
        config.*overrides.at(i).field = span.value();
    }
    if (typed.rings) config.ring_count = *typed.rings;
    if (typed.rows_per_delta) config.rows_per_delta = *typed.rows_per_delta;
    if (const auto fault = validate(config)) throw Mistyped(fault->field + " " + fault->problem);
    return config;
}

void tune(const Typed& typed) {
    const auto refuse = [](const char* option, const std::optional<std::string>& fault) {
        if (fault) throw Mistyped(std::string(option) + ": " + *fault);
    };
    if (typed.numbers) refuse("--set", simulation::set_numbers(*typed.numbers));
    if (typed.left_out) refuse("--without", simulation::leave_out(*typed.left_out));
}

void complete(Settings& settings, const Typed& typed) {
    tune(typed);
    settings.rows = rows_of(typed.rows);
    settings.config = config_of(typed);
    const auto refuse_zero = [](const char* option, std::size_t number) {
        if (number == 0) throw Mistyped(std::string(option) + ": is 0; it must be 1 or more");
    };
    refuse_zero("--repeats", settings.repeats.value_or(1));
    refuse_zero("--threads", settings.threads);
}

Usage fault(std::string problem) {
    std::replace(problem.begin(), problem.end(), '\n', ' ');
    return {.exit_code = exit_code::usage, .text = "papers: " + problem + "\n"};
}

}  // namespace

Result<Settings, Usage> parse_options(const std::vector<std::string>& arguments) {
    CLI::App program(
        "Works the experiments of the papers on simulated clusters, and prints them "
        "as Markdown tables.",
        "papers");
    Settings settings;
    settings.threads = std::max(1U, std::thread::hardware_concurrency());
    Typed typed;
    add_options(program, settings, typed);
    try {
        program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        complete(settings, typed);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success))
            return fault(error.what());
        std::ostringstream out;
        program.exit(error, out, out);
        return Usage{.exit_code = exit_code::yes, .text = out.str()};
    } catch (const Mistyped& error) {
        return fault(error.what());
    }
    return settings;
}

}  // namespace hearsay::papers

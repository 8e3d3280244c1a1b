#include "simulate_command.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "clock.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "output.hpp"
#include "simulate_view.hpp"
#include "simulation/checkers.hpp"

namespace hearsay {

namespace {

using simulation::Onward;
using simulation::Outcome;
using simulation::Progress;

/// Shows on standard error how far the simulation is: on a terminal in one line that changes, else
/// in a line now and then.
class ProgressLine {
  public:
    explicit ProgressLine(const simulation::Plan& plan) : plan_(plan) {}

    void show(const Progress& progress) {
        const Instant now = steady_now();
        if (now < next_) return;
        next_ = now + (passing_.is_seen() ? Duration{std::chrono::milliseconds{200}}
                                          : Duration{std::chrono::seconds{30}});
        const std::string line = progress_text(plan_, progress);
        if (passing_.is_seen()) {
            passing_.show(line);
        } else {
            std::fprintf(stderr, "hearsay simulate: %s\n", line.c_str());
        }
    }

    /// Before anything else is printed.
    void clear() const { passing_.clear(); }

  private:
    const simulation::Plan& plan_;
    PassingLine passing_;
    /// A plan that is done within a second needs no line.
    Instant next_ = steady_now() + std::chrono::seconds{1};
};

/// What is known of one member at another, with what is under way about it at the start: 906 bytes
/// at 2,000 members, 925 at 1,000.
constexpr std::uint64_t bytes_per_pair = 925;

/// Of the machine, as the kernel estimates it; nothing where it does not say.
std::optional<std::uint64_t> available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string key;
    std::uint64_t kibibytes = 0;
    for (std::string rest; file >> key >> kibibytes; std::getline(file, rest)) {
        if (key == "MemAvailable:") return kibibytes * 1024;
    }
    return std::nullopt;
}

/// A simulation that would be killed half-way is better not begun. True if it fits.
bool fits(const SimulateCommand& command) {
    const std::uint64_t count = command.plan.member_count;
    const std::uint64_t needed = count * count * bytes_per_pair;
    const auto available = available_memory();
    if (!available || needed <= *available) return true;
    const std::uint64_t pairs = *available / bytes_per_pair;
    const auto at_most = std::sqrt(static_cast<double>(pairs));
    complain("--nodes: " + std::to_string(count) + " take about " + std::to_string(needed >> 30U) +
             " GiB of memory, and " + std::to_string(*available >> 30U) +
             " GiB are free; at most " + std::to_string(static_cast<std::uint64_t>(at_most)) +
             " fit");
    return false;
}

int report(const SimulateCommand& command, const Outcome& outcome) {
    if (outcome.measurement.quiet_node_seconds == 0) {
        complain("interrupted before anything was measured");
        return exit_code::no;
    }
    if (command.output == Output::json) {
        print(line(outcome_json(command, outcome)) + "\n");
    } else {
        const std::string view = outcome_view(command.plan, outcome, screen_for(STDOUT_FILENO));
        print(command.prints_log ? "\n" + view : view);
    }
    return exit_code::yes;
}

}  // namespace

int run_simulate(const SimulateCommand& command) {
    if (!fits(command)) return exit_code::usage;
    note_interruption();
    for (const std::string& note : command.notes)
        complain(note);
    if (command.output == Output::table) print(plan_view(command));
    ProgressLine line(command.plan);
    simulation::Audience audience;
    audience.watch = [&line](const Progress& progress) {
        line.show(progress);
        return is_interrupted() ? Onward::stop : Onward::on;
    };
    if (command.prints_log) {
        audience.log = [&line](const std::string& lines) {
            line.clear();
            print(lines);
        };
    }
    try {
        const Outcome outcome = simulation::carry_out(command.plan, audience);
        line.clear();
        return report(command, outcome);
    } catch (const simulation::BrokenInvariant& error) {
        line.clear();
        complain(std::string("a rule of the protocol is broken, which is a fault of hearsay: ") +
                 error.what() + "; the same options with --log tell how it came to it");
        return exit_code::no;
    }
}

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/random.hpp"

#include "simulation/script.hpp"
#include "simulation/swarm.hpp"

namespace hearsay::simulation {

/// A kind of fault, with which more than one step may come.
enum class FaultKind : std::uint8_t {
    crash,
    crash_and_restart,
    power_off,
    freeze,
    suspend,
    block,
    starve,
    leave,
    forget,
    tag,
    part,
    path,
    ways,
    default_path,
    newcomer,
    namesake,
    stray,
    // From here on only where all kinds are asked for.
    one_way_part,
    half_cut,
    hole,
    rate,
    damage,
    disorder,
    long_tags,
    drift,
    clone,
    restore,
    settings,
    forced_forget,
};
inline constexpr std::size_t usual_fault_count = 17;
inline constexpr std::size_t fault_count = 29;

/// Draws one script. Each member function draws one part of it.
class Drawing {
  public:
    Drawing(std::uint64_t seed, Kinds kinds)
        : random_(mix(seed)), weights_(kinds == Kinds::all ? fault_count : usual_fault_count) {
        script_.seed = seed;
    }

    /// The script. To be called once.
    [[nodiscard]] Script draw();

  private:
    /// From `least` to `most`, both included.
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + random_.below(most - least + 1);
    }
    bool one_in(std::uint64_t count) { return random_.chance(1, count); }

    /// A multiple of a millisecond, which prints shorter.
    Duration span(Duration least, Duration most) {
        using std::chrono::milliseconds;
        const auto width = std::chrono::duration_cast<milliseconds>(most - least).count();
        const auto part = random_.below(static_cast<std::uint64_t>(width) + 1);
        return least + milliseconds{static_cast<milliseconds::rep>(part)};
    }

    [[nodiscard]] static std::string host(std::size_t number) {
        return "n" + std::to_string(number);
    }
    [[nodiscard]] std::string any_host() { return host(between(1, script_.nodes)); }
    void add(Step step) { script_.steps.push_back(std::move(step)); }

    void draw_cluster();
    [[nodiscard]] Path draw_path(bool is_bad);
    void draw_faults();
    [[nodiscard]] FaultKind next_fault();
    [[nodiscard]] Hosts draw_hosts();
    [[nodiscard]] Hosts all_but(const Hosts& some) const;
    [[nodiscard]] Duration pause();
    void draw_fault();
    [[nodiscard]] Duration draw_clock_error();
    void draw_restart(Duration at);
    void draw_pause(Duration at, Verb begin, Verb end);
    void draw_starve(Duration at);
    void draw_forget(Duration at);
    void draw_partition(Duration at);
    void draw_path_change(Duration at, FaultKind fault);
    void draw_newcomer(Duration at, FaultKind fault);
    void end_faults();

    void draw_late_fault(Duration at, FaultKind fault);
    void draw_odd_partition(Duration at, FaultKind fault);
    void draw_bad_way(Duration at, FaultKind fault);
    void draw_long_tags(Duration at);
    void draw_drift(Duration at);
    void draw_clone(Duration at);
    void draw_restore(Duration at);
    void draw_settings();
    void draw_forced_forget(Duration at);
    void end_late_faults(const Hosts& all);

    Script script_;
    Random random_;
    std::vector<std::uint64_t> weights_;
    /// When faults begin and end.
    Duration begin_{};
    Duration end_{};
    std::size_t newcomers_ = 0;
    std::size_t clones_ = 0;
};

}  // namespace hearsay::simulation

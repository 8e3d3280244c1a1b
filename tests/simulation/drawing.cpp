// How a script is drawn, but for the kinds of fault in drawing_late.cpp.

#include "simulation/drawing.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "simulation/bounds.hpp"

namespace hearsay::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;

Script Drawing::draw() {
    draw_cluster();
    draw_faults();
    const std::uint64_t count = between(1, one_in(4) ? 40 : 12);
    for (std::uint64_t i = 0; i < count; ++i)
        draw_fault();
    end_faults();
    std::stable_sort(script_.steps.begin(), script_.steps.end(),
                     [](const Step& one, const Step& other) { return one.at < other.at; });
    return std::move(script_);
}

void Drawing::draw_cluster() {
    const std::array<std::pair<std::uint64_t, std::uint64_t>, 3> sizes{{{2, 5}, {6, 12}, {13, 40}}};
    const auto [least, most] = sizes.at(random_.below(sizes.size()));
    script_.nodes = between(least, most);
    const std::array<Profile, 5> profiles{Profile::local, Profile::local, Profile::local,
                                          Profile::lan, Profile::wan};
    script_.profile = profiles.at(random_.below(profiles.size()));
    script_.config = config_of(script_.profile);
    Config& config = script_.config;
    const auto lifetimes = static_cast<Duration::rep>(between(5, 40));
    config.forget_after = config.fail_after * lifetimes;
    script_.seeds = Cluster::hosts(1, between(1, std::min<std::uint64_t>(script_.nodes, 3)));
    script_.default_path = draw_path(false);
    begin_ = one_in(4) ? Duration::zero() : 20 * config.round;
    end_ = begin_ + config.fail_after * static_cast<Duration::rep>(between(2, 40));
}

/// Within the bounds of a promise, or beyond them.
Path Drawing::draw_path(bool is_bad) {
    if (!is_bad && one_in(2)) return {};
    const Config& config = script_.config;
    Path path;
    const Duration delay_max = is_bad ? config.fail_after : config.round / 8;
    path.delay = span(milliseconds{1}, one_in(2) ? milliseconds{2} : delay_max);
    path.spread = one_in(2) ? path.delay : std::min<Duration>(path.delay, microseconds{500});
    const std::uint64_t loss_max = is_bad ? 500 : 10;
    if (one_in(2)) path.loss_per_mille = between(1, loss_max);
    return path;
}

void Drawing::draw_faults() {
    for (std::uint64_t& weight : weights_)
        weight = one_in(2) ? 0 : between(1, 8);
    const bool is_none = std::accumulate(weights_.begin(), weights_.end(), 0ULL) == 0;
    if (is_none) weights_.front() = 1;
}

FaultKind Drawing::next_fault() {
    std::uint64_t rest =
        random_.below(std::accumulate(weights_.begin(), weights_.end(), std::uint64_t{0}));
    std::size_t kind = 0;
    while (rest >= weights_.at(kind))
        rest -= weights_.at(kind++);
    return static_cast<FaultKind>(kind);
}

/// Mostly one, sometimes several, at times most of them.
Hosts Drawing::draw_hosts() {
    std::uint64_t count = 1;
    if (one_in(4)) count = between(1, std::max<std::uint64_t>(1, script_.nodes / 3));
    if (one_in(12)) count = between(1, script_.nodes);
    std::vector<std::size_t> numbers(script_.nodes);
    std::iota(numbers.begin(), numbers.end(), 1);
    for (std::size_t i = 0; i < count; ++i)
        std::swap(numbers[i], numbers[between(i, numbers.size() - 1)]);
    numbers.resize(count);
    std::sort(numbers.begin(), numbers.end());
    Hosts hosts;
    for (const std::size_t number : numbers)
        hosts.push_back(host(number));
    return hosts;
}

Hosts Drawing::all_but(const Hosts& some) const {
    Hosts others = Cluster::hosts(1, script_.nodes);
    std::erase_if(others, [&](const std::string& each) {
        return std::find(some.begin(), some.end(), each) != some.end();
    });
    return others;
}

/// Shorter or longer than what the detector takes note of.
Duration Drawing::pause() {
    const Config& config = script_.config;
    if (one_in(4)) return span(config.round / 4, config.suspect_after);
    if (one_in(6)) return span(config.fail_after, config.forget_after + config.fail_after);
    return span(config.round, 4 * config.fail_after);
}

void Drawing::draw_fault() {
    const Duration at = span(begin_, end_);
    const FaultKind fault = next_fault();
    switch (fault) {
        case FaultKind::crash:
            return add({.at = at, .verb = Verb::crash, .hosts = draw_hosts()});
        case FaultKind::power_off:
            return add({.at = at, .verb = Verb::power_off, .hosts = draw_hosts()});
        case FaultKind::crash_and_restart:
            return draw_restart(at);
        case FaultKind::freeze:
            return draw_pause(at, Verb::freeze, Verb::thaw);
        case FaultKind::suspend:
            return draw_pause(at, Verb::suspend, Verb::wake);
        case FaultKind::block:
            return draw_pause(at, Verb::block, Verb::unblock);
        case FaultKind::starve:
            return draw_starve(at);
        case FaultKind::leave:
            return add({.at = at, .verb = Verb::leave, .hosts = draw_hosts()});
        case FaultKind::forget:
            return draw_forget(at);
        case FaultKind::tag:
            return add({.at = at,
                        .verb = Verb::tag,
                        .hosts = draw_hosts(),
                        .tags = {{"version", std::to_string(between(1, 9))}}});
        case FaultKind::part:
            return draw_partition(at);
        case FaultKind::path:
        case FaultKind::ways:
        case FaultKind::default_path:
            return draw_path_change(at, fault);
        case FaultKind::newcomer:
        case FaultKind::namesake:
        case FaultKind::stray:
            return draw_newcomer(at, fault);
        default:
            return draw_late_fault(at, fault);
    }
}

Duration Drawing::draw_clock_error() {
    if (!one_in(3)) return {};
    const Duration error = span(milliseconds{1}, std::chrono::hours{24});
    return one_in(2) ? error : -error;
}

void Drawing::draw_restart(Duration at) {
    const Hosts hosts = draw_hosts();
    const Verb verb = one_in(3) ? Verb::power_off : Verb::crash;
    add({.at = at, .verb = verb, .hosts = hosts});
    const Duration clock_error = draw_clock_error();
    add({.at = at + pause(), .verb = Verb::restart, .hosts = hosts, .clock_error = clock_error});
}

void Drawing::draw_pause(Duration at, Verb begin, Verb end) {
    const Hosts hosts = draw_hosts();
    add({.at = at, .verb = begin, .hosts = hosts});
    add({.at = at + pause(), .verb = end, .hosts = hosts});
}

void Drawing::draw_starve(Duration at) {
    const Config& config = script_.config;
    const Hosts hosts = draw_hosts();
    const Duration most = one_in(2) ? config.round / 4 : 2 * config.fail_after;
    const Duration lateness = span(milliseconds{1}, most);
    add({.at = at, .verb = Verb::starve, .hosts = hosts, .lateness = lateness});
    add({.at = at + pause(), .verb = Verb::starve, .hosts = hosts});
}

void Drawing::draw_forget(Duration at) {
    const Hosts gone = draw_hosts();
    add({.at = at, .verb = Verb::crash, .hosts = {gone.front()}});
    add({.at = at + pause(), .verb = Verb::forget, .hosts = draw_hosts(), .name = gone.front()});
}

void Drawing::draw_partition(Duration at) {
    const Hosts some = draw_hosts();
    add({.at = at, .verb = Verb::part, .hosts = some, .others = all_but(some)});
    if (one_in(2)) add({.at = at + pause(), .verb = Verb::heal});
}

void Drawing::draw_path_change(Duration at, FaultKind fault) {
    Step step{.at = at, .verb = Verb::default_path, .path = draw_path(one_in(2))};
    if (fault != FaultKind::default_path) {
        if (one_in(3)) step.path = {.is_cut = true};
        step.hosts = draw_hosts();
    }
    if (fault == FaultKind::ways) step.verb = one_in(2) ? Verb::ingress : Verb::egress;
    if (fault == FaultKind::path) {
        step.verb = Verb::path;
        step.others = draw_hosts();
        step.direction = one_in(2) ? Direction::one_way : Direction::both_ways;
    }
    add(std::move(step));
    if (one_in(2)) add({.at = at + pause(), .verb = Verb::heal});
}

void Drawing::draw_newcomer(Duration at, FaultKind fault) {
    Step step{.at = at, .verb = Verb::start, .hosts = {host(script_.nodes + ++newcomers_)}};
    step.clock_error = draw_clock_error();
    // Nobody takes a seed's name: its bearer must be found there.
    const bool is_namesake = fault == FaultKind::namesake && script_.nodes > script_.seeds.size();
    if (is_namesake) step.name = host(between(script_.seeds.size() + 1, script_.nodes));
    if (fault == FaultKind::stray) step.cluster = "elsewhere";
    if (one_in(3)) step.seeds = draw_hosts();
    add(std::move(step));
}

/// All is well again, all who are asked to join through run, and most of the others.
void Drawing::end_faults() {
    const Config config = slowest_of(script_);
    for (const Step& step : script_.steps)
        end_ = std::max(end_, step.at);
    const Hosts all = Cluster::hosts(1, script_.nodes + newcomers_);
    add({.at = end_, .verb = Verb::heal});
    add({.at = end_, .verb = Verb::thaw, .hosts = all});
    add({.at = end_, .verb = Verb::wake, .hosts = all});
    add({.at = end_, .verb = Verb::unblock, .hosts = all});
    add({.at = end_, .verb = Verb::starve, .hosts = all});
    end_late_faults(all);
    // A process that is leaving still runs.
    end_ += config.leave_timeout;
    add({.at = end_, .verb = Verb::restart, .hosts = one_in(2) ? all : script_.seeds});
    script_.until = end_ + 100 * config.round + 20 * config.fail_after;
}

}  // namespace hearsay::simulation

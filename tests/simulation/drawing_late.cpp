// The kinds of fault that are drawn only where all are asked for. Those of before have published
// figures, and draw the same as ever.

#include <algorithm>
#include <array>

#include "simulation/cluster.hpp"
#include "simulation/drawing.hpp"

namespace hearsay::simulation {

void Drawing::draw_late_fault(Duration at, FaultKind fault) {
    switch (fault) {
        case FaultKind::one_way_part:
        case FaultKind::half_cut:
            return draw_odd_partition(at, fault);
        case FaultKind::hole:
        case FaultKind::rate:
        case FaultKind::damage:
        case FaultKind::disorder:
            return draw_bad_way(at, fault);
        case FaultKind::long_tags:
            return draw_long_tags(at);
        case FaultKind::drift:
            return draw_drift(at);
        case FaultKind::clone:
            return draw_clone(at);
        case FaultKind::restore:
            return draw_restore(at);
        case FaultKind::settings:
            return draw_settings();
        case FaultKind::forced_forget:
            return draw_forced_forget(at);
        default:
            return;
    }
}

void Drawing::draw_odd_partition(Duration at, FaultKind fault) {
    Step step{.at = at, .verb = Verb::part, .hosts = draw_hosts()};
    step.others = all_but(step.hosts);
    if (fault == FaultKind::half_cut) {
        step.verb = Verb::half_cut;
    } else {
        step.direction = Direction::one_way;
        if (one_in(2)) std::swap(step.hosts, step.others);
    }
    // Most of a small cluster may be all of it.
    if (step.hosts.empty() || step.others.empty()) return;
    add(std::move(step));
    if (one_in(2)) add({.at = at + pause(), .verb = Verb::heal});
}

/// What TCP does not mend: on all ways, all those of some hosts, or those between some.
void Drawing::draw_bad_way(Duration at, FaultKind fault) {
    Step step{.at = at, .verb = Verb::default_path};
    if (fault == FaultKind::hole) step.path.hole_bytes = between(50, 1400);
    if (fault == FaultKind::rate) step.path.bytes_per_second = 1000 * between(1, 50);
    if (fault == FaultKind::damage) step.path.corrupt_per_mille = between(1, 100);
    if (fault == FaultKind::disorder) {
        const std::uint64_t most = one_in(2) ? 10 : 300;
        step.path.duplicate_per_mille = between(1, most);
        step.path.reorder_per_mille = between(1, most);
    }
    const std::array<Verb, 4> verbs{Verb::default_path, Verb::ingress, Verb::egress, Verb::path};
    step.verb = verbs.at(random_.below(verbs.size()));
    if (step.verb != Verb::default_path) step.hosts = draw_hosts();
    if (step.verb == Verb::path) step.others = draw_hosts();
    add(std::move(step));
    if (fault == FaultKind::hole && one_in(2)) draw_long_tags(at + pause());
    if (one_in(2)) add({.at = at + pause(), .verb = Verb::heal});
}

void Drawing::draw_long_tags(Duration at) {
    Step step{.at = at, .verb = Verb::tag, .hosts = draw_hosts()};
    step.tag_bytes = between(10, 2500);
    add(std::move(step));
}

/// As wrong as cheap clocks are, or as none is.
void Drawing::draw_drift(Duration at) {
    Step step{.at = at, .verb = Verb::clock, .hosts = draw_hosts()};
    const std::uint64_t most = one_in(2) ? 500 : 50'000;
    const auto drift = static_cast<std::int64_t>(between(1, most));
    step.drift_per_million = one_in(2) ? drift : -drift;
    add(std::move(step));
}

void Drawing::draw_clone(Duration at) {
    const std::string name = any_host();
    if (one_in(2)) add({.at = at, .verb = Verb::snapshot, .hosts = {name}});
    const Duration begin = at + pause();
    const Hosts hosts{"c" + std::to_string(++clones_)};
    add({.at = begin, .verb = Verb::clone, .hosts = hosts, .name = name});
    if (one_in(2)) add({.at = begin + pause(), .verb = Verb::crash, .hosts = hosts});
}

void Drawing::draw_restore(Duration at) {
    const Hosts hosts = draw_hosts();
    add({.at = at, .verb = Verb::snapshot, .hosts = hosts});
    add({.at = at + pause(), .verb = Verb::restore, .hosts = hosts});
}

/// Another profile, or slower and fewer.
void Drawing::draw_settings() {
    NodeConfig node{.hosts = draw_hosts(), .profile = {}, .config = script_.config};
    if (one_in(3)) {
        const std::array<Profile, 3> profiles{Profile::local, Profile::lan, Profile::wan};
        node.profile = profiles.at(random_.below(profiles.size()));
        node.config = config_of(*node.profile);
        node.config.forget_after = 10 * node.config.fail_after;
    }
    if (one_in(2)) node.config.fail_after *= static_cast<Duration::rep>(between(1, 4));
    if (one_in(2)) node.config.ring_count = between(1, 4);
    node.config.forget_after = std::max(node.config.forget_after, 2 * node.config.fail_after);
    script_.node_configs.push_back(std::move(node));
}

void Drawing::draw_forced_forget(Duration at) {
    const std::string name = any_host();
    const std::string by = any_host();
    add({.at = at, .verb = Verb::forget, .hosts = {by}, .name = name, .is_forced = true});
}

/// What bears the life of another ends with the faults, and clocks are right again.
void Drawing::end_late_faults(const Hosts& all) {
    if (weights_.size() == usual_fault_count) return;
    Hosts clones;
    for (std::size_t number = 1; number <= clones_; ++number)
        clones.push_back("c" + std::to_string(number));
    if (!clones.empty()) add({.at = end_, .verb = Verb::crash, .hosts = clones});
    add({.at = end_, .verb = Verb::clock, .hosts = all});
}

}  // namespace hearsay::simulation

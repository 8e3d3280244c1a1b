#include "cluster.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay::simulation {
namespace {

/// What the wall clock showed when the world began, in milliseconds.
constexpr std::uint64_t wall_clock_start = 1'700'000'000'000;
constexpr Duration::rep samples_per_round = 20;

}  // namespace

Cluster::Cluster(Options options)
    : options_(std::move(options)),
      random_(options_.seed),
      network_(world_, options_.path, random_.next()),
      checkers_(
          slowest(), options_.accuracy, world_.now(),
          [this](LifeId from, LifeId to) { return can_reach(from, to); }, options_.words) {
    HEARSAY_CHECK(options_.keys == Keys::none || options_.acquaintance == Acquaintance::strangers);
    if (options_.config.cluster.empty()) options_.config.cluster = "simulated";
}

void Cluster::start(std::size_t count) {
    for (const std::string& host : hosts(1, count))
        start({.host = host});
    if (options_.acquaintance == Acquaintance::acquainted) acquaint_all();
}

void Cluster::acquaint_all() {
    for (const auto& process : processes_) {
        for (const auto& other : processes_) {
            const bool is_new = process->self().life != other->self().life;
            if (!is_new) continue;
            process->give([whom = other->self()](Detector& detector, Instant now) {
                detector.acquaint(whom, now);
            });
        }
    }
}

void Cluster::start(Newcomer newcomer) {
    const auto known = by_host_.find(newcomer.host);
    HEARSAY_CHECK(known == by_host_.end() || !known->second->is_running());
    if (newcomer.name.empty()) newcomer.name = newcomer.host;
    Config config = newcomer.config.value_or(options_.config);
    config.cluster = newcomer.cluster.empty() ? options_.config.cluster : newcomer.cluster;
    for (const std::string& seed : newcomer.seeds)
        config.seeds.push_back(endpoint_of(seed));
    // One after the other: compilers differ in the order in which they evaluate arguments.
    const std::uint64_t chance = random_.next();
    Identity identity = identity_of(newcomer);
    const bool is_copied =
        options_.copied.contains(newcomer.host) || options_.copied.contains(newcomer.name);
    processes_.push_back(std::make_unique<Process>(surroundings(), newcomer.host, config,
                                                   std::move(identity), chance,
                                                   is_copied ? Copying::possible : Copying::none));
    by_host_[newcomer.host] = processes_.back().get();
    newcomers_[newcomer.host] = std::move(newcomer);
    note_ways_opened();
}

Surroundings Cluster::surroundings() {
    return {.world = world_,
            .network = network_,
            .journal = journal_,
            .checkers = checkers_,
            .keys = options_.keys};
}

void Cluster::snapshot(const std::string& host) {
    kept_.push_back({.host = host, .snapshot = running(host).snapshot()});
}

void Cluster::clone(const std::string& host, const std::string& name) {
    HEARSAY_CHECK(can_clone(name) && !(has_host(host) && process(host).is_running()));
    const Kept* const kept = latest_named(name);
    const Process* const original = first_named(name);
    // To start it again is to start another process of that name.
    Newcomer newcomer = newcomers_.at(kept != nullptr ? kept->host : original->host());
    newcomer.host = host;
    newcomers_[host] = std::move(newcomer);
    add_copy(host, kept != nullptr ? kept->snapshot : original->snapshot());
}

void Cluster::restore(const std::string& host) {
    const Kept* const kept = latest(host);
    HEARSAY_CHECK(kept != nullptr);
    Process& present = *by_host_.at(host);
    if (present.is_running()) present.stop(Parting::machine_gone);
    add_copy(host, kept->snapshot);
}

void Cluster::add_copy(const std::string& host, const Snapshot& snapshot) {
    processes_.push_back(
        std::make_unique<Process>(surroundings(), host, endpoint_of(host), snapshot));
    by_host_[host] = processes_.back().get();
    note_ways_opened();
}

void Cluster::crash(const std::string& host) {
    running(host).stop(Parting::process_gone);
}

void Cluster::power_off(const std::string& host) {
    running(host).stop(Parting::machine_gone);
}

void Cluster::restart(const std::string& host, Duration clock_error) {
    Newcomer newcomer = newcomers_.at(host);
    newcomer.clock_error = clock_error;
    start(std::move(newcomer));
}

void Cluster::freeze(const std::string& host) {
    running(host).freeze();
}

void Cluster::thaw(const std::string& host) {
    running(host).thaw();
    note_ways_opened();
}

void Cluster::suspend(const std::string& host) {
    running(host).suspend();
}

void Cluster::wake(const std::string& host) {
    running(host).wake();
    note_ways_opened();
}

void Cluster::block(const std::string& host) {
    running(host).block();
}

void Cluster::unblock(const std::string& host) {
    running(host).unblock();
    note_ways_opened();
}

void Cluster::starve(const std::string& host, Duration lateness) {
    running(host).starve(lateness);
}

void Cluster::leave(const std::string& host) {
    running(host).give([](Detector& detector, Instant now) { detector.leave(now); });
}

void Cluster::set_tags(const std::string& host, Tags tags) {
    running(host).give([tags = std::move(tags)](Detector& detector, Instant now) {
        detector.set_tags(tags, now);
    });
}

ForgetOutcome Cluster::forget(const std::string& host, std::string_view name, Force force) {
    // Shared, because a copy of the process is given the command again.
    const auto outcome = std::make_shared<ForgetOutcome>();
    running(host).give([outcome, name = std::string(name), force](Detector& detector, Instant now) {
        *outcome = detector.forget(name, force == Force::used, now);
    });
    return *outcome;
}

void Cluster::drift(const std::string& host, std::int64_t per_million) {
    running(host).drift(per_million);
}

void Cluster::part(const std::vector<std::string>& some, const std::vector<std::string>& others) {
    for (const std::string& a : some) {
        for (const std::string& b : others)
            set_path(a, b, {.is_cut = true});
    }
}

void Cluster::part_one_way(const std::vector<std::string>& some,
                           const std::vector<std::string>& others) {
    for (const std::string& from : some) {
        for (const std::string& to : others)
            set_path_one_way(from, to, {.is_cut = true});
    }
}

void Cluster::half_cut(const std::vector<std::string>& some,
                       const std::vector<std::string>& others) {
    for (const std::string& a : some) {
        for (const std::string& b : others) {
            const bool is_forth = random_.chance(1, 2);
            set_path_one_way(is_forth ? a : b, is_forth ? b : a, {.is_cut = true});
        }
    }
}

void Cluster::set_path(const std::string& a, const std::string& b, Path path) {
    set_path_one_way(a, b, path);
    set_path_one_way(b, a, path);
}

void Cluster::set_path_one_way(const std::string& from, const std::string& to, Path path) {
    if (!path.is_cut) note_ways_opened();
    network_.set_path(endpoint_of(from), endpoint_of(to), path);
}

void Cluster::set_ingress(const std::string& host, Path path) {
    if (!path.is_cut) note_ways_opened();
    network_.set_ingress(endpoint_of(host), path);
}

void Cluster::set_egress(const std::string& host, Path path) {
    if (!path.is_cut) note_ways_opened();
    network_.set_egress(endpoint_of(host), path);
}

void Cluster::set_default_path(Path path) {
    if (!path.is_cut) note_ways_opened();
    network_.set_default_path(path);
}

Traffic Cluster::traffic_of(const std::string& host) const {
    return network_.traffic_of(endpoint_of(host));
}

void Cluster::heal() {
    network_.heal();
    note_disturbance();
}

/// While ways are cut, one more that is open may be the first between many.
void Cluster::note_ways_opened() {
    if (network_.has_cuts()) note_disturbance();
}

/// A member that could not be reached until now was silent for a good reason.
void Cluster::note_disturbance() {
    for (const std::string& host : running_hosts()) {
        const Process& process = *by_host_.at(host);
        const bool is_paused = process.is_frozen() || process.is_blocked();
        if (!is_paused) checkers_.note_disturbed(process.self().life, now());
    }
}

void Cluster::run_for(Duration duration) {
    world_.run_until(world_.now() + duration);
}

bool Cluster::run_until(const std::function<bool()>& predicate, Duration bound) {
    const Instant end = world_.now() + bound;
    while (!predicate()) {
        if (world_.now() >= end) return false;
        const Instant next = world_.now() + options_.config.round / samples_per_round;
        world_.run_until(std::min(next, end));
    }
    return true;
}

std::string Cluster::endpoint_of(const std::string& host) {
    return "tcp://" + host + ":7700";
}

Process& Cluster::running(const std::string& host) {
    Process& process = *by_host_.at(host);
    HEARSAY_CHECK(process.is_running());
    return process;
}

Identity Cluster::identity_of(const Newcomer& newcomer) {
    const Duration wall_clock = world_.now().time_since_epoch() + newcomer.clock_error;
    const auto elapsed = std::chrono::duration_cast<Milliseconds>(wall_clock).count();
    return {.life = LifeId{random_.next() | 1U},
            .name = newcomer.name,
            .incarnation = wall_clock_start + static_cast<std::uint64_t>(elapsed),
            .endpoint = endpoint_of(newcomer.host),
            .tags = {}};
}

}  // namespace hearsay::simulation

#include "liveness.hpp"

#include <algorithm>
#include <string>

#include "hearsay/duration.hpp"

#include "../src/numbers.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;

bool is_listed_alive(MemberState state) {
    return state == MemberState::alive || state == MemberState::suspect;
}

/// For so many `fail_after` a node that hears nobody at all blames itself, and a little more until
/// it has accused and convicted (R12).
constexpr Duration::rep doubt_in_fail_after = 12;

/// After so many rounds a punctual node has taken back its pace, and is steady (R20).
constexpr Duration::rep slow_rounds = 30;
constexpr Duration::rep unsteady_rounds = 4;

/// Of how many of its members a cluster may lose at once, the logarithm.
Duration::rep doublings(std::size_t count) {
    Duration::rep doublings = 0;
    while (count > 1) {
        count = (count + 1) / 2;
        ++doublings;
    }
    return doublings;
}

}  // namespace

Liveness::Liveness(const Cluster& cluster, const Script& script)
    : cluster_(cluster),
      start_(cluster.now()),
      quickest_(quickest_of(script)),
      default_path_(script.default_path),
      are_paths_disturbed_(!keeps_bounds(default_path_, quickest_)),
      changed_at_(cluster.now()) {}

void Liveness::see(const Step& step) {
    changed_at_ = cluster_.now();
    switch (step.verb) {
        case Verb::heal:
            are_paths_disturbed_ = !keeps_bounds(default_path_, quickest_);
            in_flight_until_ = cluster_.now() + std::exchange(slowest_path_, {});
            break;
        case Verb::part:
        case Verb::half_cut:
            are_paths_disturbed_ = true;
            break;
        case Verb::path:
        case Verb::ingress:
        case Verb::egress:
        case Verb::default_path:
            are_paths_disturbed_ |= !keeps_bounds(step.path, quickest_);
            slowest_path_ = std::max(
                slowest_path_, step.path.delay + step.path.spread +
                                   lateness_max(step.path, transport_times(cluster_.slowest())));
            break;
        default:
            break;
    }
}

/// For a while that may be right: it hears well again only since the calm, or its neighbours died.
bool Liveness::is_anybody_withdrawn() const {
    const std::vector<std::string> hosts = cluster_.running_hosts();
    const bool is_any = std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return cluster_.status_of(host).is_withdrawn;
    });
    const Config& config = cluster_.slowest();
    const Duration bound = (doubt_in_fail_after + 2) * config.fail_after + 60 * config.round;
    const Instant since = std::max(*calm_since_, last_end_);
    if (is_any && cluster_.now() - since > bound) fail("R12: hears well and stays withdrawn");
    return is_any;
}

/// It has promised its peers less, and judges later (R20).
bool Liveness::is_anybody_slow() const {
    const std::vector<std::string> hosts = cluster_.running_hosts();
    const bool is_any = std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return cluster_.status_of(host).pace > 1;
    });
    const Duration calm_for = cluster_.now() - *calm_since_;
    if (is_any && calm_for > slow_rounds * cluster_.slowest().round)
        fail("R20: is punctual and stays slow");
    return is_any || calm_for < unsteady_rounds * cluster_.slowest().round;
}

void Liveness::look() {
    note_lives();
    if (!is_calm()) {
        calm_since_.reset();
        agreed_ = false;
        is_detection_promised_ = false;
        return;
    }
    if (!calm_since_) calm_since_ = changed_at_ = cluster_.now();
    if (is_anybody_withdrawn()) changed_at_ = cluster_.now();
    was_anybody_slow_ = is_anybody_slow();
    if (was_anybody_slow_) is_detection_promised_ = false;
    if (all_agree()) {
        note_agreement();
    } else {
        agreed_ = false;
        check_completeness();
        const bool is_late = cluster_.now() - changed_at_ > agreement_bound();
        if (is_late && can_all_find_each_other()) fail("I5: the rosters still differ");
    }
    check_accuracy();
}

void Liveness::note_lives() {
    std::map<LifeId, Running> running;
    for (const std::string& host : cluster_.running_hosts()) {
        const Process& process = cluster_.process(host);
        if (!cluster_.is_member(process)) continue;
        const LifeId life = process.self().life;
        const auto known = running_.find(life);
        const bool is_known = known != running_.end() && known->second.process == &process;
        running[life] = {.process = &process,
                         .since = is_known ? known->second.since : cluster_.now()};
        // The copy of one that ended: with what the others hold of it nothing is promised.
        if (ended_.erase(life) > 0) is_detection_promised_ = false;
    }
    for (const auto& [life, last] : running_) {
        if (running.contains(life)) continue;
        // It may have been the slow one itself.
        if (ended_.empty()) is_detection_promised_ = agreed_ && !was_anybody_slow_;
        ended_.insert(life);
        ended_at_ = last_end_ = changed_at_ = cluster_.now();
    }
    running_ = std::move(running);
}

bool Liveness::is_calm() const {
    if (are_paths_disturbed_ || cluster_.words() == Words::damaged) return false;
    const auto hosts = cluster_.running_hosts();
    return std::all_of(hosts.begin(), hosts.end(), [this](const std::string& host) {
        const Process& process = cluster_.process(host);
        const bool is_where_it_says = process.address() == process.self().endpoint;
        return is_where_it_says && !process.is_frozen() && !process.is_blocked() &&
               keeps_bounds(process.drift()) && process.lateness() <= quickest_.round / 4;
    });
}

/// By the digests, so that lives and tags must agree as well as names.
bool Liveness::all_agree() const {
    std::optional<std::uint64_t> digest;
    for (const std::string& host : cluster_.running_hosts()) {
        if (!cluster_.is_member(cluster_.process(host))) continue;
        const Status status = cluster_.status_of(host);
        if (status.roster_size != running_.size()) return false;
        if (digest.value_or(status.digest) != status.digest) return false;
        digest = status.digest;
    }
    return true;
}

void Liveness::note_agreement() {
    if (!agreed_) {
        slowest_agreement_ = std::max(slowest_agreement_, cluster_.now() - changed_at_);
        if (is_detection_promised_) {
            slowest_detection_ = std::max(slowest_detection_, cluster_.now() - *ended_at_);
        }
    }
    agreed_ = true;
    ended_.clear();
    ended_at_.reset();
    is_detection_promised_ = false;
}

/// One silent member is failed after `fail_after`, given a turn and the way of the news. Behind
/// neighbours that died as well it takes longer, step by step, twice as far with each (R5).
Duration Liveness::detection_bound() const {
    const Config& config = cluster_.slowest();
    const Duration one = config.fail_after + config.round + milliseconds{100};
    return one + doublings(ended_.size()) * config.fail_after;
}

/// A single accuser is believed `2 * fail_after` later (R11), at each step; and if the dead were
/// some of the few that it listens to, it blames itself before (R12).
Duration Liveness::alone_bound() const {
    const Config& config = cluster_.slowest();
    const Duration by_steps = (doublings(ended_.size()) + 1) * 2 * config.fail_after;
    return std::max(detection_bound() + by_steps, doubt_in_fail_after * config.fail_after);
}

/// Whom to ask outside the roster is drawn every tenth round, from all the dead (R15).
Duration Liveness::agreement_bound() const {
    const Config& config = cluster_.slowest();
    std::uint32_t mistakes = 0;
    for (const std::string& host : cluster_.running_hosts()) {
        for (const Member& member : cluster_.members_at(host))
            mistakes = std::max(mistakes, member.mistake_count);
    }
    const Duration hold_down =
        config.fail_after * (1U << std::min<std::size_t>(mistakes, numbers::doublings()));
    return 100 * config.round + hold_down;
}

/// All that it holds for alive have ended, and it still blames itself (R12).
bool Liveness::hears_nobody(const std::string& host) const {
    const std::vector<Member> members = cluster_.members_at(host);
    const LifeId self = cluster_.process(host).self().life;
    const bool is_doubtful =
        cluster_.now() - *ended_at_ <= doubt_in_fail_after * cluster_.slowest().fail_after;
    return is_doubtful && std::all_of(members.begin(), members.end(), [&](const Member& member) {
               const LifeId life = member.identity.life;
               return life == self || !is_listed_alive(member.state) || ended_.contains(life);
           });
}

bool Liveness::is_borne(const std::string& name) const {
    const std::vector<std::string> hosts = cluster_.running_hosts();
    return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return cluster_.process(host).self().name == name;
    });
}

/// Then nobody joins in an accusation. Where two bore the name, some know the other alone.
bool Liveness::is_known_to_one(LifeId life) const {
    std::size_t count = 0;
    for (const std::string& host : cluster_.running_hosts()) {
        const std::vector<Member> members = cluster_.members_at(host);
        count += static_cast<std::size_t>(
            std::count_if(members.begin(), members.end(),
                          [&](const Member& member) { return member.identity.life == life; }));
    }
    return count == 1;
}

void Liveness::check_completeness() const {
    if (!is_detection_promised_) return;
    // A newcomer is an observer as well, and has not listened for long. What the dead said over a
    // slow path is heard long after.
    Instant since = std::max(*ended_at_, in_flight_until_);
    for (const auto& [life, running] : running_)
        since = std::max(since, running.since);
    const Duration taken = cluster_.now() - since;
    if (taken <= detection_bound()) return;
    for (const std::string& host : cluster_.running_hosts()) {
        // A node that leaves judges nobody any more.
        const Status status = cluster_.status_of(host);
        if (status.is_leaving || status.is_withdrawn || hears_nobody(host)) continue;
        for (const Member& member : cluster_.members_at(host)) {
            const bool is_dead = ended_.contains(member.identity.life);
            if (!is_dead || !is_listed_alive(member.state)) continue;
            const bool is_alone =
                is_borne(member.identity.name) || is_known_to_one(member.identity.life);
            if (is_alone && taken <= alone_bound()) continue;
            fail("I1: " + host + " still holds for alive " + member.identity.name +
                 ", which ended");
        }
    }
}

/// A node with a seed that runs finds it and is found by it.
bool Liveness::can_all_find_each_other() const {
    std::map<std::string, std::set<std::string>> ways;
    for (const std::string& host : cluster_.running_hosts()) {
        const Process& process = cluster_.process(host);
        if (cluster_.is_member(process)) ways[process.self().endpoint];
    }
    for (const std::string& host : cluster_.running_hosts()) {
        const Process& process = cluster_.process(host);
        for (const std::string& seed : process.detector().config().seeds) {
            if (!cluster_.is_member(process) || !ways.contains(seed)) continue;
            ways[process.self().endpoint].insert(seed);
            ways[seed].insert(process.self().endpoint);
        }
    }
    std::set<std::string> found;
    std::vector<std::string> front;
    if (!ways.empty()) front.push_back(ways.begin()->first);
    while (!front.empty()) {
        const std::string endpoint = std::exchange(front.back(), {});
        front.pop_back();
        if (!found.insert(endpoint).second) continue;
        front.insert(front.end(), ways[endpoint].begin(), ways[endpoint].end());
    }
    return found.size() == ways.size();
}

void Liveness::check_accuracy() {
    const std::size_t before =
        std::exchange(false_verdicts_, cluster_.checkers().false_verdict_count());
    if (false_verdicts_ == before) return;
    if (cluster_.now() - changed_at_ > agreement_bound())
        fail("I2: one that runs was failed long after");
}

void Liveness::fail(const std::string& what) const {
    throw BrokenInvariant(exact_text(cluster_.now() - start_) + ": " + what);
}

}  // namespace hearsay::simulation

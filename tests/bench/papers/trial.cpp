#include "trial.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay::papers {
namespace {

using simulation::Cluster;
using simulation::Record;
using std::chrono::seconds;

using Seconds = std::chrono::duration<double>;

simulation::Options options_of(const Settings& settings, std::uint64_t seed,
                               const Trial::Setup& setup) {
    return {.seed = seed,
            .config = settings.config,
            .path = setup.path,
            .accuracy = simulation::Accuracy::counted,
            .acquaintance = setup.acquaintance};
}

/// True if from then on the observer no longer holds the subject for failed.
bool is_return(EventKind kind) {
    return kind == EventKind::recovered || kind == EventKind::restarted ||
           kind == EventKind::joined;
}

}  // namespace

Trial::Trial(const Settings& settings, std::uint64_t seed, Setup setup)
    : random_(mix(seed)), cluster_(options_of(settings, seed, setup)) {}

std::set<std::string> Trial::any_hosts(std::size_t count, std::size_t total) {
    HEARSAY_CHECK(count <= total);
    const std::vector<std::string> all = Cluster::hosts(1, total);
    std::set<std::string> hosts;
    while (hosts.size() < count)
        hosts.insert(all[random_.below(total)]);
    return hosts;
}

void Trial::run_for(Duration duration) {
    const Instant end = cluster_.now() + duration;
    while (cluster_.now() < end)
        advance(end - cluster_.now());
}

bool Trial::run_until(const std::function<bool()>& predicate, Duration bound, Duration step) {
    const Instant end = cluster_.now() + bound;
    while (!predicate()) {
        if (cluster_.now() >= end) return false;
        run_for(std::min<Duration>(step, end - cluster_.now()));
    }
    return true;
}

void Trial::advance(Duration duration) {
    cluster_.run_for(std::min<Duration>(duration, next_sample_ - cluster_.now()));
    if (cluster_.now() < next_sample_) return;
    sample();
    next_sample_ += seconds{1};
}

void Trial::begin(Fault fault) {
    fault_ = std::move(fault);
    struck_ = cluster_.now();
    sample();
    sent_ = {};
    received_ = {};
    sizes_ = {};
    next_sample_ = struck_ + seconds{1};
}

void Trial::sample() {
    for (const std::string& host : cluster_.running_hosts()) {
        const Status status = cluster_.status_of(host);
        const Totals totals{.sent = cluster_.traffic_of(host).bytes,
                            .received = status.counters.bytes_received};
        Totals& before = totals_[host];
        sent_.count(totals.sent - before.sent);
        received_.count(totals.received - before.received);
        before = totals;
        if (!is_faulty(host)) sizes_.insert(status.roster_size);
    }
}

Findings Trial::findings() const {
    Findings findings{.runs = 1,
                      .subjects = fault_.hosts.size(),
                      .first = {},
                      .last = {},
                      .sent = sent_,
                      .received = received_};
    find_detections(findings);
    find_mistakes(findings);
    find_exposure(findings);
    return findings;
}

void Trial::find_detections(Findings& findings) const {
    std::map<std::string, std::map<std::string, Instant>> verdicts;
    for (const Record& record : cluster_.journal().records()) {
        const std::string& subject = record.event.subject.name;
        const bool is_one = record.event.kind == EventKind::failed && record.at >= struck_ &&
                            is_faulty(subject) && !is_faulty(record.observer);
        if (is_one) verdicts[subject].try_emplace(record.observer, record.at);
    }
    const std::size_t observers = healthy_hosts().size();
    for (const auto& [subject, by_observer] : verdicts) {
        std::vector<Instant> at;
        for (const auto& [observer, instant] : by_observer)
            at.push_back(instant);
        const auto [first, last] = std::minmax_element(at.begin(), at.end());
        findings.first.push_back(*first - struck_);
        if (at.size() == observers) findings.last.push_back(*last - struck_);
    }
}

void Trial::find_mistakes(Findings& findings) const {
    std::map<std::pair<std::string, std::string>, Instant> standing;
    std::set<std::string> tellers;
    const auto is_own_view = [&](const std::string& observer, Instant at) {
        return at >= struck_ && is_faulty(observer);
    };
    const auto end = [&](const std::string& observer, Instant since, Instant until) {
        findings.mistaken += until - since;
        findings.longest_mistake = std::max(findings.longest_mistake, until - since);
        if (!is_own_view(observer, since)) return;
        findings.longest_own_view = std::max(findings.longest_own_view, until - since);
    };
    for (const Record& record : cluster_.journal().records()) {
        const std::string& subject = record.event.subject.name;
        const std::pair key{record.observer, subject};
        const auto mistake = standing.find(key);
        if (record.event.kind == EventKind::failed && mistake == standing.end()) {
            if (record.at >= struck_ && is_faulty(subject)) continue;
            ++findings.mistakes;
            if (!is_faulty(record.observer)) ++findings.mistakes_at_healthy;
            if (is_own_view(record.observer, record.at)) {
                ++findings.own_view_mistakes;
                tellers.insert(record.observer);
            }
            standing.emplace(key, record.at);
        } else if (is_return(record.event.kind) && mistake != standing.end()) {
            end(record.observer, mistake->second, record.at);
            standing.erase(mistake);
        }
    }
    for (const auto& [key, since] : standing)
        end(key.first, since, cluster_.now());
    findings.own_view_tellers = tellers.size();
}

void Trial::find_exposure(Findings& findings) const {
    const std::size_t healthy = healthy_hosts().size();
    const std::size_t observers =
        fault_.fate == Fate::gone ? healthy : healthy + fault_.hosts.size();
    // Everybody but itself.
    const auto subjects = static_cast<double>(healthy > 0 ? healthy - 1 : 0);
    const double elapsed = Seconds(cluster_.now() - start_).count();
    findings.node_seconds = static_cast<double>(observers) * elapsed;
    findings.pair_seconds = findings.node_seconds * subjects;
    if (fault_.fate == Fate::gone) return;
    const double faulty = Seconds(cluster_.now() - struck_).count();
    findings.faulty_seconds = static_cast<double>(fault_.hosts.size()) * faulty;
}

bool Trial::is_faulty(const std::string& host) const {
    return fault_.hosts.contains(host);
}

std::vector<std::string> Trial::healthy_hosts() const {
    std::vector<std::string> hosts = cluster_.running_hosts();
    std::erase_if(hosts, [this](const std::string& host) { return is_faulty(host); });
    return hosts;
}

bool Trial::is_right(const std::string& host) const {
    std::set<std::string> failed;
    for (const Member& member : cluster_.members_at(host)) {
        if (member.state == MemberState::failed) failed.insert(member.identity.name);
    }
    return failed == fault_.hosts;
}

bool Trial::is_found_by_all() const {
    const auto hosts = healthy_hosts();
    return std::all_of(hosts.begin(), hosts.end(),
                       [this](const std::string& host) { return is_right(host); });
}

double Trial::share_right() const {
    const auto hosts = healthy_hosts();
    const auto count = std::count_if(hosts.begin(), hosts.end(),
                                     [this](const std::string& host) { return is_right(host); });
    return static_cast<double>(count) / static_cast<double>(hosts.size());
}

/// What one turn of a node changes is one change.
std::vector<std::size_t> Trial::step_counts() const {
    std::map<std::string, std::set<Instant>> changes;
    for (const Record& record : cluster_.journal().records()) {
        const bool is_verdict =
            record.event.kind == EventKind::failed || is_return(record.event.kind);
        if (is_verdict && record.at >= struck_) changes[record.observer].insert(record.at);
    }
    std::vector<std::size_t> counts;
    for (const std::string& host : healthy_hosts())
        counts.push_back(changes[host].size());
    return counts;
}

std::size_t Trial::return_count() const {
    const auto& records = cluster_.journal().records();
    const auto count = std::count_if(records.begin(), records.end(), [&](const Record& record) {
        return record.at >= struck_ && is_return(record.event.kind) &&
               is_faulty(record.event.subject.name) && !is_faulty(record.observer);
    });
    return static_cast<std::size_t>(count);
}

}  // namespace hearsay::papers

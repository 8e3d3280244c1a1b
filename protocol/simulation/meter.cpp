#include "meter.hpp"

#include <algorithm>
#include <iterator>

#include "hearsay/check.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::seconds;

constexpr Duration::rep slices_per_round = 20;

double in_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

Meter::Meter(Cluster& cluster, Watcher watcher)
    : cluster_(cluster),
      watcher_(std::move(watcher)),
      slice_(cluster.config().round / slices_per_round) {
    for (const std::string& host : cluster_.running_hosts()) {
        if (!cluster_.process(host).is_frozen()) awake_.insert(host);
        bytes_[host] = cluster_.traffic_of(host).bytes;
    }
}

void Meter::pass(Duration duration) {
    run_until([] { return false; }, duration);
}

void Meter::observe(Duration duration) {
    const Traffic before = cluster_.traffic();
    const Instant began = cluster_.now();
    pass(duration);
    const Traffic after = cluster_.traffic();
    measured_.quiet_messages += after.messages - before.messages;
    measured_.quiet_bytes += after.bytes - before.bytes;
    measured_.quiet_node_seconds +=
        static_cast<double>(awake_.size()) * in_seconds(cluster_.now() - began);
}

void Meter::strike(Fault fault, const std::vector<std::string>& victims, Duration bound) {
    if (is_stopped_) return;
    HEARSAY_CHECK(fault != Fault::freeze);
    open_cases(fault, victims);
    for (const std::string& host : victims) {
        if (fault == Fault::crash) cluster_.crash(host);
        if (fault == Fault::power_off) cluster_.power_off(host);
        bytes_.erase(host);
    }
    run_until([this] { return is_noticed_by_all(); }, bound);
    close_cases();
}

void Meter::freeze(const std::vector<std::string>& victims, Duration duration, Duration bound) {
    if (is_stopped_) return;
    open_cases(Fault::freeze, victims);
    for (const std::string& host : victims)
        cluster_.freeze(host);
    pass(duration);
    for (auto& [life, one] : cases_)
        one.until = cluster_.now();
    for (const std::string& host : victims) {
        cluster_.thaw(host);
        awake_.insert(host);
    }
    // Verdicts that were on their way come first.
    pass(2 * cluster_.config().round);
    run_until([this] { return is_held_by_nobody(); }, bound);
    close_cases();
}

Measurement Meter::result() const {
    Measurement result = measured_;
    for (const auto& [pair, mistake] : standing_) {
        result.mistakes.push_back(mistake);
        result.mistakes.back().duration = cluster_.now() - mistake.at;
    }
    result.episode_count = count_episodes(result.mistakes);
    result.virtual_time = cluster_.now() - began_;
    return result;
}

void Meter::run_until(const std::function<bool()>& is_over, Duration bound) {
    const Instant end = cluster_.now() + bound;
    while (!is_stopped_ && cluster_.now() < end && !is_over())
        run_slice(std::min({cluster_.now() + slice_, next_second_, end}));
}

void Meter::run_slice(Instant end) {
    const Duration slice = end - cluster_.now();
    cluster_.run_for(slice);
    const auto count = static_cast<double>(awake_.size());
    measured_.node_seconds += count * in_seconds(slice);
    measured_.pair_seconds += count * (count - 1) * in_seconds(slice);
    read_journal();
    if (end == next_second_) sample_traffic();
    is_stopped_ = watcher_ && watcher_() == Onward::stop;
}

void Meter::read_journal() {
    const std::vector<Record>& records = cluster_.journal().records();
    for (; records_read_ < records.size(); ++records_read_)
        read(records[records_read_]);
}

void Meter::read(const Record& record) {
    switch (record.event.kind) {
        case EventKind::failed:
            return hold(record);
        case EventKind::restarted:
            return release(record.observer, record.event.former_life, record.at);
        case EventKind::recovered:
        case EventKind::left:
        case EventKind::forgotten:
            return release(record.observer, record.event.subject.life, record.at);
        default:
            return;
    }
}

void Meter::hold(const Record& record) {
    const LifeId subject = record.event.subject.life;
    if (record.is_mistake) {
        standing_[{record.observer, subject}] = {
            .observer = record.observer, .subject = record.event.subject.name, .at = record.at};
    }
    if (is_own_view(record)) ++measured_.own_view_mistakes;
    note_holder(subject, record.observer, record.at);
}

/// A victim's verdict on a survivor. Members are named after their hosts.
bool Meter::is_own_view(const Record& record) const {
    return !cases_.empty() && !survivors_.contains(record.observer) &&
           survivors_.contains(record.event.subject.name);
}

/// What victims say of each other is no detection.
void Meter::note_holder(LifeId subject, const std::string& observer, Instant now) {
    const auto found = cases_.find(subject);
    if (found == cases_.end() || survivors_.count(observer) == 0) return;
    Case& one = found->second;
    one.holders.insert(observer);
    Detection& detection = one.detection;
    detection.holder_count = std::max(detection.holder_count, one.holders.size());
    if (!detection.first) detection.first = now - one.since;
    if (one.holders.size() == survivors_.size()) detection.last = now - one.since;
}

void Meter::release(const std::string& observer, LifeId subject, Instant now) {
    const auto standing = standing_.find({observer, subject});
    if (standing != standing_.end()) end_mistake(standing, now);
    const auto found = cases_.find(subject);
    if (found == cases_.end()) return;
    Case& one = found->second;
    if (one.holders.erase(observer) == 0 || !one.holders.empty()) return;
    if (now >= one.until) one.detection.back = now - one.until;
}

void Meter::sample_traffic() {
    for (auto& [host, before] : bytes_) {
        const std::uint64_t bytes = cluster_.traffic_of(host).bytes;
        measured_.bytes_per_second_max = std::max(measured_.bytes_per_second_max, bytes - before);
        before = bytes;
    }
    next_second_ += seconds{1};
}

void Meter::open_cases(Fault fault, const std::vector<std::string>& victims) {
    for (const std::string& host : victims)
        HEARSAY_CHECK(awake_.erase(host) == 1);
    survivors_ = awake_;
    for (const std::string& host : victims) {
        Case& one = cases_[cluster_.process(host).self().life];
        one.detection = {.fault = fault, .host = host, .survivor_count = survivors_.size()};
        one.since = cluster_.now();
    }
    end_mistakes_of_victims();
}

/// No mistake can be made about a victim, nor by one; but a node that holds it for failed
/// already has nothing left to notice.
void Meter::end_mistakes_of_victims() {
    for (auto standing = standing_.begin(); standing != standing_.end();) {
        const auto next = std::next(standing);
        const auto& [observer, subject] = standing->first;
        note_holder(subject, observer, cluster_.now());
        const bool is_over = cases_.count(subject) == 1 || survivors_.count(observer) == 0;
        if (is_over) end_mistake(standing, cluster_.now());
        standing = next;
    }
}

void Meter::end_mistake(std::map<Pair, Mistake>::iterator standing, Instant now) {
    standing->second.duration = now - standing->second.at;
    measured_.mistakes.push_back(std::move(standing->second));
    standing_.erase(standing);
}

void Meter::close_cases() {
    for (auto& [life, one] : cases_) {
        if (!is_stopped_) measured_.detections.push_back(std::move(one.detection));
    }
    cases_.clear();
}

bool Meter::is_noticed_by_all() const {
    return std::all_of(cases_.begin(), cases_.end(), [this](const auto& entry) {
        const Case& one = entry.second;
        return one.holders.size() == survivors_.size();
    });
}

bool Meter::is_held_by_nobody() const {
    return std::all_of(cases_.begin(), cases_.end(),
                       [](const auto& entry) { return entry.second.holders.empty(); });
}

}  // namespace hearsay::simulation

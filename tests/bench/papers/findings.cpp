#include "findings.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

#include "hearsay/check.hpp"

#include "simulation/statistics.hpp"

namespace hearsay::papers {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kilobyte = 1000;

template <typename Value>
void append(std::vector<Value>& values, const std::vector<Value>& more) {
    values.insert(values.end(), more.begin(), more.end());
}

std::optional<Duration> quantile_of(std::vector<Duration> times, double q) {
    if (times.empty()) return std::nullopt;
    std::sort(times.begin(), times.end());
    return simulation::quantile(times, q);
}

void add_quantiles(std::vector<Cell>& cells, const std::vector<Duration>& times) {
    for (const double q : {0.5, 0.99, 0.999, 1.0}) {
        const auto time = quantile_of(times, q);
        cells.push_back(time ? cell(*time) : no_cell());
    }
}

std::string rate_text(const Findings& findings) {
    const double hours = findings.node_seconds / 3600;
    const auto interval = simulation::rate_interval(findings.mistakes, hours);
    return cell(static_cast<double>(findings.mistakes) / hours, 4).text + " (" +
           cell(interval.low, 4).text + "-" + cell(interval.high, 4).text + ")";
}

void add_mistakes(std::vector<Cell>& cells, const Findings& findings) {
    cells.push_back(cell(findings.mistakes));
    cells.push_back(cell(findings.mistakes_at_healthy));
    cells.push_back(findings.node_seconds > 0 ? cell(rate_text(findings)) : no_cell());
    const auto count = static_cast<Duration::rep>(findings.mistakes);
    cells.push_back(count > 0 ? cell(findings.mistaken / count) : no_cell());
    cells.push_back(count > 0 ? cell(findings.longest_mistake) : no_cell());
    const double mistaken = Seconds(findings.mistaken).count();
    cells.push_back(findings.pair_seconds > 0 ? cell(1 - mistaken / findings.pair_seconds, 7)
                                              : no_cell());
}

void add_traffic(std::vector<Cell>& cells, const Histogram& bytes) {
    if (bytes.is_empty()) {
        cells.insert(cells.end(), 3, no_cell());
        return;
    }
    cells.push_back(cell(bytes.mean(), 0));
    cells.push_back(cell(bytes.quantile(0.99)));
    cells.push_back(cell(bytes.quantile(1)));
}

}  // namespace

void Histogram::add(const Histogram& other) {
    for (const auto& [bytes, times] : other.times_)
        count(bytes, times);
}

double Histogram::mean() const {
    double sum = 0;
    std::uint64_t total = 0;
    for (const auto& [bytes, times] : times_) {
        sum += static_cast<double>(bytes) * static_cast<double>(times);
        total += times;
    }
    HEARSAY_CHECK(total > 0);
    return sum / static_cast<double>(total);
}

std::uint64_t Histogram::quantile(double q) const {
    std::uint64_t total = 0;
    for (const auto& [bytes, times] : times_)
        total += times;
    HEARSAY_CHECK(total > 0);
    std::uint64_t below = 0;
    for (const auto& [bytes, times] : times_) {
        below += times;
        if (static_cast<double>(below) >= q * static_cast<double>(total)) return bytes;
    }
    return times_.rbegin()->first;
}

void Findings::add(const Findings& other) {
    runs += other.runs;
    subjects += other.subjects;
    append(first, other.first);
    append(last, other.last);
    mistakes += other.mistakes;
    mistakes_at_healthy += other.mistakes_at_healthy;
    mistaken += other.mistaken;
    longest_mistake = std::max(longest_mistake, other.longest_mistake);
    own_view_mistakes += other.own_view_mistakes;
    own_view_tellers += other.own_view_tellers;
    longest_own_view = std::max(longest_own_view, other.longest_own_view);
    faulty_seconds += other.faulty_seconds;
    node_seconds += other.node_seconds;
    pair_seconds += other.pair_seconds;
    sent.add(other.sent);
    received.add(other.received);
}

void Groups::add(const std::string& name, const Findings& findings) {
    const auto is_it = [&](const Group& group) { return group.name == name; };
    auto group = std::find_if(groups_.begin(), groups_.end(), is_it);
    if (group == groups_.end()) group = groups_.insert(group, {.name = name, .findings = {}});
    group->findings.add(findings);
}

const Findings& Groups::at(const std::string& name) const {
    const auto is_it = [&](const Group& group) { return group.name == name; };
    const auto group = std::find_if(groups_.begin(), groups_.end(), is_it);
    HEARSAY_CHECK(group != groups_.end());
    return group->findings;
}

Table detection_table(const std::vector<Group>& groups) {
    Table table{
        .title = "Detection, in seconds from the fault: first survivor, all survivors",
        .columns = {"cell", "runs", "subjects", "by one", "by all", "first median", "first 99 %",
                    "first 99.9 %", "first max", "all median", "all 99 %", "all 99.9 %", "all max"},
        .lines = {}};
    for (const auto& [name, findings] : groups) {
        std::vector<Cell> line{
            cell(name), cell(std::uint64_t{findings.runs}), cell(std::uint64_t{findings.subjects}),
            cell(std::uint64_t{findings.first.size()}), cell(std::uint64_t{findings.last.size()})};
        add_quantiles(line, findings.first);
        add_quantiles(line, findings.last);
        table.lines.push_back(std::move(line));
    }
    return table;
}

Table quality_table(const std::vector<Group>& groups) {
    Table table{
        .title =
            "Mistakes (with the 95 % interval of their rate, as if they were independent), and "
            "application bytes/s per node",
        .columns = {"cell", "runs", "mistakes", "at healthy", "per node-hour", "mean s", "max s",
                    "P_A", "sent mean", "sent 99 %", "sent max", "received mean", "received 99 %",
                    "received max"},
        .lines = {}};
    for (const auto& [name, findings] : groups) {
        std::vector<Cell> line{cell(name), cell(std::uint64_t{findings.runs})};
        add_mistakes(line, findings);
        add_traffic(line, findings.sent);
        add_traffic(line, findings.received);
        table.lines.push_back(std::move(line));
    }
    return table;
}

Table own_view_table(const std::vector<Group>& groups) {
    Table table{.title =
                    "Own view of the faulty: verdicts about healthy nodes that faulty ones told "
                    "which ran on",
                .columns = {"cell", "runs", "faulty", "verdicts", "told by", "per faulty node-hour",
                            "max s"},
                .lines = {}};
    for (const auto& [name, findings] : groups) {
        if (findings.faulty_seconds <= 0) continue;
        const double hours = findings.faulty_seconds / 3600;
        const bool is_any = findings.own_view_mistakes > 0;
        table.lines.push_back({cell(name), cell(std::uint64_t{findings.runs}),
                               cell(std::uint64_t{findings.subjects}),
                               cell(findings.own_view_mistakes), cell(findings.own_view_tellers),
                               cell(static_cast<double>(findings.own_view_mistakes) / hours, 4),
                               is_any ? cell(findings.longest_own_view) : no_cell()});
    }
    return table;
}

std::string seconds_text(double seconds) {
    return cell(seconds, 2).text + " s";
}

std::string quantile_text(std::vector<Duration> times, double q) {
    const auto time = quantile_of(std::move(times), q);
    return time ? seconds_text(Seconds(*time).count()) : "-";
}

std::string bandwidth_text(double bytes_per_second) {
    return cell(bytes_per_second / kilobyte, 2).text + " kB/s";
}

Claim time_claim(std::string what, std::vector<Duration> times, double q, Duration target,
                 std::string best_known) {
    const auto time = quantile_of(std::move(times), q);
    return {.what = std::move(what),
            .measured = time ? seconds_text(Seconds(*time).count()) : "-",
            .target = "<= " + seconds_text(Seconds(target).count()),
            .best_known = std::move(best_known),
            .is_kept = time && *time <= target};
}

Claim bandwidth_claim(const Histogram& sent, double target, std::string best_known) {
    const std::optional<double> mean = sent.is_empty() ? std::nullopt : std::optional{sent.mean()};
    return {.what = "bytes sent per node, mean",
            .measured = mean ? bandwidth_text(*mean) : "-",
            .target = "<= " + bandwidth_text(target),
            .best_known = std::move(best_known),
            .is_kept = mean && *mean <= target};
}

}  // namespace hearsay::papers

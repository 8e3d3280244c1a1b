#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "report.hpp"

/// What runs have found about detection times, mistakes and traffic, and the tables of it.
namespace hearsay::papers {

/// How often which number of bytes was counted: as good as the list of all of them, and small.
class Histogram {
  public:
    void count(std::uint64_t bytes, std::uint64_t times = 1) { times_[bytes] += times; }
    void add(const Histogram& other);

    [[nodiscard]] bool is_empty() const { return times_.empty(); }
    /// REQUIRES, as the others: something was counted.
    [[nodiscard]] double mean() const;
    /// As `simulation::quantile`.
    [[nodiscard]] std::uint64_t quantile(double q) const;

  private:
    std::map<std::uint64_t, std::uint64_t> times_;
};

/// Findings of one run or of many. A subject is a member that something befell; all others are
/// healthy. A mistake is a verdict `failed` on a healthy member, at any node.
struct Findings {
    std::size_t runs = 0;
    std::size_t subjects = 0;
    /// Of the subjects that some healthy node failed: from the fault to the first such verdict.
    std::vector<Duration> first;
    /// Of the subjects that all healthy nodes failed: from the fault until each had done so.
    std::vector<Duration> last;

    std::uint64_t mistakes = 0;
    /// Those of healthy nodes.
    std::uint64_t mistakes_at_healthy = 0;
    /// Until each heard of the other again, or the run ended.
    Duration mistaken{};
    Duration longest_mistake{};
    /// The own view of the faulty: verdicts about healthy members that nodes told which something
    /// had befallen and that ran on; how many of them told one, the longest, and for how long those
    /// nodes ran so.
    std::uint64_t own_view_mistakes = 0;
    std::uint64_t own_view_tellers = 0;
    Duration longest_own_view{};
    double faulty_seconds = 0;
    /// Over all nodes; over all pairs of a node and a healthy member that it observes.
    double node_seconds = 0;
    double pair_seconds = 0;

    /// Application bytes of each node in each second.
    Histogram sent;
    Histogram received;

    void add(const Findings& other);
};

/// Some of the runs under one name.
struct Group {
    std::string name;
    Findings findings;
};

/// Groups in the order in which they are first named.
class Groups {
  public:
    void add(const std::string& name, const Findings& findings);
    [[nodiscard]] const std::vector<Group>& list() const { return groups_; }
    /// REQUIRES: it was named.
    [[nodiscard]] const Findings& at(const std::string& name) const;

  private:
    std::vector<Group> groups_;
};

/// Detection times: at the first survivor, at the last one.
[[nodiscard]] Table detection_table(const std::vector<Group>& groups);
/// Mistakes, query accuracy and traffic.
[[nodiscard]] Table quality_table(const std::vector<Group>& groups);

/// What nodes that something befell, and that ran on, said of healthy ones. A group in which none
/// ran on has no line.
[[nodiscard]] Table own_view_table(const std::vector<Group>& groups);

/// "3.95 s", "4.1 kB/s", for claims; "-" of nothing.
[[nodiscard]] std::string quantile_text(std::vector<Duration> times, double q);
[[nodiscard]] std::string seconds_text(double seconds);
[[nodiscard]] std::string bandwidth_text(double bytes_per_second);

/// A claim that such a share of the times is `target` at most. Of no time it is not kept.
[[nodiscard]] Claim time_claim(std::string what, std::vector<Duration> times, double q,
                               Duration target, std::string best_known);
/// A claim that on average a node sends `target` bytes a second at most.
[[nodiscard]] Claim bandwidth_claim(const Histogram& sent, double target, std::string best_known);

}  // namespace hearsay::papers

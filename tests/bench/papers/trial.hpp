#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hearsay/random.hpp"
#include "hearsay/time.hpp"

#include "findings.hpp"
#include "settings.hpp"
#include "simulation/cluster.hpp"

namespace hearsay::papers {

/// What a fault leaves of those it befalls.
enum class Fate : std::uint8_t {
    /// Nothing.
    gone,
    /// Nodes that go on judging others.
    hampered,
};

/// Whom something befalls; they are called faulty, the others healthy.
struct Fault {
    std::set<std::string> hosts{};
    Fate fate = Fate::gone;
};

/// One run of an experiment: a cluster that is looked at every second.
class Trial {
  public:
    /// How a trial differs from the usual.
    struct Setup {
        simulation::Path path{};
        simulation::Acquaintance acquaintance = simulation::Acquaintance::strangers;
    };

    Trial(const Settings& settings, std::uint64_t seed, Setup setup);

    [[nodiscard]] simulation::Cluster& cluster() { return cluster_; }
    /// So many of the hosts "n1" to "n<total>", each equally likely.
    [[nodiscard]] std::set<std::string> any_hosts(std::size_t count, std::size_t total);

    void run_for(Duration duration);
    /// Runs until `predicate` holds, which is asked every `step`, or for `bound`. True if it held.
    bool run_until(const std::function<bool()>& predicate, Duration bound,
                   Duration step = std::chrono::seconds{1});

    /// Counts traffic, sizes and detection times from now on: now the fault is to strike.
    void begin(Fault fault);

    /// The findings from the beginning of the trial to now. Detection times are those of verdicts
    /// since `begin`.
    [[nodiscard]] Findings findings() const;

    /// True if every healthy node holds exactly the faulty ones for failed.
    [[nodiscard]] bool is_found_by_all() const;
    /// The share of the healthy nodes that hold exactly the faulty ones for failed.
    [[nodiscard]] double share_right() const;
    /// How often the view of each healthy node has changed by verdicts or returns since `begin`.
    [[nodiscard]] std::vector<std::size_t> step_counts() const;
    /// Verdicts on faulty members that healthy nodes took back.
    [[nodiscard]] std::size_t return_count() const;
    /// All sizes of the cluster that healthy nodes had at some full second since `begin`.
    [[nodiscard]] const std::set<std::size_t>& sizes() const { return sizes_; }

    [[nodiscard]] std::vector<std::string> healthy_hosts() const;
    [[nodiscard]] Duration since_begin() const { return cluster_.now() - struck_; }

  private:
    /// In application bytes since its start.
    struct Totals {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
    };

    [[nodiscard]] bool is_faulty(const std::string& host) const;
    void advance(Duration duration);
    void sample();
    [[nodiscard]] bool is_right(const std::string& host) const;
    void find_detections(Findings& findings) const;
    void find_mistakes(Findings& findings) const;
    void find_exposure(Findings& findings) const;

    Random random_;
    simulation::Cluster cluster_;
    Instant start_ = cluster_.now();
    Instant struck_ = Instant::max();
    Instant next_sample_ = Instant::max();
    Fault fault_;
    std::map<std::string, Totals> totals_;
    Histogram sent_;
    Histogram received_;
    std::set<std::size_t> sizes_;
};

}  // namespace hearsay::papers

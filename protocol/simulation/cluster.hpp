#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/random.hpp"

#include "checkers.hpp"
#include "journal.hpp"
#include "network.hpp"
#include "process.hpp"
#include "world.hpp"

namespace hearsay::simulation {

/// Whether those that `start(count)` starts have to find each other.
enum class Acquaintance : std::uint8_t {
    /// All of them join through "n1".
    strangers,
    /// They know each other from the first instant, as if they had been told.
    acquainted,
};

/// What a simulated cluster is made of; the whole run follows from it and from the story told.
struct Options {
    std::uint64_t seed = 1;
    /// For every process that has no other; its seeds are set at each start.
    Config config = Config::local();
    /// The slowest times of all, if some processes have others: what is promised is judged by them.
    std::optional<Config> slowest{};
    /// Between any two hosts, until told otherwise.
    Path path{};
    Accuracy accuracy = Accuracy::promised;
    Words words = Words::intact;
    Acquaintance acquaintance = Acquaintance::strangers;
    Joins joins = Joins::kept;
    /// Those that are acquainted from the first instant cannot have any.
    Keys keys = Keys::none;
    /// The hosts, or the names, of the processes that can be copied.
    std::set<std::string> copied{};
};

/// Whether a member is forgotten even while it is alive.
enum class Force : std::uint8_t { none, used };

/// A process to be started.
struct Newcomer {
    /// Where it runs. A host carries one process at a time.
    std::string host;
    /// What it calls itself; as its host if empty.
    std::string name{};
    /// The hosts it asks to join.
    std::vector<std::string> seeds{"n1"};
    /// Another cluster's name, for one that strays in.
    std::string cluster{};
    /// How wrong its wall clock is, which begins its incarnation.
    Duration clock_error{};
    /// Its own, if that is not the cluster's.
    std::optional<Config> config{};
};

/// A whole cluster of real detectors in virtual time: start some, tell what befalls them, let time
/// pass, ask what they hold. The checkers watch every step; a broken invariant is thrown out of
/// `run_for` and `run_until` as `BrokenInvariant`.
///
/// Hosts are named, "n1", "n2", ..., and their processes after them unless told otherwise.
class Cluster {
  public:
    explicit Cluster(Options options);
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// Starts "n1" to "n<count>" at once.
    void start(std::size_t count);
    void start(Newcomer newcomer);
    /// The process is killed: its links break.
    void crash(const std::string& host);
    /// The whole machine is gone: its links hang.
    void power_off(const std::string& host);
    /// Starts the host's process again, as a new life.
    void restart(const std::string& host, Duration clock_error = {});
    void freeze(const std::string& host);
    void thaw(const std::string& host);
    /// The whole machine sleeps; its time goes on.
    void suspend(const std::string& host);
    void wake(const std::string& host);
    /// Lifeguard's anomaly: blocked before it sends and after it receives, timers going on.
    void block(const std::string& host);
    void unblock(const std::string& host);
    /// Every turn comes late by up to `lateness`; zero ends that.
    void starve(const std::string& host, Duration lateness);
    /// The host's process changes what it says, from now on.
    void lie(const std::string& host, Twist twist) { running(host).lie(std::move(twist)); }
    /// The process says that it leaves, and ends when enough others know.
    void leave(const std::string& host);
    void set_tags(const std::string& host, Tags tags);
    /// The host's process goes on with keys in this use.
    void use_keys(const std::string& host, Keys keys) { running(host).use_keys(keys); }
    /// The host's process begins to ask all members for their views.
    void survey(const std::string& host) { running(host).begin_survey(); }
    ForgetOutcome forget(const std::string& host, std::string_view name, Force force = Force::none);
    /// Keeps a copy of the host's process as it is now. REQUIRES: `Options::copied` names it.
    void snapshot(const std::string& host);
    /// Starts on `host` the latest copy that was kept of a process named `name`, or one of what
    /// runs under that name: the same life, at another address than it says.
    /// REQUIRES: `can_clone(name)`, and nothing runs on the host.
    void clone(const std::string& host, const std::string& name);
    /// What runs on the host, if anything does, is gone like its machine, and the latest copy that
    /// was kept of it goes on in its place. REQUIRES: `has_snapshot(host)`.
    void restore(const std::string& host);
    [[nodiscard]] bool can_clone(const std::string& name) const;
    [[nodiscard]] bool has_snapshot(const std::string& host) const;

    /// The host's clock runs faster by so many millionths, or slower; zero ends that.
    void drift(const std::string& host, std::int64_t per_million);

    /// Cuts all paths between the hosts of `some` and those of `others`, both ways.
    void part(const std::vector<std::string>& some, const std::vector<std::string>& others);
    /// Cuts all paths from the hosts of `some` to those of `others`, that direction only.
    void part_one_way(const std::vector<std::string>& some, const std::vector<std::string>& others);
    /// Cuts one direction of each path between a host of `some` and one of `others`, by chance.
    void half_cut(const std::vector<std::string>& some, const std::vector<std::string>& others);
    /// Sets the way between two hosts, both directions.
    void set_path(const std::string& a, const std::string& b, Path path);
    /// Sets the way from one host to another, that direction only.
    void set_path_one_way(const std::string& from, const std::string& to, Path path);
    /// Sets the ways from everywhere to one host, or from it to everywhere.
    void set_ingress(const std::string& host, Path path);
    void set_egress(const std::string& host, Path path);
    /// Sets all ways for which nothing else is set.
    void set_default_path(Path path);
    /// All paths are as in the beginning.
    void heal();

    /// Lets `witness` see every frame that arrives from now on.
    /// REQUIRES: it outlives the cluster's run.
    void show_to(Witness& witness) { network_.show_to(witness); }

    void run_for(Duration duration);
    /// Runs until `predicate` holds, which is looked at twenty times a round, or for `bound`.
    /// True if it held.
    bool run_until(const std::function<bool()>& predicate, Duration bound);

    /// True if every live member holds the same roster: the live members and nobody else.
    /// Frozen ones are not asked, and count as live.
    [[nodiscard]] bool all_agree() const;
    /// True if every live member but `name` itself lists `name` in this state.
    [[nodiscard]] bool everyone_holds(std::string_view name, MemberState state) const;
    /// True if no live member lists `name`.
    [[nodiscard]] bool nobody_lists(std::string_view name) const;
    /// Nothing if the observer does not list `name`.
    [[nodiscard]] std::optional<MemberState> state_at(const std::string& observer,
                                                      std::string_view name) const;
    [[nodiscard]] std::optional<Member> member_at(const std::string& observer,
                                                  std::string_view name) const;
    [[nodiscard]] std::vector<Member> members_at(const std::string& observer) const;
    /// What came of the host's last survey so far. REQUIRES: there was one.
    [[nodiscard]] const SurveyReport& survey_of(const std::string& host) const;
    [[nodiscard]] Status status_of(const std::string& host) const;

    /// What all hosts, or one, have sent since the beginning.
    [[nodiscard]] Traffic traffic() const { return network_.traffic(); }
    [[nodiscard]] Traffic traffic_of(const std::string& host) const;

    /// The hosts "n<first>" to "n<last>".
    [[nodiscard]] static std::vector<std::string> hosts(std::size_t first, std::size_t last);
    /// The hosts whose processes run, frozen or not.
    [[nodiscard]] std::vector<std::string> running_hosts() const;
    /// True if a process ran there ever.
    [[nodiscard]] bool has_host(const std::string& host) const { return by_host_.contains(host); }
    [[nodiscard]] const Process& process(const std::string& host) const;
    /// True if it runs and is no stray of another cluster.
    [[nodiscard]] bool is_member(const Process& process) const;
    [[nodiscard]] const Journal& journal() const { return journal_; }
    [[nodiscard]] const Checkers& checkers() const { return checkers_; }
    [[nodiscard]] const Network& network() const { return network_; }
    [[nodiscard]] const Config& config() const { return options_.config; }
    /// The slowest times that any process has.
    [[nodiscard]] const Config& slowest() const {
        return options_.slowest ? *options_.slowest : options_.config;
    }
    /// Whether what is said arrives as it was said.
    [[nodiscard]] Words words() const { return options_.words; }
    [[nodiscard]] Instant now() const { return world_.now(); }
    /// Everything that was reported since `since`, a line each.
    [[nodiscard]] std::string story(Instant since = Instant::min()) const;

  private:
    /// A copy that is kept, of which host.
    struct Kept {
        std::string host;
        Snapshot snapshot;
    };

    void acquaint_all();
    [[nodiscard]] Surroundings surroundings();
    void add_copy(const std::string& host, const Snapshot& snapshot);
    [[nodiscard]] const Kept* latest(const std::string& host) const;
    [[nodiscard]] const Kept* latest_named(const std::string& name) const;
    [[nodiscard]] const Process* first_named(const std::string& name) const;
    [[nodiscard]] static std::string endpoint_of(const std::string& host);
    [[nodiscard]] Process& running(const std::string& host);
    void note_ways_opened();
    void note_disturbance();
    [[nodiscard]] Identity identity_of(const Newcomer& newcomer);
    [[nodiscard]] static bool knows(const Process& one, const Process& other);
    [[nodiscard]] static bool refuses(const Process& one, const Process& other);
    [[nodiscard]] bool do_talk(const Process& one, const Process& other) const;
    [[nodiscard]] bool can_reach(LifeId from, LifeId to) const;
    [[nodiscard]] std::vector<const Process*> members() const;

    Options options_;
    Random random_;
    World world_;
    Instant start_ = world_.now();
    Network network_;
    Journal journal_{options_.joins};
    Checkers checkers_;
    /// Past processes stay until the end, because plans in the world may still name them.
    std::vector<std::unique_ptr<Process>> processes_;
    /// The present or last process of each host, and how it was started.
    std::map<std::string, Process*> by_host_;
    std::map<std::string, Newcomer> newcomers_;
    /// In the order of time.
    std::vector<Kept> kept_;
};

}  // namespace hearsay::simulation

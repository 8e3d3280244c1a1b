// Clusters with keys: the same stories as without.

#include <string>

#include "simulation/story.hpp"
#include "simulation/tuning.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

/// For one test, marks that end soon.
class FewMarks {
  public:
    FewMarks() { REQUIRE_FALSE(set_numbers("chain_marks=1024").has_value()); }
    FewMarks(const FewMarks&) = delete;
    FewMarks& operator=(const FewMarks&) = delete;
    ~FewMarks() { static_cast<void>(set_numbers("chain_marks=262144")); }
};

TEST_CASE("with keys a death is known as soon as without", "[keys]") {
    SettledCluster cluster(12, {.keys = Keys::used});
    cluster.crash("n5");
    CHECK(cluster.comes_to_hold("n5", MemberState::failed, cluster.config().round));
    cluster.power_off("n6");
    CHECK(cluster.comes_to_hold("n6", MemberState::failed, cluster.detection_bound()));
}

// The last word of a life often reaches somebody who does not observe it, and voids there what its
// observers were refused for.
TEST_CASE("with keys a death is known at once to those that heard the last word", "[keys]") {
    SettledCluster cluster(64, {.keys = Keys::used});
    for (const std::string& host : Cluster::hosts(3, 18)) {
        CAPTURE(host);
        cluster.run_for(cluster.config().round * 7 / 3);
        cluster.crash(host);
        CHECK(cluster.comes_to_hold(host, MemberState::failed, cluster.config().round));
    }
}

TEST_CASE("with keys a member leaves, returns and is removed", "[keys]") {
    SettledCluster cluster(8, {.keys = Keys::used});
    cluster.leave("n3");
    CHECK(cluster.comes_to_hold("n3", MemberState::left, 2 * cluster.config().round));
    cluster.restart("n3");
    CHECK(cluster.comes_to_agree_within(50));

    CHECK(cluster.forget("n1", "n4", Force::used) == ForgetOutcome::done);
    cluster.run_for(10 * cluster.config().round);
    // A process that runs comes back as a new life.
    CHECK(cluster.comes_to_agree_within(100));
}

TEST_CASE("with keys tags reach all", "[keys]") {
    SettledCluster cluster(8, {.keys = Keys::used});
    cluster.set_tags("n2", {{"role", "primary"}});
    const auto is_known = [&] {
        for (const std::string& host : cluster.running_hosts())
            if (cluster.member_at(host, "n2")->identity.tags.count("role") == 0) return false;
        return true;
    };
    CHECK(cluster.run_until(is_known, 2 * cluster.config().round));
}

TEST_CASE("two halves with keys find each other again", "[keys]") {
    SettledCluster cluster(10, {.keys = Keys::used});
    cluster.part(Cluster::hosts(1, 5), Cluster::hosts(6, 10));
    cluster.run_for(5 * cluster.config().fail_after);
    cluster.heal();
    CHECK(cluster.comes_to_agree_within(100));
}

/// One after the other, and one is killed in the middle.
void move_to(SettledCluster& cluster, Keys keys, const std::string& killed) {
    const Duration pause = cluster.config().round / 3;
    const std::vector<std::string> hosts = cluster.running_hosts();
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        cluster.run_for(pause);
        if (i == hosts.size() / 2) {
            cluster.crash(killed);
            CHECK(cluster.comes_to_hold(killed, MemberState::failed, cluster.config().round));
        }
        if (hosts[i] != killed) cluster.use_keys(hosts[i], keys);
    }
    CHECK(cluster.comes_to_agree_within(20));
}

TEST_CASE("a cluster moves to keys and back while members die", "[keys]") {
    SettledCluster cluster(16);

    move_to(cluster, Keys::offered, "n3");
    move_to(cluster, Keys::preferred, "n5");
    move_to(cluster, Keys::used, "n7");
    CHECK(cluster.status_of("n1").counters.unproven == 0);
    move_to(cluster, Keys::preferred, "n9");
    move_to(cluster, Keys::offered, "n11");
    move_to(cluster, Keys::none, "n13");

    CHECK(cluster.checkers().false_verdict_count() == 0);
    // It died before it had any, so it is listed no more once they are required.
    for (const Record& record : cluster.journal().of(EventKind::forgotten))
        CHECK(record.event.subject.name == "n3");
    for (const std::string& host : cluster.running_hosts())
        CHECK(cluster.status_of(host).counters.mistakes == 0);
}

TEST_CASE("new marks disturb nobody", "[keys][long]") {
    const FewMarks few;
    SettledCluster cluster(12, {.keys = Keys::used});
    // Some 150 rounds each.
    cluster.run_for(500 * cluster.config().round);

    CHECK(cluster.checkers().false_verdict_count() == 0);
    CHECK(cluster.all_agree());
    CHECK(cluster.member_at("n1", "n2")->identity.tags_version > 1);
    CHECK(cluster.status_of("n1").counters.mistakes == 0);
    cluster.crash("n7");
    CHECK(cluster.comes_to_hold("n7", MemberState::failed, cluster.config().round));
}

}  // namespace
}  // namespace hearsay::simulation

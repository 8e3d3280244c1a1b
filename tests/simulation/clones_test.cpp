// Processes that are copied, run beside themselves, and go back to what they were.

#include <string>

#include "simulation/audit.hpp"
#include "simulation/liveness.hpp"
#include "simulation/play.hpp"
#include "simulation/recording.hpp"
#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

/// Five that have settled, of which n3 can be copied.
class CopiedCluster : public SettledCluster {
  public:
    CopiedCluster() : SettledCluster(5, {.copied = {"n3"}}) {}

    [[nodiscard]] Heartbeat heartbeat_of(const std::string& host) const {
        return status_of(host).heartbeat;
    }
};

TEST_CASE("a recorded detector is made again, with all that it knows", "[clones]") {
    CopiedCluster cluster;
    cluster.set_tags("n2", {{"role", "primary"}});
    cluster.set_tags("n3", {{"role", "backup"}});
    cluster.power_off("n4");
    cluster.run_for(10s);
    const Process& process = cluster.process("n3");

    const Detector copy = process.snapshot().recording.replay();

    const Detector& original = process.detector();
    const Instant now = process.now();
    CHECK(copy.self() == original.self());
    CHECK(copy.heartbeat() == original.heartbeat());
    CHECK(copy.next_deadline() == original.next_deadline());
    CHECK(copy.status(now).digest == original.status(now).digest);
    CHECK(copy.status(now).counters.bytes_sent == original.status(now).counters.bytes_sent);
    CHECK(copy.status(now).counters.bytes_received == original.status(now).counters.bytes_received);
    REQUIRE(copy.members(now).size() == 5);
    for (const Member& member : original.members(now)) {
        const auto copied = copy.member(member.identity.name, now);
        CHECK(copied->identity == member.identity);
        CHECK(copied->state == member.state);
        CHECK(copied->heartbeat == member.heartbeat);
        CHECK(copied->silence == member.silence);
    }
}

TEST_CASE("a member that did something before does the same again as a copy", "[clones]") {
    CopiedCluster cluster;
    static_cast<void>(cluster.forget("n3", "n5", Force::used));
    cluster.run_for(3s);
    cluster.leave("n3");

    const Detector copy = cluster.process("n3").snapshot().recording.replay();

    CHECK(copy.forgetting().has_value());
    CHECK(copy.leaving().has_value());
}

TEST_CASE("a clone is the same life at another host, and the original goes on", "[clones]") {
    CopiedCluster cluster;
    const Process& original = cluster.process("n3");
    const Heartbeat before = cluster.heartbeat_of("n3");

    cluster.clone("c3", "n3");

    const Process& copy = cluster.process("c3");
    CHECK(copy.self() == original.self());
    CHECK(copy.detector().self().incarnation == original.detector().self().incarnation);
    CHECK(copy.detector().self().endpoint == original.address());
    CHECK(copy.address() != original.address());
    CHECK(copy.now() == original.now());
    CHECK(cluster.heartbeat_of("c3") == before);
    CHECK(cluster.members_at("c3").size() == 5);
    cluster.run_for(100ms);
    CHECK(original.is_running());
    CHECK(copy.is_running());
}

TEST_CASE("a clone hears answers to what it says itself", "[clones]") {
    CopiedCluster cluster;
    cluster.clone("c3", "n3");
    const std::uint64_t before = cluster.status_of("c3").counters.bytes_received;

    cluster.run_for(5s);

    CHECK(cluster.traffic_of("c3").bytes > 0);
    CHECK(cluster.status_of("c3").counters.bytes_received > before);
}

TEST_CASE("a clone of a snapshot is as old, and the time since was a pause", "[clones]") {
    CopiedCluster cluster;
    const Heartbeat kept = cluster.heartbeat_of("n3");
    cluster.snapshot("n3");
    cluster.set_tags("n3", {{"role", "primary"}});
    cluster.run_for(20s);

    cluster.clone("c3", "n3");

    CHECK(cluster.heartbeat_of("c3") == kept);
    CHECK(cluster.process("c3").detector().self().tags.empty());
    cluster.run_for(1s);
    CHECK(cluster.status_of("c3").counters.stalls == 1);
    CHECK(cluster.status_of("c3").counters.last_stall >= 19s);
}

TEST_CASE("the latest snapshot counts, also of a dead member", "[clones]") {
    CopiedCluster cluster;
    cluster.snapshot("n3");
    cluster.run_for(2s);
    cluster.snapshot("n3");
    const Heartbeat kept = cluster.heartbeat_of("n3");
    cluster.run_for(2s);
    cluster.crash("n3");

    CHECK(cluster.can_clone("n3"));
    CHECK_FALSE(cluster.can_clone("n2"));
    cluster.clone("c3", "n3");

    CHECK(cluster.heartbeat_of("c3") == kept);
}

TEST_CASE("a clone that is started again is another life of that name", "[clones]") {
    CopiedCluster cluster;
    cluster.clone("c3", "n3");
    const LifeId life = cluster.process("c3").self().life;
    cluster.crash("c3");

    cluster.restart("c3");

    CHECK(cluster.process("c3").self().name == "n3");
    CHECK(cluster.process("c3").self().life != life);
    CHECK(cluster.process("c3").self().endpoint == cluster.process("c3").address());
}

TEST_CASE("a machine that is restored has its old heartbeat and is the same life", "[clones]") {
    CopiedCluster cluster;
    cluster.snapshot("n3");
    const Heartbeat kept = cluster.heartbeat_of("n3");
    const LifeId life = cluster.process("n3").self().life;
    cluster.run_for(20s);
    CHECK(cluster.heartbeat_of("n3") > kept);

    cluster.restore("n3");

    CHECK(cluster.heartbeat_of("n3") == kept);
    CHECK(cluster.process("n3").self().life == life);
    CHECK(cluster.running_hosts().size() == 5);
    cluster.run_for(30s);
    CHECK(cluster.all_agree());
}

TEST_CASE("a machine that is down can be restored, and what nobody kept cannot", "[clones]") {
    CopiedCluster cluster;
    cluster.snapshot("n3");
    cluster.power_off("n3");
    cluster.run_for(1s);

    CHECK(cluster.has_snapshot("n3"));
    CHECK_FALSE(cluster.has_snapshot("n2"));
    cluster.restore("n3");

    CHECK(cluster.process("n3").is_running());
}

TEST_CASE("a script copies whom it names, and skips what makes no sense", "[clones]") {
    const auto script = parse(
        "nodes 5\nuntil 30s\n"
        "5s restore n3\n"
        "6s snapshot n3,n9\n"
        "7s clone n2 name n3\n"
        "7s clone c2 name nobody\n"
        "8s clone c3 name n3\n"
        "8s clone c5 name n5\n"
        "9s crash c5\n"
        "10s restore n3\n");
    REQUIRE(script);
    CHECK(options_of(script.value()).copied == std::set<std::string>{"n3", "n5", "n9", "nobody"});

    const auto cluster = run(script.value());

    CHECK(cluster->running_hosts() == Hosts{"n1", "n2", "n3", "n4", "n5"});
    CHECK(cluster->can_clone("n3"));
    CHECK_FALSE(cluster->process("c3").is_running());
}

TEST_CASE("a restored member begins to listen anew, and is given as long as a newcomer",
          "[clones]") {
    const auto script = parse(
        "nodes 4\nprofile wan\nuntil 40s\n17s snapshot n4\n17s power-off n3\n22s restore n4\n");
    REQUIRE(script);
    Cluster cluster(options_of(script.value()));
    Liveness liveness(cluster, script.value());
    const std::array<Spectator*, 1> spectators{&liveness};

    CHECK_NOTHROW(play(script.value(), cluster, spectators));

    CHECK(cluster.everyone_holds("n3", MemberState::failed));
}

TEST_CASE("a clone that begins while a cluster is cut in two is on both sides", "[clones]") {
    const auto accuracy = [](const std::string& text) {
        const auto script = parse("nodes 4\n" + text);
        REQUIRE(script);
        return options_of(script.value()).accuracy;
    };

    CHECK(accuracy("1s part n1,n2 | n3,n4\n2s clone c1 name n1\n") == Accuracy::counted);
    CHECK(accuracy("1s clone c1 name n1\n2s part n1,n2 | n3,n4\n") == Accuracy::counted);
    CHECK(accuracy("1s clone c1 name n1\n2s half-cut n1,n2,c1 | n3,n4\n") == Accuracy::promised);
    CHECK(accuracy("1s part n1,n2 | n3,n4\n2s heal\n3s clone c1 name n1\n") == Accuracy::promised);
}

TEST_CASE("agreement is not promised while a clone that nobody meets runs, and is again after",
          "[clones][long]") {
    const auto slowest_agreement = [](const std::string& end) {
        const auto script =
            parse("nodes 8\nuntil 2m\n20s clone c3 name n3\n20s path c3 <> n3 cut\n" + end);
        REQUIRE(script);
        Cluster cluster(options_of(script.value()));
        Liveness liveness(cluster, script.value());
        Audit audit(cluster);
        const std::array<Spectator*, 2> spectators{&liveness, &audit};
        play(script.value(), cluster, spectators);
        return liveness.slowest_agreement();
    };

    CHECK(slowest_agreement("") == slowest_agreement("25s power-off n8\n"));
    CHECK(slowest_agreement("30s crash c3\n31s heal\n60s power-off n8\n") > slowest_agreement(""));
}

}  // namespace
}  // namespace hearsay::simulation

#include <algorithm>

#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Everybody on everybody: what a full start-up tells.
std::size_t pairs(std::size_t count) {
    return count * (count - 1);
}

TEST_CASE("all who start at once through one seed see each other soon", "[lifecycle][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 1, 2, 5, 16, 64);
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(size, seed);
    Cluster cluster({.seed = seed});

    cluster.start(size);

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, seconds{1}));
    cluster.run_for(seconds{10});
    CHECK(cluster.journal().of(EventKind::joined).size() == pairs(size));
    CHECK(cluster.journal().of(EventKind::failed).empty());
}

TEST_CASE("those who start before their seed find it when it is there", "[lifecycle]") {
    Cluster cluster({});

    for (const std::string& host : Cluster::hosts(2, 5)) {
        cluster.start({.host = host});
        cluster.run_for(seconds{3});
    }
    CHECK(cluster.status_of("n2").is_alone);
    CHECK(cluster.journal().of(EventKind::alone, "n2").size() == 1);
    cluster.start({.host = "n1"});

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, 12 * cluster.config().round));
}

TEST_CASE("a seed that is oneself, and one that never answers, do no harm", "[lifecycle]") {
    Cluster cluster({});

    cluster.start({.host = "n1", .seeds = {"n1", "nowhere"}});
    cluster.start({.host = "n2", .seeds = {"n2", "nowhere", "n1"}});

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, seconds{2}));
}

TEST_CASE("a newcomer is known to everyone soon", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 32);
    CAPTURE(size);
    SettledCluster cluster(size);

    cluster.start({.host = "late", .seeds = {"n3"}});

    CHECK(cluster.comes_to_agree_within(2));
}

TEST_CASE("a restart at once at the same address is one event and one row", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16, 64);
    CAPTURE(size);
    SettledCluster cluster(size);
    const Instant crash = cluster.now();

    cluster.crash("n2");
    cluster.restart("n2");

    CHECK(cluster.comes_to_agree_within(5));
    cluster.run_for(seconds{10});
    CHECK(cluster.journal().of(EventKind::restarted, "n2", crash).size() == size - 1);
    CHECK(cluster.journal().of(EventKind::failed, crash).empty());
    for (const std::string& host : Cluster::hosts(1, size))
        CHECK(cluster.members_at(host).size() == size);
}

TEST_CASE("a restart after the failure was seen is one event and one row", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 32);
    CAPTURE(size);
    SettledCluster cluster(size);
    cluster.crash("n2");
    cluster.run_for(seconds{10});
    const Instant restart = cluster.now();

    cluster.restart("n2");

    CHECK(cluster.comes_to_hold("n2", MemberState::alive, seconds{1}));
    cluster.run_for(seconds{10});
    CHECK(cluster.journal().of(EventKind::restarted, "n2", restart).size() == size - 1);
    CHECK(cluster.journal().of(EventKind::joined, "n2", restart).empty());
    CHECK(cluster.members_at("n1").size() == size);
}

TEST_CASE("a restart with a clock set back comes in all the same", "[lifecycle]") {
    const auto outage = GENERATE(as<milliseconds>{}, milliseconds{100}, seconds{10}, seconds{90});
    CAPTURE(outage.count());
    SettledCluster cluster(5);
    cluster.crash("n2");
    cluster.run_for(outage);

    cluster.restart("n2", -std::chrono::hours{24});

    CHECK(cluster.comes_to_hold("n2", MemberState::alive, seconds{2}));
    CHECK(cluster.process("n2").is_running());
}

TEST_CASE("everybody restarts at once and all find each other", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 32);
    const auto pause = GENERATE(as<milliseconds>{}, milliseconds{50}, seconds{3});
    CAPTURE(size, pause.count());
    SettledCluster cluster(size);

    for (const std::string& host : Cluster::hosts(1, size))
        cluster.crash(host);
    cluster.run_for(pause);
    for (const std::string& host : Cluster::hosts(1, size))
        cluster.restart(host);

    CHECK(cluster.comes_to_agree_within(10));
    cluster.run_for(seconds{10});
    CHECK(cluster.all_agree());
}

TEST_CASE("a cluster restarted one by one stays one cluster", "[lifecycle]") {
    SettledCluster cluster(5);
    const Instant before = cluster.now();

    for (const std::string& host : Cluster::hosts(1, 5)) {
        cluster.leave(host);
        cluster.run_for(milliseconds{500});
        cluster.restart(host);
        CHECK(cluster.comes_to_agree_within(5));
    }

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
    CHECK(cluster.journal().of(EventKind::alone, before).empty());
}

TEST_CASE("a member that leaves has left everywhere and is never failed", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16, 64);
    CAPTURE(size);
    SettledCluster cluster(size);
    const Instant before = cluster.now();

    cluster.leave("n2");
    cluster.run_for(cluster.config().leave_timeout);

    CHECK_FALSE(cluster.process("n2").is_running());
    const auto leaving = cluster.process("n2").detector().leaving();
    REQUIRE(leaving.has_value());
    CHECK(leaving->confirmed >= std::min<std::size_t>(3, size / 2));
    CHECK(cluster.comes_to_hold("n2", MemberState::left, cluster.config().round));
    cluster.run_for(seconds{10});
    CHECK(cluster.journal().of(EventKind::left, "n2", before).size() == size - 1);
    CHECK(cluster.journal().of(EventKind::failed, "n2", before).empty());
}

TEST_CASE("a member that leaves as soon as it came has left and is never failed",
          "[lifecycle][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16);
    const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{51}));
    CAPTURE(size, seed);
    // From before its introduction has arrived until after everybody has heard of it.
    const Path path{.delay = milliseconds{10}, .spread = milliseconds{9}};
    SettledCluster cluster(size, {.seed = seed, .path = path});

    cluster.start({.host = "hasty", .seeds = {"n1", "n2"}});
    cluster.run_for(seed * milliseconds{1});
    cluster.leave("hasty");
    cluster.run_for(seconds{5});

    CHECK_FALSE(cluster.process("hasty").is_running());
    CHECK(cluster.journal().of(EventKind::failed, "hasty").empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("a member that leaves holds nobody for failed because it is not answered any more",
          "[lifecycle]") {
    SettledCluster cluster(4);
    const Instant before = cluster.now();

    cluster.freeze("n3");
    cluster.freeze("n4");
    cluster.leave("n1");
    cluster.run_for(cluster.config().leave_timeout);

    CHECK_FALSE(cluster.process("n1").is_running());
    const auto failed = cluster.journal().of(EventKind::failed, before);
    CHECK(std::none_of(failed.begin(), failed.end(),
                       [](const Record& record) { return record.observer == "n1"; }));
}

// One whose goodbye is still under way when its process ends may be waited for, until R9 tells of
// the refusal.
TEST_CASE("hardly anybody who leaves waits for one that leaves as well", "[lifecycle]") {
    const Path path{.delay = milliseconds{20}, .spread = milliseconds{19}};
    std::size_t late = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SettledCluster cluster(5, {.seed = seed, .path = path});
        for (const std::string& host : Cluster::hosts(1, 5)) {
            cluster.leave(host);
            cluster.run_for(milliseconds{5});
        }
        const auto are_gone = [&] { return cluster.running_hosts().empty(); };
        if (cluster.run_until(are_gone, cluster.config().round)) continue;
        ++late;
        CHECK(cluster.run_until(are_gone, cluster.config().leave_timeout));
    }
    CHECK(late <= 2);
}

TEST_CASE("a leave gets through though every tenth segment is lost", "[lifecycle]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(seed);
    SettledCluster cluster(
        16, {.seed = seed, .config = Config::lan(), .path = {.loss_per_mille = 100}});
    const Instant before = cluster.now();

    cluster.leave("n2");
    cluster.run_for(cluster.config().leave_timeout);

    CHECK(cluster.comes_to_hold("n2", MemberState::left, cluster.config().round));
    cluster.run_for(seconds{60});
    CHECK(cluster.journal().of(EventKind::failed, "n2", before).empty());
}

TEST_CASE("half of the members leave at once", "[lifecycle]") {
    SettledCluster cluster(16);
    const Instant before = cluster.now();

    for (const std::string& host : Cluster::hosts(9, 16))
        cluster.leave(host);
    cluster.run_for(seconds{10});

    CHECK(cluster.running_hosts().size() == 8);
    CHECK(cluster.all_agree());
    CHECK(cluster.journal().of(EventKind::failed, before).empty());
}

TEST_CASE("the last one to leave does not wait for anybody", "[lifecycle]") {
    Cluster cluster({});
    cluster.start(1);
    cluster.run_for(seconds{3});

    cluster.leave("n1");
    cluster.run_for(cluster.config().round);

    CHECK(cluster.running_hosts().empty());
}

TEST_CASE("a node of another cluster stays alone", "[lifecycle]") {
    SettledCluster cluster(5);

    cluster.start({.host = "stranger", .cluster = "elsewhere"});
    cluster.run_for(seconds{30});

    CHECK(cluster.members_at("stranger").size() == 1);
    CHECK(cluster.status_of("stranger").is_alone);
    CHECK(cluster.nobody_lists("stranger"));
    const auto foreign = static_cast<std::size_t>(DecodeError::foreign_cluster);
    CHECK(cluster.status_of("n1").counters.rejected.at(foreign) > 0);
}

TEST_CASE("of two with one name the later one stops and the older goes on", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 1, 5, 32);
    // The seed itself, or somebody the seed knows.
    const std::string bearer = size == 1 ? "n1" : GENERATE(as<std::string>{}, "n1", "n3");
    // Where others know the bearer, a newcomer whose clock is behind has no better claim.
    const Duration clock_error = size == 1 ? Duration::zero() : -std::chrono::hours{1};
    CAPTURE(size, bearer);
    SettledCluster cluster(size);
    const LifeId older = cluster.process(bearer).self().life;

    cluster.start({.host = "impostor", .name = bearer, .clock_error = clock_error});
    cluster.run_for(seconds{5});

    CHECK(cluster.process(bearer).is_running());
    CHECK(cluster.process(bearer).self().life == older);
    CHECK_FALSE(cluster.process("impostor").is_running());
    const auto& conflict = cluster.process("impostor").detector().name_conflict();
    REQUIRE(conflict.has_value());
    CHECK(conflict->life == older);
    CHECK(cluster.everyone_holds(bearer, MemberState::alive));
    CHECK(cluster.members_at("n1").size() == size);
}

TEST_CASE("a name moves to another address once its bearer is gone", "[lifecycle]") {
    SettledCluster cluster(5);
    cluster.crash("n3");
    cluster.run_for(seconds{5});

    cluster.start({.host = "elsewhere", .name = "n3"});

    CHECK(cluster.comes_to_hold("n3", MemberState::alive, seconds{3}));
    CHECK(cluster.process("elsewhere").is_running());
}

TEST_CASE("changed tags reach everybody", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 64);
    CAPTURE(size);
    SettledCluster cluster(size);
    const Tags tags{{"role", "primary"}, {"rack", "7"}};

    cluster.set_tags("n2", tags);

    const auto is_known_everywhere = [&] {
        const auto hosts = cluster.running_hosts();
        return std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
            return cluster.member_at(host, "n2")->identity.tags == tags;
        });
    };
    CHECK(cluster.run_until(is_known_everywhere, cluster.config().round));
}

TEST_CASE("to forget a failed member removes it everywhere, for good", "[lifecycle][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 32);
    CAPTURE(size);
    SettledCluster cluster(size);
    CHECK(cluster.forget("n1", "n4") == ForgetOutcome::still_alive);
    CHECK(cluster.forget("n1", "nobody") == ForgetOutcome::unknown_member);
    cluster.crash("n4");
    cluster.run_for(seconds{3});

    CHECK(cluster.forget("n1", "n4") == ForgetOutcome::done);

    CHECK(cluster.run_until([&] { return cluster.nobody_lists("n4"); }, seconds{1}));
    cluster.run_for(minutes{2});
    CHECK(cluster.nobody_lists("n4"));
    CHECK(cluster.process("n1").detector().forgetting()->confirmed > 0);
}

TEST_CASE("a failed member is forgotten in time, everywhere and for good", "[lifecycle][long]") {
    SettledCluster cluster(16);
    cluster.crash("n4");
    cluster.run_for(seconds{5});
    CHECK(cluster.everyone_holds("n4", MemberState::failed));

    cluster.run_for(cluster.config().forget_after);

    CHECK(cluster.nobody_lists("n4"));
    cluster.run_for(minutes{15});
    CHECK(cluster.nobody_lists("n4"));
}

TEST_CASE("a member that was forgotten comes back as a new life", "[lifecycle]") {
    SettledCluster cluster(5);
    cluster.crash("n4");
    cluster.run_for(cluster.config().forget_after + seconds{5});

    cluster.restart("n4");

    CHECK(cluster.comes_to_hold("n4", MemberState::alive, seconds{2}));
}

TEST_CASE("a member frozen until it was forgotten comes back by itself", "[lifecycle]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16);
    CAPTURE(size);
    SettledCluster cluster(size);
    cluster.freeze("n2");
    cluster.run_for(cluster.config().forget_after + seconds{10});
    CHECK(cluster.nobody_lists("n2"));

    cluster.thaw("n2");

    CHECK(cluster.comes_to_agree_within(10));
}

}  // namespace
}  // namespace hearsay::simulation

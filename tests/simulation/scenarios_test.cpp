#include <algorithm>
#include <map>

#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("one crash is known to everyone in time, and nobody else is suspected", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 3, 5, 16, 32, 64);
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(size, seed);
    SettledCluster cluster(size, {.seed = seed});
    const Instant crash = cluster.now();

    cluster.crash("n2");

    CHECK(cluster.comes_to_hold("n2", MemberState::failed, cluster.detection_bound()));
    cluster.run_for(seconds{5});
    CHECK(cluster.journal().of(EventKind::failed, crash).size() == size - 1);
    CHECK(cluster.journal().of(EventKind::suspected, crash).size() ==
          cluster.journal().of(EventKind::suspected, "n2", crash).size());
}

TEST_CASE("a machine that goes silent is known to everyone in time", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 32);
    CAPTURE(size);
    SettledCluster cluster(size);

    cluster.power_off("n2");

    CHECK(cluster.comes_to_hold("n2", MemberState::failed, cluster.detection_bound()));
    CHECK(cluster.comes_to_agree_within(1));
}

TEST_CASE("nobody is ever suspected while nothing happens", "[scenarios][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16, 32, 64);
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2);
    CAPTURE(size, seed);
    SettledCluster cluster(size, {.seed = seed});

    cluster.run_for(seconds{30});

    CHECK(cluster.journal().of(EventKind::suspected).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("a paused node is failed, is back within a second and accuses nobody", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16, 64);
    CAPTURE(size);
    SettledCluster cluster(size);

    cluster.freeze("n2");
    CHECK(cluster.comes_to_hold("n2", MemberState::failed, cluster.detection_bound()));
    cluster.run_for(seconds{9});
    const Instant thaw = cluster.now();
    cluster.thaw("n2");

    CHECK(cluster.comes_to_hold("n2", MemberState::alive, seconds{1}));
    cluster.run_for(seconds{10});
    const Status status = cluster.status_of("n2");
    CHECK(status.counters.stalls == 1);
    CHECK(status.counters.accusations_made == 0);
    CHECK(status.counters.last_stall >= seconds{9});
    CHECK(cluster.journal().of(EventKind::stalled, "n2", thaw).size() == 1);
    CHECK(cluster.journal().of(EventKind::suspected, thaw).empty());
    CHECK(cluster.journal().of(EventKind::failed, thaw).empty());
}

TEST_CASE("a pause shorter than fail_after fails nobody", "[scenarios]") {
    const auto pause = GENERATE(as<milliseconds>{}, milliseconds{300}, milliseconds{700});
    CAPTURE(pause.count());
    SettledCluster cluster(16);
    const Instant before = cluster.now();

    cluster.freeze("n7");
    cluster.run_for(pause);
    cluster.thaw("n7");
    cluster.run_for(seconds{5});

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("everybody pauses at once and nobody is failed", "[scenarios]") {
    SettledCluster cluster(16);
    const Instant before = cluster.now();

    for (const std::string& host : Cluster::hosts(1, 16))
        cluster.freeze(host);
    cluster.run_for(seconds{60});
    for (const std::string& host : Cluster::hosts(1, 16))
        cluster.thaw(host);
    cluster.run_for(seconds{10});

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
    CHECK(cluster.journal().of(EventKind::stalled, before).size() == 16);
    CHECK(cluster.all_agree());
}

TEST_CASE("a node back from a long pause brings no dead back", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    CAPTURE(size);
    SettledCluster cluster(size);
    cluster.freeze("n2");
    cluster.crash("n3");
    cluster.run_for(cluster.config().forget_after + seconds{10});
    const Instant thaw = cluster.now();

    cluster.thaw("n2");
    cluster.start({.host = "late", .seeds = {"n2"}});

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, 4 * cluster.config().fail_after));
    CHECK(cluster.journal().of(EventKind::joined, "n3", thaw).empty());
    CHECK_FALSE(cluster.state_at("late", "n3").has_value());
}

TEST_CASE("halves parted for longer than forget_after heal to one view", "[scenarios][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 4, 16, 32);
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(size, seed);
    SettledCluster cluster(size, {.seed = seed});

    cluster.part(Cluster::hosts(1, size / 2), Cluster::hosts(size / 2 + 1, size));
    cluster.run_for(cluster.config().forget_after + seconds{10});
    const std::string last = "n" + std::to_string(size);
    CHECK_FALSE(cluster.state_at("n1", last).has_value());
    cluster.heal();

    CHECK(cluster.comes_to_agree_within(10));
}

TEST_CASE("a short partition heals to one view", "[scenarios]") {
    const auto length = GENERATE(as<milliseconds>{}, milliseconds{500}, seconds{2}, seconds{20});
    CAPTURE(length.count());
    SettledCluster cluster(16);

    cluster.part(Cluster::hosts(1, 8), Cluster::hosts(9, 16));
    cluster.run_for(length);
    cluster.heal();

    CHECK(cluster.comes_to_agree_within(10));
}

TEST_CASE("those who died behind a partition stay dead when it heals", "[scenarios]") {
    SettledCluster cluster(16);
    cluster.part(Cluster::hosts(1, 8), Cluster::hosts(9, 16));
    cluster.run_for(milliseconds{500});

    cluster.crash("n12");
    cluster.crash("n3");
    cluster.run_for(seconds{20});
    cluster.heal();

    CHECK(cluster.comes_to_agree_within(10));
    const Instant healed = cluster.now();
    cluster.run_for(seconds{90});
    CHECK(cluster.journal().of(EventKind::recovered, "n12", healed).empty());
    CHECK(cluster.journal().of(EventKind::joined, healed).empty());
}

TEST_CASE("one bad link convicts nobody", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    const Path bad = GENERATE(Path{.is_cut = true}, Path{.loss_per_mille = 800},
                              Path{.delay = seconds{2}, .spread = seconds{1}});
    CAPTURE(size, bad.is_cut, bad.loss_per_mille, bad.delay.count());
    SettledCluster cluster(size);
    const Instant before = cluster.now();

    cluster.set_path("n2", "n3", bad);
    cluster.run_for(seconds{60});

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("a link that is cut one way convicts nobody", "[scenarios]") {
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    CAPTURE(size);
    SettledCluster cluster(size);
    const Instant before = cluster.now();

    cluster.set_path_one_way("n2", "n3", {.is_cut = true});
    cluster.run_for(seconds{60});

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("a node that falls silent for everybody but one is still heard of", "[scenarios]") {
    SettledCluster cluster(5);
    const Instant before = cluster.now();

    cluster.part({"n3"}, {"n1", "n2", "n5"});
    cluster.run_for(seconds{30});

    CHECK(cluster.journal().of(EventKind::failed, before).empty());
}

TEST_CASE("segments lost everywhere convict nobody", "[scenarios]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(seed);
    SettledCluster cluster(
        16, {.seed = seed, .config = Config::lan(), .path = {.loss_per_mille = 100}});

    cluster.run_for(std::chrono::minutes{5});

    CHECK(cluster.journal().of(EventKind::failed).empty());
}

TEST_CASE("the dead are found though all their observers died with them", "[scenarios]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(seed);
    SettledCluster cluster(32, {.seed = seed});
    const Process& asked = cluster.process("n1");
    const auto explanation = asked.detector().explain("n9", asked.now());
    REQUIRE(explanation.has_value());
    std::vector<std::string> doomed = explanation->observers;
    REQUIRE(doomed.size() >= 3);
    doomed.emplace_back("n9");

    for (const std::string& host : doomed)
        cluster.crash(host);

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, 4 * cluster.config().fail_after));
}

TEST_CASE("ten crashes at once are found in time and told as one change", "[scenarios]") {
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(seed);
    SettledCluster cluster(32, {.seed = seed});
    const Instant crash = cluster.now();

    for (const std::string& host : Cluster::hosts(11, 20))
        cluster.crash(host);

    CHECK(cluster.run_until([&] { return cluster.all_agree(); },
                            cluster.detection_bound() + milliseconds{500}));
    std::map<std::string, std::pair<Instant, Instant>> told;
    for (const Record& record : cluster.journal().of(EventKind::failed, crash)) {
        told.try_emplace(record.observer, record.at, record.at).first->second.second = record.at;
    }
    REQUIRE(told.size() == 22);
    Duration longest{};
    for (const auto& [observer, span] : told)
        longest = std::max(longest, span.second - span.first);
    CHECK(longest <= milliseconds{100});
}

TEST_CASE("a flapping member is held down", "[scenarios]") {
    SettledCluster cluster(5);
    const Instant before = cluster.now();

    constexpr int flap_count = 30;
    for (int flap = 0; flap < flap_count; ++flap) {
        cluster.freeze("n3");
        cluster.run_for(seconds{2});
        cluster.thaw("n3");
        cluster.run_for(milliseconds{500});
    }

    const std::size_t told = cluster.journal().of(EventKind::failed, "n3", before).size();
    CHECK(told >= 4);
    CHECK(told <= 4 * 6);
    CHECK(cluster.comes_to_hold("n3", MemberState::alive, std::chrono::minutes{20}));
}

TEST_CASE("most die at once and the rest soon agree on it", "[scenarios]") {
    const auto dead = GENERATE(as<std::size_t>{}, 20, 30, 36);
    const auto seed = GENERATE(as<std::uint64_t>{}, 1, 2, 3);
    CAPTURE(dead, seed);
    SettledCluster cluster(40, {.seed = seed});

    for (const std::string& host : Cluster::hosts(41 - dead, 40))
        cluster.crash(host);

    // A member behind several dead neighbours is found in so many steps more.
    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, 5 * cluster.config().fail_after));
}

TEST_CASE("the same seed and story give the same bytes, another seed gives others", "[scenarios]") {
    const auto fingerprint = [](std::uint64_t seed) {
        SettledCluster cluster(16, {.seed = seed, .path = {.loss_per_mille = 50}});
        cluster.crash("n5");
        cluster.freeze("n6");
        cluster.run_for(seconds{5});
        cluster.thaw("n6");
        cluster.restart("n5");
        cluster.run_for(seconds{5});
        return cluster.network().fingerprint();
    };

    CHECK(fingerprint(7) == fingerprint(7));
    CHECK(fingerprint(7) != fingerprint(8));
}

}  // namespace
}  // namespace hearsay::simulation

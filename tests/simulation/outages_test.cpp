// Members that are cut off, frozen or suspended for a while, and what they find when they are back.

#include <algorithm>
#include <string>

#include "simulation/filler.hpp"
#include "simulation/script.hpp"
#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

/// One way of being away.
enum class Outage : std::uint8_t { cut, frozen, suspended };

/// Of whom "n3" will be away.
class StruckCluster : public SettledCluster {
  public:
    StruckCluster(std::size_t count, Profile profile, std::uint64_t seed)
        : SettledCluster(
              count, {.seed = seed, .config = config_of(profile), .accuracy = Accuracy::counted}) {}

    void strike(Outage outage) {
        if (outage == Outage::frozen) freeze("n3");
        if (outage == Outage::suspended) suspend("n3");
        if (outage == Outage::cut) part({"n3"}, others());
    }
    void end(Outage outage) {
        if (outage == Outage::frozen) thaw("n3");
        if (outage == Outage::suspended) wake("n3");
        if (outage == Outage::cut) heal();
    }
    /// So many `fail_after`.
    [[nodiscard]] Duration lapse(double count) const {
        return std::chrono::duration_cast<Duration>(count * config().fail_after);
    }

  private:
    [[nodiscard]] Hosts others() const {
        Hosts hosts = running_hosts();
        std::erase(hosts, "n3");
        return hosts;
    }
};

TEST_CASE("a cut of half of fail_after convicts nobody", "[outages][long]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    const auto seed = GENERATE(range<std::uint64_t>(1, 21));
    CAPTURE(size, seed);
    StruckCluster cluster(size, profile, seed);
    // Wherever in a round it begins.
    cluster.run_for(seed * cluster.config().round / 20);

    cluster.strike(Outage::cut);
    cluster.run_for(cluster.lapse(0.5));
    cluster.end(Outage::cut);
    cluster.run_for(cluster.lapse(5));

    CHECK(cluster.journal().of(EventKind::failed).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("a path between two that is cut for nearly fail_after convicts nobody", "[outages]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto seed = GENERATE(range<std::uint64_t>(1, 21));
    CAPTURE(seed);
    StruckCluster cluster(5, profile, seed);

    cluster.part({"n2"}, {"n3"});
    cluster.run_for(cluster.lapse(0.9));
    cluster.heal();
    cluster.run_for(cluster.lapse(5));

    CHECK(cluster.journal().of(EventKind::failed).empty());
}

TEST_CASE("a goodbye is heard by all though its sender was just cut off", "[outages]") {
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    const auto length = GENERATE(0.3, 0.5, 0.7);
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    const bool is_said_in_the_cut = GENERATE(true, false);
    CAPTURE(size, length, seed, is_said_in_the_cut);
    StruckCluster cluster(size, Profile::local, seed);

    cluster.strike(Outage::cut);
    cluster.run_for(cluster.lapse(length / 2));
    if (is_said_in_the_cut) cluster.leave("n3");
    cluster.run_for(cluster.lapse(length / 2));
    cluster.end(Outage::cut);
    if (!is_said_in_the_cut) cluster.leave("n3");
    cluster.run_for(cluster.config().leave_timeout);

    CHECK_FALSE(cluster.process("n3").is_running());
    CHECK(cluster.everyone_holds("n3", MemberState::left));
}

TEST_CASE("a member that was away is soon back, and no later for having been away for longer",
          "[outages]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto size = GENERATE(as<std::size_t>{}, 3, 5, 16);
    const auto away = GENERATE(4.0, 9.0, 20.0);
    CAPTURE(size, away);
    StruckCluster cluster(size, profile, 1);

    cluster.strike(Outage::cut);
    cluster.run_for(cluster.lapse(away));
    cluster.end(Outage::cut);

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, cluster.lapse(6)));
}

TEST_CASE("a member replaced while it was away stops, and its replacement goes on",
          "[outages][long]") {
    const auto outage = GENERATE(Outage::cut, Outage::frozen, Outage::suspended);
    const auto size = GENERATE(as<std::size_t>{}, 3, 4, 6, 32);
    const auto after = GENERATE(1.5, 30.0);
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    CAPTURE(static_cast<int>(outage), size, after, seed);
    StruckCluster cluster(size, Profile::local, seed);

    cluster.strike(outage);
    cluster.run_for(cluster.lapse(3));
    cluster.start({.host = "spare", .name = "n3"});
    if (outage == Outage::cut) cluster.part({"n3"}, {"spare"});
    cluster.run_for(cluster.lapse(after));
    cluster.end(outage);
    cluster.run_for(cluster.lapse(10));

    CHECK(cluster.process("spare").is_running());
    CHECK_FALSE(cluster.process("n3").is_running());
    CHECK(cluster.all_agree());
}

TEST_CASE("a machine that is put back to an earlier copy of it, beside itself, gives way",
          "[outages][long]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto size = GENERATE(as<std::size_t>{}, 3, 6, 32);
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    CAPTURE(size, seed);
    SettledCluster cluster(size, {.seed = seed, .config = config_of(profile), .copied = {"n3"}});

    cluster.snapshot("n3");
    cluster.run_for(20 * cluster.config().fail_after);
    cluster.clone("twin", "n3");
    cluster.run_for(20 * cluster.config().fail_after);

    CHECK(cluster.process("n3").is_running());
    CHECK_FALSE(cluster.process("twin").is_running());
    CHECK(cluster.journal().of(EventKind::failed).empty());
    CHECK(cluster.all_agree());
}

TEST_CASE("few that are left of many soon agree on it", "[outages][long]") {
    const auto [profile, size] = GENERATE(table<Profile, std::size_t>(
        {{Profile::local, 20}, {Profile::local, 32}, {Profile::local, 48}, {Profile::lan, 64}}));
    const auto left = GENERATE(as<std::size_t>{}, 2, 3);
    const auto seed = GENERATE(range<std::uint64_t>(1, 5));
    CAPTURE(size, left, seed);
    StruckCluster cluster(size, profile, seed);

    for (const std::string& host : Cluster::hosts(left + 1, size))
        seed % 2 == 0 ? cluster.crash(host) : cluster.power_off(host);

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, cluster.lapse(20)));
}

TEST_CASE("nobody is suspected where every path swallows what is long", "[outages][lanes]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 16);
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    CAPTURE(size, seed);
    StruckCluster cluster(size, profile, seed);

    cluster.set_default_path({.hole_bytes = 1100});
    for (const std::size_t bytes : {2000U, 2020U, 2040U}) {
        cluster.set_tags("n1", filled({}, bytes).value());
        cluster.run_for(cluster.lapse(5));
        cluster.set_tags("n2", filled({}, bytes).value());
        cluster.run_for(cluster.lapse(5));
    }

    CHECK(cluster.journal().of(EventKind::suspected).empty());
    cluster.heal();
    CHECK(cluster.comes_to_agree_within(50));
}

TEST_CASE("a node that hears nobody calls nobody alive and failed in turns", "[outages]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto size = GENERATE(range<std::size_t>(2, 7));
    CAPTURE(size);
    StruckCluster cluster(size, profile, 1);

    cluster.set_ingress("n2", {.is_cut = true});
    cluster.run_for(cluster.lapse(60));

    CHECK(cluster.journal().of(EventKind::recovered).empty());
}

TEST_CASE("a node that loses most of what it says or hears deceives nobody else",
          "[outages][long]") {
    const auto size = GENERATE(as<std::size_t>{}, 5, 8, 16);
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    const bool is_heard_badly = GENERATE(true, false);
    CAPTURE(size, seed, is_heard_badly);
    StruckCluster cluster(size, Profile::local, seed);
    const Path bad{.loss_per_mille = 800};

    is_heard_badly ? cluster.set_egress("n3", bad) : cluster.set_ingress("n3", bad);
    cluster.run_for(cluster.lapse(90));

    const auto failed = cluster.journal().of(EventKind::failed);
    CHECK(std::none_of(failed.begin(), failed.end(), [](const Record& record) {
        return record.observer != "n3" && record.event.subject.name != "n3";
    }));
}

TEST_CASE("halves whose connections are all cut in one direction part, and heal", "[outages]") {
    const auto profile = GENERATE(Profile::local, Profile::lan);
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    CAPTURE(seed);
    StruckCluster cluster(16, profile, seed);
    const auto one = Cluster::hosts(1, 8);
    const auto other = Cluster::hosts(9, 16);
    const auto hold_failed = [&](const Hosts& some, const Hosts& whom) {
        return std::all_of(some.begin(), some.end(), [&](const std::string& a) {
            return std::all_of(whom.begin(), whom.end(), [&](const std::string& b) {
                return cluster.state_at(a, b) == MemberState::failed;
            });
        });
    };

    cluster.half_cut(one, other);
    CHECK(cluster.run_until([&] { return hold_failed(one, other) && hold_failed(other, one); },
                            cluster.lapse(3)));
    cluster.heal();

    CHECK(cluster.run_until([&] { return cluster.all_agree(); }, cluster.lapse(5)));
}

}  // namespace
}  // namespace hearsay::simulation

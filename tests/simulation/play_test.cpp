// What the steps of a script do to a cluster.

#include "simulation/play.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "simulation/story.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

Script script_of(const std::string& text) {
    auto parsed = parse(text);
    if (!parsed) FAIL(parsed.error().line << ": " << parsed.error().problem);
    return parsed.value();
}

std::unique_ptr<Cluster> played(const std::string& text) {
    return run(script_of(text));
}

/// Notes who was heard by whom from some time on.
class Overhearer final : public Witness {
  public:
    explicit Overhearer(const Cluster& cluster) : cluster_(cluster) {}
    Overhearer(const Overhearer&) = delete;
    Overhearer& operator=(const Overhearer&) = delete;
    virtual ~Overhearer() = default;

    void see(const std::string& from, const std::string& to, std::span<const std::byte>) override {
        if (cluster_.now() >= since) ways.insert({host_of(from), host_of(to)});
    }
    [[nodiscard]] bool heard(const std::string& from, const std::string& to) const {
        return ways.contains({from, to});
    }

    Instant since = Instant::max();
    std::set<std::pair<std::string, std::string>> ways;

  private:
    /// Of "tcp://n1:7700".
    static std::string host_of(const std::string& endpoint) {
        return endpoint.substr(6, endpoint.find(':', 6) - 6);
    }

    const Cluster& cluster_;
};

TEST_CASE("a one-way partition lets the others be heard for a while", "[play]") {
    SettledCluster cluster(5);
    Overhearer overhearer(cluster);
    cluster.show_to(overhearer);

    cluster.part_one_way({"n1", "n2"}, {"n3", "n4", "n5"});
    cluster.run_for(5ms);
    overhearer.since = cluster.now();
    cluster.run_for(5s);

    for (const std::string from : {"n1", "n2"}) {
        for (const std::string to : {"n3", "n4", "n5"}) {
            CAPTURE(from, to);
            CHECK_FALSE(overhearer.heard(from, to));
            CHECK(overhearer.heard(to, from));
        }
    }
    CHECK(cluster.state_at("n1", "n3") == MemberState::failed);
    CHECK(cluster.state_at("n3", "n1") == MemberState::failed);
    cluster.heal();
    CHECK(cluster.comes_to_agree_within(50));
}

TEST_CASE("a half-cut leaves one direction of each path, now this one, now that one", "[play]") {
    SettledCluster cluster(8);
    Overhearer overhearer(cluster);
    cluster.show_to(overhearer);
    const auto one = Cluster::hosts(1, 4);
    const auto other = Cluster::hosts(5, 8);

    cluster.half_cut(one, other);
    cluster.run_for(5ms);
    overhearer.since = cluster.now();
    cluster.run_for(20s);

    std::size_t forth = 0;
    std::size_t back = 0;
    for (const std::string& a : one) {
        for (const std::string& b : other) {
            CAPTURE(a, b);
            CHECK_FALSE((overhearer.heard(a, b) && overhearer.heard(b, a)));
            forth += overhearer.heard(a, b) ? 1U : 0U;
            back += overhearer.heard(b, a) ? 1U : 0U;
        }
    }
    CHECK(forth > 0);
    CHECK(back > 0);
    CHECK(cluster.state_at("n1", "n5") == MemberState::failed);
    CHECK(cluster.state_at("n5", "n1") == MemberState::failed);
}

TEST_CASE("which ways a half-cut leaves follows from the seed", "[play]") {
    const auto fingerprint = [](const std::string& seed) {
        return played("seed " + seed + "\nnodes 6\nuntil 5s\n2s half-cut n1..n3 | n4..n6\n")
            ->network()
            .fingerprint();
    };

    CHECK(fingerprint("1") == fingerprint("1"));
    CHECK(fingerprint("1") != fingerprint("2"));
}

TEST_CASE("a node keeps its own settings, whenever it starts", "[play]") {
    const Script script = script_of(
        "nodes 3\nround 100ms\nnode n2..n4 profile lan\nnode n3 fail_after 9s\nuntil 10s\n"
        "1s start n4\n2s crash n2\n3s restart n2\n");
    CHECK(options_of(script).accuracy == Accuracy::counted);

    const auto cluster = run(script);

    const auto config = [&](const std::string& host) {
        return cluster->process(host).detector().config();
    };
    CHECK(config("n1").round == 100ms);
    CHECK(config("n1").fail_after == Config::local().fail_after);
    CHECK(config("n2").round == Config::lan().round);
    CHECK(config("n4").fail_after == Config::lan().fail_after);
    // The last line that names it, on top of the script's.
    CHECK(config("n3").round == 100ms);
    CHECK(config("n3").fail_after == 9s);
    CHECK(cluster->slowest().round == Config::lan().round);
    CHECK(cluster->slowest().fail_after == 9s);
    CHECK(cluster->all_agree());
}

TEST_CASE("a node that bears longer silence fails a dead machine later", "[play]") {
    const auto cluster = played("nodes 5\nnode n2 fail_after 4s\nuntil 10s\n5s power-off n4\n");

    const auto verdicts = cluster->journal().of(EventKind::failed, "n4");
    REQUIRE(verdicts.size() == 4);
    CHECK(verdicts.back().observer == "n2");
    CHECK(verdicts.back().at - verdicts.front().at > 2s);
}

TEST_CASE("own settings that are no times leave the promise", "[play]") {
    CHECK(options_of(script_of("nodes 3\nnode n2 ring_count 1 forget_after 2m\n")).accuracy ==
          Accuracy::promised);
    CHECK(options_of(script_of("nodes 3\nnode n2 round 100ms\n")).accuracy == Accuracy::counted);
}

TEST_CASE("a fast clock asks its seed more often, a slow one less", "[play]") {
    const auto questions = [](const std::string& drift) {
        const auto cluster = played(
            "nodes 2\nround 100ms\nuntil 10m\n0s crash n1\n"
            "0s clock n2 drift " +
            drift);
        return static_cast<double>(cluster->status_of("n2").counters.messages_sent);
    };
    const double right = questions("0ppm");
    REQUIRE(right > 500);

    CHECK(questions("100000ppm") == Approx(1.1 * right).epsilon(0.01));
    CHECK(questions("-100000ppm") == Approx(0.9 * right).epsilon(0.01));
}

TEST_CASE("clocks as wrong as cheap ones are fail nobody", "[play]") {
    const Script script = script_of(
        "nodes 8\nuntil 2m\n1s clock n1..n4 drift 500ppm\n1s clock n5..n8 drift -500ppm\n");
    CHECK(options_of(script).accuracy == Accuracy::promised);

    const auto cluster = run(script);

    CHECK(cluster->journal().of(EventKind::failed).empty());
    const Duration apart = (cluster->process("n1").now() - cluster->now()) -
                           (cluster->process("n5").now() - cluster->now());
    const auto fresh = played("nodes 8\nuntil 2m\n");
    const Duration before = fresh->process("n1").now() - fresh->process("n5").now();
    CHECK(apart - before == 119ms);
}

TEST_CASE("a turn is not missed because the clock began to drift", "[play]") {
    const auto cluster = played(
        "nodes 3\nuntil 30s\n5s clock n2 drift -100000ppm\n10s freeze n2\n"
        "10s clock n2 drift 100000ppm\n10100ms thaw n2\n20s clock n2 drift 0ppm\n");

    CHECK(cluster->all_agree());
    CHECK(cluster->journal().of(EventKind::failed).empty());
}

TEST_CASE("only by force is a live member forgotten, and comes back as another life", "[play]") {
    const auto life_after = [](const std::string& force) {
        const auto cluster = played("nodes 5\nuntil 30s\n12s forget n1 name n3" + force + "\n");
        CHECK(cluster->all_agree());
        return std::pair{cluster->process("n3").self().life,
                         cluster->journal().of(EventKind::forgotten, "n3").size()};
    };
    const auto [life, forgotten] = life_after("");
    const auto [other_life, forgotten_by_force] = life_after(" force");

    CHECK(forgotten == 0);
    CHECK(forgotten_by_force >= 4);
    CHECK(other_life != life);
}

std::size_t bytes_of(const Tags& tags) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : tags)
        bytes += key.size() + value.size();
    return bytes;
}

TEST_CASE("tags of a size are that long everywhere", "[play]") {
    const auto cluster = played("nodes 5\nuntil 10s\n5s tag n2 role=primary size 2kB\n");

    for (const std::string& host : cluster->running_hosts()) {
        const Tags tags = cluster->member_at(host, "n2")->identity.tags;
        CHECK(tags.at("role") == "primary");
        CHECK(bytes_of(tags) == 2000);
    }
}

TEST_CASE("a newcomer that asks both introduces two clusters, with long tags on slow ways",
          "[play]") {
    const auto cluster = played(
        "nodes 4\nuntil 40s\n0s start m1..m4 seeds m1\n2s tag n1..n4,m1..m4 size 2kB\n"
        "9s default-path rate 20kB/s\n10s start x1 seeds n1,m1\n");

    CHECK(cluster->running_hosts().size() == 9);
    CHECK(cluster->all_agree());
    CHECK(bytes_of(cluster->member_at("n2", "m2")->identity.tags) == 2000);
}

TEST_CASE("in a hole short words pass, and long tags never come through", "[play]") {
    const auto cluster = played(
        "nodes 5\nuntil 20s\n5s egress n2 hole 1kB\n6s tag n2 role=primary\n"
        "12s tag n2 size 2kB\n");

    for (const std::string host : {"n1", "n3", "n4", "n5"})
        CHECK(cluster->member_at(host, "n2")->identity.tags == Tags{{"role", "primary"}});
}

TEST_CASE("frames twice or out of order change no verdict", "[play]") {
    const Script script = script_of(
        "nodes 12\nprofile lan\nuntil 2m\n0s default-path duplicate 5% reorder 5%\n"
        "30s crash n3\n");
    CHECK(options_of(script).accuracy == Accuracy::promised);

    const auto cluster = run(script);

    CHECK(cluster->all_agree());
    CHECK(cluster->journal().of(EventKind::failed).size() == 11);
}

TEST_CASE("damaged frames stop no node", "[play]") {
    const auto cluster = played("nodes 8\nuntil 2m\n5s default-path corrupt 20%\n1m heal\n");

    CHECK(cluster->running_hosts().size() == 8);
    CHECK(cluster->words() == Words::damaged);
    std::uint64_t rejected = 0;
    for (const std::string& host : cluster->running_hosts()) {
        for (const std::uint64_t count : cluster->status_of(host).counters.rejected)
            rejected += count;
    }
    CHECK(rejected > 0);
}

}  // namespace
}  // namespace hearsay::simulation

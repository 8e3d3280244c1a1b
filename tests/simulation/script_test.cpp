#include "simulation/script.hpp"

#include <string>

#include "simulation/play.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

/// Every heading and every verb, as `print` writes them.
const std::string everything = R"(seed 7
nodes 5
seeds n1,n2
profile lan
round 500ms
fail_after 3s
ring_count 3
node n2,n7 fail_after 4s ring_count 1
node n3 profile wan
node n3..n5 profile local rows_per_delta 2
default-path delay 5ms spread 1ms loss 0.5% rate 2MB/s
until 30s

0s start n7..n9,late
1s start n10 name n3 cluster elsewhere seeds n2,n4 clock 1s
4200ms crash n3
4200ms power-off n4,n5,m6,m-7
5s restart n3..n5 clock -24h
5500ms freeze n1
6s thaw n1
6s part n1..n3 | n4,n5
6s part n1 > n2..n5
6s half-cut n1..n3 | n4,n5
7s path n2 > n3 delay 2s loss 30%
7s path n1 <> n2,n4 cut
7s path n1 > n3 loss 1% corrupt 2% duplicate 3% reorder 4.5% hole 500B rate 10kB/s
7s path n4 <> n5 hole 1447B rate 1500B/s cut
8s ingress n3,late loss 1.5%
8s egress n4 cut
8s default-path delay 1ms
9s heal
9s suspend n1
9100ms wake n1
9200ms block n1,n2
9300ms unblock n1
9400ms starve n3 by 300ms
9500ms clock n1,n2 drift -200ppm
9600ms clock n1 drift 0ppm
9700ms snapshot n3,n4
9800ms clone c3,c4 name n3
9900ms restore n3
10s tag n2 rack=7 role=primary
10s tag n3 role=primary size 2kB
10s tag n4 size 2560B
11s leave n2
12s forget n1 name n2
12s forget n1 name n3 force
)";

Script script_of(const std::string& text) {
    auto parsed = parse(text);
    if (!parsed) FAIL(parsed.error().line << ": " << parsed.error().problem);
    return parsed.value();
}

TEST_CASE("a script is printed as it was read", "[script]") {
    CHECK(print(script_of(everything)) == everything);
}

TEST_CASE("a script is read whatever its spaces, comments and spellings", "[script]") {
    const Script script = script_of(
        "  nodes 3 # three\n\n# nothing\nuntil 1m\n"
        "4.2s   crash n1,n2,n3\n\t4.2s path n1 > n2 loss 100%  \r\n");

    CHECK(script.nodes == 3);
    CHECK(script.until == 1min);
    REQUIRE(script.steps.size() == 2);
    CHECK(script.steps[0].at == 4200ms);
    CHECK(script.steps[0].hosts == Hosts{"n1", "n2", "n3"});
    CHECK(script.steps[1].direction == Direction::one_way);
    CHECK(script.steps[1].path.loss_per_mille == 1000);
}

/// That the text is refused at this line, in such words.
void check_refused(const std::string& text, std::size_t line, const std::string& problem) {
    CAPTURE(text);
    const auto parsed = parse(text);

    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().line == line);
    CHECK_THAT(parsed.error().problem, Contains(problem));
}

TEST_CASE("what is no script is refused with the line and what would be right", "[script]") {
    const auto [text, line, problem] = GENERATE(table<std::string, std::size_t, std::string>({
        {"nodes", 1, "ends where a whole number should stand"},
        {"\nnodes many", 2, "is not a whole number"},
        {"nodes 10001", 1, "at most 10000"},
        {"nodes 5x", 1, "is not a whole number"},
        {"nodes 3 4", 1, "one word too many"},
        {"profile moon", 1, "local, lan or wan"},
        {"colour blue", 1, "neither a heading nor a time"},
        {"round 1ms\nuntil 1s", 2, "round is 1ms"},
        {"node", 1, "ends where a host should stand"},
        {"node n1 colour blue", 1, "\"colour\" is no setting"},
        {"node n1 round", 1, "ends where a duration should stand"},
        {"node n1 profile", 1, "ends where a profile should stand"},
        {"node n1 profile moon", 1, "local, lan or wan"},
        {"node n1 round 1s profile lan", 1, "after the profile if there is another"},
        {"nodes 3\nnode n1 round 1ms\nuntil 1s", 2, "round is 1ms"},
        {"node n1\nprofile lan", 2, "\"profile\" stands above the nodes that differ from it"},
        {"node n1\nround 1s", 2, "\"round\" stands above the nodes"},
        {"1s", 1, "ends where a verb should stand"},
        {"soon crash n1", 1, "neither a heading nor a time"},
        {"1x crash n1", 1, "has no known unit"},
        {"2s heal\n1s heal", 2, "earlier than the step above"},
        {"2s heal\nseed 4", 2, "headings stand above"},
        {"1s dance n1", 1, "one of these is: start, crash"},
        {"1s crash", 1, "ends where a host should stand"},
        {"1s crash N1", 1, "is not a host"},
        {"1s crash n?", 1, "is not a host"},
        {"1s crash n{", 1, "is not a host"},
        {"1s crash {n", 1, "is not a host"},
        {"1s crash n1,,n2", 1, "is not a host"},
        {"1s crash n" + std::string(64, '1'), 1, "is not a host"},
        {"1s crash n8..n1", 1, "is no range of hosts"},
        {"1s crash n01..n2", 1, "is no range of hosts"},
        {"1s crash n1..last", 1, "is no range of hosts"},
        {"1s crash n1..n99999999999999999999", 1, "is no range of hosts"},
        {"1s crash n1..m2", 1, "is no range of hosts"},
        {"1s crash n1..n99999", 1, "is no range of hosts"},
        {"1s crash n1 n2", 1, "one word too many"},
        {"1s heal n1", 1, "one word too many"},
    }));
    check_refused(text, line, problem);
}

TEST_CASE("what is no step is refused with what would be right", "[script]") {
    const auto [step, problem] = GENERATE(table<std::string, std::string>({
        {"part n1", "ends where \">\" or \"|\" should stand"},
        {"part n1 <> n2", "\"<>\" is neither \">\" nor \"|\""},
        {"part n1 >", "ends where a host should stand"},
        {"half-cut n1 > n2", "\"|\" should"},
        {"clock n1 200ppm", "\"drift\" should"},
        {"clock n1 drift", "ends where a drift should stand"},
        {"clock n1 drift 200", "-100000ppm to 100000ppm, for example 200ppm"},
        {"clock n1 drift 2.5ppm", "for example 200ppm"},
        {"clock n1 drift 100001ppm", "for example 200ppm"},
        {"clock n1 drift fast", "for example 200ppm"},
        {"clone c3", "ends where \"name\" should stand"},
        {"clone c3 of n3", "\"name\" should"},
        {"clone c3 name", "ends where a name should stand"},
        {"snapshot", "ends where a host should stand"},
        {"restore n3 name n3", "one word too many"},
        {"forget n1 name n2 by-force", "one word too many"},
        {"forget n1 name n2 force force", "one word too many"},
        {"tag n1 size", "ends where a number of bytes should stand"},
        {"tag n1 size 2", "for example 2kB"},
        {"tag n1 size 2561B", "can be 2560B long"},
        {"tag n1 role=primary size 10B", "must be no longer than that"},
        {"restart n1 name n2", "says nothing of a process"},
        {"restart n1 cluster demo", "says nothing of a process"},
        {"restart n1 seeds n2", "says nothing of a process"},
        {"restart n1 clock -", "ends where a duration should stand"},
        {"tag n1 role", "is not a tag"},
        {"tag n1 =primary", "is not a tag"},
        {"tag n1 role=" + std::string(3000, 'x'), "tag"},
        {"forget n1 n2", "\"name\" should"},
    }));
    check_refused("1s " + step, 1, problem);
}

TEST_CASE("what is no path is refused with what would be right", "[script]") {
    const auto [path, problem] = GENERATE(table<std::string, std::string>({
        {"n1 n2", "neither \">\" nor"},
        {"n1 > n2 loss 101%", "0% to 100%"},
        {"n1 > n2 loss 5", "0% to 100%"},
        {"n1 > n2 loss 5x", "0% to 100%"},
        {"n1 > n2 loss 5,5%", "0% to 100%"},
        {"n1 > n2 loss 5.x%", "0% to 100%"},
        {"n1 > n2 loss much", "0% to 100%"},
        {"n1 > n2 loss 100.5%", "0% to 100%"},
        {"n1 > n2 corrupt 1", "0% to 100%"},
        {"n1 > n2 duplicate 1000%", "0% to 100%"},
        {"n1 > n2 reorder", "ends where a percentage should stand"},
        {"n1 > n2 hole 500", "1B to 1000MB, for example 2kB"},
        {"n1 > n2 hole 0B", "1B to 1000MB, for example 2kB"},
        {"n1 > n2 hole big", "1B to 1000MB, for example 2kB"},
        {"n1 > n2 hole 500B/s", "1B to 1000MB, for example 2kB"},
        {"n1 > n2 hole 1448B", "no segment has more than 1448 bytes"},
        {"n1 > n2 rate 10kB", "bytes a second, which is 1B to 1000MB, for example 2kB/s"},
        {"n1 > n2 rate 1.5kB/s", "for example 2kB/s"},
        {"n1 > n2 rate 1001MB/s", "for example 2kB/s"},
        {"n1 > n2 rate 99999999999999999999B/s", "for example 2kB/s"},
        {"n1 > n2 rate", "ends where a number of bytes should stand"},
        {"n1 > n2 delay", "ends where a duration should stand"},
        {"n1 > n2 delay 1ms spread 2ms", "spread is greater"},
        {"n1 > n2 slow", "says nothing of a path"},
    }));
    check_refused("1s path " + path, 1, problem);
}

TEST_CASE("a script that is played does to the cluster what it says", "[script]") {
    const auto cluster =
        run(script_of("nodes 5\nuntil 16s\n"
                      "3s crash n3\n5s part n1,n2 | n4,n5\n8s heal\n9s tag n4 role=primary\n"
                      "10s start n9 name other\n13s leave n5\n"));

    CHECK(cluster->all_agree());
    CHECK(cluster->running_hosts() == Hosts{"n1", "n2", "n4", "n9"});
    CHECK(cluster->state_at("n1", "n3") == MemberState::failed);
    CHECK(cluster->state_at("n1", "n5") == MemberState::left);
    CHECK(cluster->everyone_holds("other", MemberState::alive));
    CHECK(cluster->member_at("n1", "n4")->identity.tags == Tags{{"role", "primary"}});
}

TEST_CASE("what makes no sense any more is skipped", "[script]") {
    const auto cluster =
        run(script_of("nodes 2\nuntil 5s\n"
                      "1s crash n2,n2,n7\n1s restart n1,n7\n1s start n1\n"
                      "1s freeze n2\n1s thaw n1,n2\n1s leave n2\n"
                      "1s tag n2 a=b\n1s forget n2 name n1\n1s power-off n2\n"));

    CHECK(cluster->running_hosts() == Hosts{"n1"});
}

TEST_CASE("the same script gives the same bytes", "[script]") {
    const Script script = script_of(everything);

    CHECK(run(script)->network().fingerprint() == run(script)->network().fingerprint());
}

/// Counts what it is shown.
class Counter final : public Spectator {
  public:
    void see(const Step&) override { ++steps; }
    void look() override { ++looks; }

    int steps = 0;
    int looks = 0;
};

TEST_CASE("a spectator sees every step and looks several times a round", "[script]") {
    const Script script = script_of("nodes 2\nuntil 2s\n1s crash n2\n1s crash n2\n");
    Cluster cluster(options_of(script));
    Counter counter;
    const std::array<Spectator*, 1> spectators{&counter};

    play(script, cluster, spectators);

    CHECK(counter.steps == 2);
    CHECK(counter.looks == 40);
}

}  // namespace
}  // namespace hearsay::simulation

// What the swarm found, shrunk to what the failure needed: the defect, the seed that showed it, and
// the script.

#include <string_view>

#include "simulation/story.hpp"
#include "simulation/swarm.hpp"

namespace hearsay::simulation {
namespace {

struct Found {
    std::string_view defect;
    std::uint64_t seed;
    std::string_view script;
};

const Found all_found[] = {
    {"late news of the dead, from two sides, looked like a return", 262, R"(
seed 1
nodes 12
profile wan
until 547982ms

43550ms part n11 | n4..n10,n12
55850ms crash n8
73807ms part n1..n8,n10,n12 | n9
111040ms crash n12
134740ms crash n4
282740ms crash n2,n3
284089ms part n1 | n5..n7,n10,n11
322982ms heal
)"},
    {"who woke from a suspension introduced the dead to a newcomer", 294, R"(
seed 4
nodes 15
profile lan
default-path delay 1ms spread 500us
until 308623ms

0s start n25 cluster elsewhere
0s suspend n21
6829ms suspend n4
6829ms power-off n2
6865ms power-off n14
11546ms restart n14
14418ms wake n4
)"},
    {"checkers: the few who survive most of a cluster were given no time to withdraw and return",
     541,
     R"(
seed 3
nodes 34
seeds n3
profile local
forget_after 34s
default-path delay 11ms spread 500us
until 84s

35178ms tag n25 version=5
35199ms power-off n1,n2,n4..n14,n16,n18..n34
)"},
    {"simulator: a process went on waiting for a processor that was free again", 1480, R"(
seed 1
nodes 3
profile wan
forget_after 204s
until 834s

153049ms starve n2 by 13492ms
155288ms starve n2 by 0s
156319ms crash n1
)"},
    {"who was forgotten while it had withdrawn took its neighbours' rare calls for their turns",
     1644, R"(
seed 1644
nodes 5
seeds n3
profile local
forget_after 6s
until 81s

26422ms suspend n4
28171ms wake n4
33566ms block n1
36493ms unblock n1
)"},
    {"checkers: a newcomer whose name is in use behind a partition is not talked with there", 1854,
     R"(
seed 3
nodes 38
seeds n2,n3
profile local
forget_after 8s
default-path delay 23ms spread 500us
until 76s

13464ms part n2,n5..n7,n9..n12,n14,n16..n19 | n1,n3,n4,n8,n13,n15,n20..n22,n24
13464ms part n2,n5..n7,n9..n12,n14,n16..n19 | n26,n27,n30,n31,n35..n37
13464ms part n23,n25,n28,n29,n32..n34,n38 | n1,n3,n4,n8,n13,n15,n20..n22,n24
13464ms part n23,n25,n28,n29,n32..n34,n38 | n26,n27,n30,n31,n35..n37
16068ms start n39 name n12 clock 36655682ms
)"},
    {"two who had failed each other, of four, each took the rare words of the other for pauses",
     3196,
     R"(
seed 1
nodes 4
seeds n1,n2
profile local
forget_after 34s
until 64s

11496ms block n1
12386ms default-path delay 2ms spread 500us
12489ms block n3
13180ms suspend n2
13402ms unblock n1
16488ms wake n2
16527ms block n1
18818ms heal
22s wake n1..n4
22s unblock n1..n4
22s starve n1..n4 by 0s
24s restart n1..n4
)"},
    {"who woke held a suspicion against somebody who had long refuted it", 3361, R"(
seed 1
nodes 38
seeds n1,n2
profile lan
forget_after 128s
until 328025ms

35383ms suspend n31
36476ms part n2 | n1,n3..n38
39522ms heal
41559ms suspend n2
41772ms wake n31
54230ms wake n10
54234ms wake n2
148025ms restart n1..n38
)"},
    {"the only survivor withdrew when another came", 3770, R"(
seed 3770
nodes 6
profile wan
forget_after 108s
until 822s

82051ms power-off n1,n2,n4..n6
382s restart n1
)"},
};

TEST_CASE("what the swarm found stays mended", "[found]") {
    for (const Found& found : all_found) {
        CAPTURE(found.defect, found.seed);
        const auto script = parse(found.script);
        REQUIRE(script);
        CHECK(judge(script.value()).failure.value_or("") == "");
    }
}

}  // namespace
}  // namespace hearsay::simulation

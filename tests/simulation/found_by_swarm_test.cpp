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
    {"checkers: a newcomer may hear of the dead from one that has not missed them yet", 2263, R"(
seed 1
nodes 30
profile wan
forget_after 396s
default-path delay 7ms spread 7ms
until 654s

201404ms power-off n11..n24,n26..n30
214s restart n1..n31
)"},
    {"checkers: who returned may be paused all the same", 2644, R"(
seed 2644
nodes 5
seeds n1..n3
profile local
forget_after 27s
until 82016ms

29407ms block n2
32434ms crash n5
32634ms unblock n2
34153ms leave n1,n3,n5
35559ms restart n5 clock -26438611ms
35568ms suspend n5
37676ms block n2
38001ms start n6 cluster elsewhere clock 63201740ms
38523ms wake n5
42016ms restart n1..n3
)"},
    {"checkers: who went on as another life was withdrawn still", 1892, R"(
seed 1
nodes 36
profile local
forget_after 12s
until 68s

20463ms block n24,n30
20621ms start n41 name n24
26s unblock n1..n43
)"},
    {"checkers: what a life said in its last turn was not looked at", 1990, R"(
seed 3
nodes 31
seeds n1,n2
profile lan
forget_after 140s
default-path delay 111ms spread 111ms loss 0.6%
until 325s

21603ms part n13 | n1..n12,n14..n31
22031ms heal
22169ms start n32 cluster elsewhere seeds n10,n11,n16,n18,n19,n21,n22,n24,n27,n28 clock 63258752ms
67797ms suspend n1
71822ms crash n1..n3,n6,n7,n9,n12,n15..n17,n19,n21..n26,n28,n30
73817ms restart n1..n3,n6,n7,n9,n12,n15..n17,n19,n21..n26,n28,n30 clock -67176439ms
)"},
    {"checkers: of two with one name the loser is accused by a single member", 2237, R"(
seed 2237
nodes 3
seeds n1,n2
profile wan
forget_after 384s
until 960479ms

358944ms crash n1
360239ms block n3
361266ms start n5 name n3 clock 9788551ms
510479ms unblock n1..n5
520479ms restart n1..n5
)"},
    {"checkers: past a partition only a newcomer was left that reached both sides", 4169, R"(
seed 4
nodes 38
seeds n2
profile local
forget_after 19s
until 77670ms

11568ms start n41
15201ms part n15 | n1..n14,n16..n38
)"},
    {"checkers: the only survivor withdrew when all others restarted, and was given no time", 4530,
     R"(
seed 4530
nodes 9
profile lan
forget_after 152s
until 361s

169829ms crash n1,n3..n9
181s restart n1..n10
)"},
    {"words to one to whom none are promised hid the news of the others, and nobody was taken back "
     "by them",
     800, R"(
seed 1
nodes 7
profile local
default-path delay 100us
until 34092ms

2092ms block n4
3092ms crash n7
3092ms restart n7
3092ms unblock n4
)"},
    {"checkers: what the dead had said over a slow path was heard after the calm began", 6818, R"(
seed 2
nodes 5
seeds n1,n2
profile local
until 30s

6108ms default-path delay 439ms spread 439ms
8801ms heal
8989ms crash n2
)"},
    {"checkers: who forgot a life heard of it again from one that had heard it earlier", 1104, R"(
seed 3
nodes 19
seeds n1,n2
profile local
forget_after 25s
until 66006ms

4121ms part n2 | n1,n3..n19
6680ms crash n5
7113ms freeze n11
7177ms crash n1
7184ms heal
7443ms path n5 <> n3,n8,n9,n13 delay 2ms spread 2ms
8334ms part n7,n10,n13,n15,n18 | n1..n6,n8,n9,n11,n12,n14,n16,n17,n19
9163ms crash n18
9481ms ingress n2,n14,n16..n18 delay 1ms spread 500us
9550ms heal
9990ms freeze n16
10162ms leave n8,n9,n16
10735ms forget n2 name n1
11109ms thaw n11
11311ms path n14 > n17 delay 2ms spread 500us
12240ms part n2,n6,n15,n18 | n1,n3..n5,n7..n14,n16,n17,n19
12822ms freeze n3
12854ms thaw n16
12995ms heal
13444ms part n1,n3,n10,n14,n15,n18 | n2,n4..n9,n11..n13,n16,n17,n19
13648ms freeze n15
14035ms part n1,n3..n11,n14..n18 | n2,n12,n13,n19
14157ms thaw n15
15025ms leave n5..n7,n14,n16,n18
15102ms crash n4
16007ms forget n2,n7,n15,n18 name n18
16091ms thaw n3
16583ms path n1..n19 <> n2,n3,n9,n13,n15 cut
17014ms freeze n3,n5,n13..n16
17326ms thaw n3,n5,n13..n16
17351ms heal
17728ms egress n1,n3..n5,n7..n9,n11..n17,n19 delay 94ms spread 94ms loss 44%
17840ms path n17 <> n5,n10,n11,n16 delay 1ms spread 1ms
17864ms crash n17
19498ms forget n1,n2,n13 name n17
20288ms heal
)"},
    {"who woke from a suspension took its own sleep for the pace of the news, and believed in the "
     "dead for long",
     8633, R"(
seed 3
nodes 36
seeds n1..n3
profile local
forget_after 29s
default-path delay 1ms spread 500us loss 0.5%
until 59s

7353ms suspend n7,n11,n17..n22,n24,n29,n34,n35
9275ms start n37 name n29 seeds n15
12252ms wake n7,n11,n17..n22,n24,n29,n34,n35
)"},
    {"those that did not take it back yet bore witness against one they had only not heard of",
     5948,
     R"(
seed 5948
nodes 21
seeds n1,n2
profile lan
forget_after 1m
until 260494ms

26391ms block n2,n3,n5,n6,n9,n10,n13,n15,n16,n19..n21
31745ms unblock n2,n3,n5,n6,n9,n10,n13,n15,n16,n19..n21
48043ms freeze n21
57148ms thaw n21
59560ms freeze n21
63425ms block n2
63620ms power-off n11,n17
64389ms freeze n6
64725ms thaw n6
65400ms unblock n2
75494ms thaw n21
80494ms restart n1..n21
)"},
    {"who had heard nobody doubted its ears, though the others were born anew", 9234, R"(
seed 1
nodes 7
seeds n3
profile local
forget_after 29s
until 55624ms

8968ms start n8
11644ms power-off n1..n7
15624ms restart n3
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

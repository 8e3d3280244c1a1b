#include "simulation/paths.hpp"

#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

const Path slow{.delay = 30ms, .spread = 1ms, .loss_per_mille = 100};
const Path lossy{.delay = 2ms, .spread = 2ms, .loss_per_mille = 500};
const Path cut{.is_cut = true};

TEST_CASE("what is said of both ends of a way counts together", "[paths]") {
    Paths paths(Path{});
    paths.set_egress(1, slow);
    paths.set_ingress(2, lossy);

    const Path both = paths.between(1, 2);

    CHECK(both.delay == 30ms);
    CHECK(both.spread == 2ms);
    CHECK(both.loss_per_mille == 550);
    CHECK_FALSE(both.is_cut);
    CHECK(paths.between(1, 3).delay == 30ms);
    CHECK(paths.between(3, 2).delay == 2ms);
    CHECK(paths.between(2, 1).delay == Path{}.delay);
}

TEST_CASE("of two bounds on one way the narrower counts, and none is no bound", "[paths]") {
    Paths paths(Path{});
    paths.set_egress(1, {.hole_bytes = 500, .duplicate_per_mille = 100});
    paths.set_ingress(2, {.hole_bytes = 900, .bytes_per_second = 1000});
    paths.set_ingress(
        3, {.corrupt_per_mille = 20, .duplicate_per_mille = 500, .reorder_per_mille = 7});

    CHECK(paths.between(1, 2).hole_bytes == 500);
    CHECK(paths.between(1, 2).bytes_per_second == 1000);
    CHECK(paths.between(1, 3).hole_bytes == 500);
    CHECK(paths.between(1, 3).corrupt_per_mille == 20);
    CHECK(paths.between(1, 3).duplicate_per_mille == 550);
    CHECK(paths.between(1, 3).reorder_per_mille == 7);
}

TEST_CASE("a way is cut if either end is", "[paths]") {
    Paths paths(Path{});
    paths.set_egress(1, cut);
    paths.set_ingress(2, lossy);
    paths.set_egress(3, slow);
    paths.set_ingress(4, cut);

    CHECK(paths.between(1, 2).is_cut);
    CHECK(paths.between(3, 4).is_cut);
    CHECK_FALSE(paths.between(3, 2).is_cut);
}

TEST_CASE("what is said of a pair goes before what is said of its ends", "[paths]") {
    Paths paths(Path{});
    paths.set_egress(1, cut);
    paths.set(1, 2, slow);

    CHECK_FALSE(paths.between(1, 2).is_cut);
    CHECK(paths.between(1, 3).is_cut);
}

TEST_CASE("any kind of cut is one, until all is healed", "[paths]") {
    const auto set_cut = GENERATE(
        as<void (*)(Paths&)>{}, [](Paths& paths) { paths.set_default(cut); },
        [](Paths& paths) { paths.set(1, 2, cut); }, [](Paths& paths) { paths.set_ingress(1, cut); },
        [](Paths& paths) { paths.set_egress(1, cut); });
    Paths paths(Path{});
    paths.set(3, 4, slow);
    CHECK_FALSE(paths.has_cuts());

    set_cut(paths);
    CHECK(paths.has_cuts());

    paths.heal();
    CHECK_FALSE(paths.has_cuts());
    CHECK(paths.between(3, 4).delay == Path{}.delay);
}

}  // namespace
}  // namespace hearsay::simulation

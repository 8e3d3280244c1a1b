// Long frames and short ones between two hosts, each over connections of their own.

#include <algorithm>
#include <vector>

#include "simulation/wire.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a hole keeps back what is long, and what is short goes on over its own connection",
          "[network][lanes]") {
    Wire wire;
    wire.connect();
    const LinkId link = wire.b.links.front();
    wire.set_path({.hole_bytes = 1100});

    for (const int number : numbers_to(100)) {
        wire.send("a", "b", number, short_frame_bytes_max + 100);
        wire.send("a", "b", number, number % 2 == 0 ? 20 : short_frame_bytes_max);
        wire.run_for(100ms);
    }

    CHECK(wire.b.numbers() == numbers_to(100));
    const auto is_short_link = [&](LinkId came) { return came == link; };
    CHECK(std::all_of(wire.b.links.begin(), wire.b.links.end(), is_short_link));
    // The connection of the long ones was given up, again and again.
    CHECK(wire.a.breaks == 2);
}

TEST_CASE("a long frame comes over no link, and neither does a long answer", "[network][lanes]") {
    Wire wire;
    wire.connect();
    const LinkId link = wire.b.links.front();

    wire.send("a", "b", 1, short_frame_bytes_max + 1);
    wire.network.send("b", {.link = link,
                            .endpoint = "a",
                            .frame = std::vector<std::byte>(short_frame_bytes_max + 1)});
    wire.run_for(10ms);

    CHECK(wire.b.links.back() == LinkId::none);
    CHECK(wire.a.links == std::vector<LinkId>{LinkId::none});
    CHECK(wire.a.breaks == 0);
}

TEST_CASE("a long answer to somebody whose endpoint is not known goes over the link",
          "[network][lanes]") {
    Wire wire;
    wire.connect();
    const LinkId link = wire.b.links.front();

    wire.network.send(
        "b",
        {.link = link, .endpoint = {}, .frame = std::vector<std::byte>(short_frame_bytes_max + 1)});
    wire.run_for(2ms);

    REQUIRE(wire.a.links.size() == 1);
    CHECK(wire.a.links.front() != LinkId::none);
}

TEST_CASE("a connection for long frames that ends is told as a link of its own",
          "[network][lanes]") {
    Wire wire;
    wire.connect();
    const LinkId link = wire.b.links.front();
    wire.send("a", "b", 1, short_frame_bytes_max + 1);
    wire.run_for(10ms);

    wire.network.detach("a", Parting::process_gone);
    wire.run_for(10ms);

    CHECK(wire.b.breaks == 2);
    const auto& links = wire.b.links;
    CHECK(std::count(links.begin(), links.end(), link) == 2);
    CHECK(std::count(links.begin(), links.end(), LinkId::none) == 1);
}

}  // namespace
}  // namespace hearsay::simulation

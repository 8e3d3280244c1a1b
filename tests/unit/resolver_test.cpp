#include "resolver.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "clock.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"

namespace hearsay {
namespace {

bool finish(const Resolution& resolution) {
    return testing::eventually([&] { return !resolution.is_pending(); });
}

TEST_CASE("a name becomes addresses", "[resolver]") {
    const Resolution resolution("localhost");
    REQUIRE(finish(resolution));

    const std::vector<std::string> addresses = resolution.addresses();
    REQUIRE_FALSE(addresses.empty());
    for (const std::string& address : addresses) {
        CHECK((address == "127.0.0.1" || address == "::1"));
    }
}

TEST_CASE("a name that cannot be resolved has no addresses and a reason", "[resolver]") {
    const Resolution resolution("no..such..name");
    REQUIRE(finish(resolution));

    CHECK(resolution.addresses().empty());
    CHECK_FALSE(resolution.problem().empty());
}

TEST_CASE("a resolution may be dropped or replaced while it is under way", "[resolver]") {
    for (int count = 0; count < 100; ++count) {
        Resolution resolution("localhost");
        resolution = Resolution("no..such..name");
    }
    SUCCEED("no crash, and nothing for the sanitizers to find");
}

TEST_CASE("dials take the addresses of a name in turn", "[resolver]") {
    const Resolution resolution("localhost");
    REQUIRE(finish(resolution));
    const std::size_t count = resolution.addresses().size();
    const Endpoint endpoint{Endpoint::Scheme::tcp, "localhost", 7700};
    AddressBook book;

    std::set<std::string> chosen;
    for (std::size_t dial = 0; dial < count; ++dial) {
        const auto address = book.choose(endpoint, resolution, steady_now());
        REQUIRE(address);
        CHECK(address->port == 7700);
        chosen.insert(address->host);
    }
    CHECK(chosen.size() == count);
}

}  // namespace
}  // namespace hearsay

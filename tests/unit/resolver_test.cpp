#include "resolver.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "clock.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"

namespace hearsay {
namespace {

std::shared_ptr<std::atomic<int>> counter() {
    return std::make_shared<std::atomic<int>>(0);
}

bool finish(const Resolution& resolution) {
    return testing::eventually([&] { return !resolution.is_pending(); });
}

TEST_CASE("a name becomes addresses", "[resolver]") {
    const Resolution resolution("localhost", counter());
    REQUIRE(finish(resolution));

    const std::vector<std::string> addresses = resolution.addresses();
    REQUIRE_FALSE(addresses.empty());
    for (const std::string& address : addresses) {
        CHECK((address == "127.0.0.1" || address == "::1"));
    }
}

TEST_CASE("a name that cannot be resolved has no addresses and a reason", "[resolver]") {
    const Resolution resolution("no..such..name", counter());
    REQUIRE(finish(resolution));

    CHECK(resolution.addresses().empty());
    CHECK_FALSE(resolution.problem().empty());
}

TEST_CASE("a resolution may be dropped or replaced while it is under way", "[resolver]") {
    for (int count = 0; count < 100; ++count) {
        Resolution resolution("localhost", counter());
        resolution = Resolution("no..such..name", counter());
    }
    SUCCEED("no crash, and nothing for the sanitizers to find");
}

TEST_CASE("dials take the addresses of a name in turn", "[resolver]") {
    const Resolution resolution("localhost", counter());
    REQUIRE(finish(resolution));
    const std::size_t count = resolution.addresses().size();
    const Endpoint endpoint{Endpoint::Scheme::tcp, "localhost", 7700};
    testing::HeardLog log;
    AddressBook book({}, log.log());

    std::set<std::string> chosen;
    for (std::size_t dial = 0; dial < count; ++dial) {
        const auto address = book.choose(endpoint, resolution, steady_now());
        REQUIRE(address);
        CHECK(address->port == 7700);
        chosen.insert(address->host);
    }
    CHECK(chosen.size() == count);
}

TEST_CASE("names of strangers leave places to those that are known", "[resolver]") {
    testing::HeardLog log;
    const Endpoint seed{Endpoint::Scheme::tcp, "localhost", 7700};
    const Endpoint stranger{Endpoint::Scheme::tcp, "localhost", 7701};
    AddressBook book({"tcp://localhost:7700"}, log.log());
    std::atomic<int>& running = *book.running();

    running = AddressBook::lookups_of_strangers_max - 1;
    CHECK(book.look_up(stranger));
    running = AddressBook::lookups_of_strangers_max;
    CHECK_FALSE(book.look_up(stranger));
    CHECK(book.look_up(seed));
    running = AddressBook::lookups_max;
    CHECK_FALSE(book.look_up(seed));

    running = AddressBook::lookups_of_strangers_max;
    book.note_reached(stranger, {Endpoint::Scheme::tcp, "127.0.0.1", 7701});
    CHECK(book.look_up(stranger));
}

}  // namespace
}  // namespace hearsay

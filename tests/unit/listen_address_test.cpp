#include "listen_address.hpp"

#include <string>

#include "hearsay/node.hpp"

#include "host_check.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;

Endpoint address(const std::string& text) {
    const auto parsed = parse_listen_address(text);
    INFO(text);
    REQUIRE(parsed);
    return *parsed;
}

TEST_CASE("an address to serve at is a number with a port", "[listen_address]") {
    CHECK(listen_text(address("127.0.0.1:7780")) == "127.0.0.1:7780");
    CHECK(listen_text(address("[::1]:0")) == "[::1]:0");
    CHECK(listen_text(address("*:80")) == "0.0.0.0:80");
    for (const char* text :
         {"", "7780", ":7780", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "localhost:7780",
          "::1:7780", "[::1]", "[fe80::1%eth0]:80", "127.0.0.1:80x", "http://127.0.0.1:80"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_listen_address(text));
    }
}

TEST_CASE("a browser on this machine is told what to open", "[listen_address]") {
    CHECK(url(address("127.0.0.1:7780")) == "http://127.0.0.1:7780/");
    CHECK(url(address("[::1]:80")) == "http://[::1]:80/");
    CHECK(url(address("*:80")) == "http://127.0.0.1:80/");
    CHECK(url(address("[::]:80")) == "http://[::1]:80/");
}

TEST_CASE("only this machine reaches a loopback address", "[listen_address]") {
    CHECK(is_loopback("127.0.0.1"));
    CHECK(is_loopback("127.9.9.9"));
    CHECK(is_loopback("::1"));
    CHECK(is_loopback("localhost"));
    CHECK_FALSE(is_loopback("128.0.0.1"));
    CHECK_FALSE(is_loopback("0.0.0.0"));
    CHECK_FALSE(is_loopback("localhost.example.com"));
}

TEST_CASE("a free port is taken once", "[listen_address]") {
    Endpoint first = address("127.0.0.1:0");
    const Descriptor listener = listen_on(first);
    CHECK(listener.is_open());
    REQUIRE(first.port != 0);

    Endpoint second = first;
    try {
        static_cast<void>(listen_on(second));
        FAIL("it was taken twice");
    } catch (const StartError& error) {
        CHECK_THAT(error.what(), Contains("listen " + listen_text(first) + ": the address is in"));
        CHECK(error.outlook() == StartError::Outlook::may_pass);
    }
}

TEST_CASE("the name of a host stands before its port", "[host_check]") {
    CHECK(host_name("Example.COM:80") == "example.com");
    CHECK(host_name("[::1]:7780") == "::1");
    CHECK(host_name("[::1]") == "::1");
    CHECK(host_name("127.0.0.1") == "127.0.0.1");
    for (const char* host : {"", ":80", "[::1", "[::1]x", "a:b", "a:80:90", "::1"}) {
        CAPTURE(host);
        CHECK(host_name(host).empty());
    }
}

TEST_CASE("a host is served under its own names alone", "[host_check]") {
    const HostCheck check(address("192.0.2.7:7780"), {"monitor.example.com"});

    CHECK(check.is_allowed("192.0.2.7:7780"));
    CHECK(check.is_allowed("localhost:9999"));
    CHECK(check.is_allowed("127.0.0.1"));
    CHECK(check.is_allowed("[::1]:7780"));
    CHECK(check.is_allowed("Monitor.Example.com:443"));
    CHECK_FALSE(check.is_allowed("192.0.2.8:7780"));
    CHECK_FALSE(check.is_allowed("evil.example.com:7780"));
    CHECK_FALSE(check.is_allowed("127.0.0.1.example.com"));
    CHECK_FALSE(check.is_allowed(""));
}

TEST_CASE("who serves at all addresses takes any address, but no name", "[host_check]") {
    const HostCheck check(address("*:7780"), {});

    CHECK(check.is_allowed("192.0.2.7:7780"));
    CHECK(check.is_allowed("[2001:db8::1]:7780"));
    CHECK_FALSE(check.is_allowed("example.com"));
}

TEST_CASE("an IPv6 address may be spelt in several ways", "[host_check]") {
    const HostCheck check(address("[2001:db8:0:0::1]:7780"), {});

    CHECK(check.is_allowed("[2001:DB8::1]"));
    CHECK_FALSE(check.is_allowed("[2001:db8::2]"));
}

}  // namespace
}  // namespace hearsay

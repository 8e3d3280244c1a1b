#include "endpoint.hpp"

#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

std::string again(const std::string& endpoint) {
    const auto parsed = parse_endpoint(endpoint);
    return parsed ? text(*parsed) : "nothing";
}

bool is_dialable_text(const std::string& endpoint) {
    const auto parsed = parse_endpoint(endpoint);
    return parsed && is_dialable(*parsed);
}

TEST_CASE("an endpoint read and written again is the same", "[endpoint]") {
    const std::string endpoint =
        GENERATE("tcp://127.0.0.1:7700", "tcp://[::1]:7700", "tcp://[fe80::1%eth0]:1",
                 "tcp://n1.example.org:65535", "tcp://eth0:0", "tcp://*:0", "ipc://run/n1.gossip");

    CHECK(again(endpoint) == endpoint);
}

TEST_CASE("what is not an endpoint is not read as one", "[endpoint]") {
    const std::string endpoint = GENERATE(
        "", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:7700", "tcp://h:65536",
        "tcp://h:-1", "tcp://h:7700x", "tcp://[::1:7700", "tcp://::1:7700", "tcp://[nobody]:1",
        "tcp://eth0:0;1.2.3.4:7700", "tcp://a b:1", "udp://h:7700", "ipc://", "127.0.0.1:7700");

    CHECK(again(endpoint) == "nothing");
}

TEST_CASE("only an address that says where can be dialled", "[endpoint]") {
    CHECK(is_dialable_text("tcp://127.0.0.1:7700"));
    CHECK(is_dialable_text("tcp://n1:7700"));
    CHECK(is_dialable_text("ipc://run/n1"));

    CHECK_FALSE(is_dialable_text("tcp://127.0.0.1:0"));
    CHECK_FALSE(is_dialable_text("tcp://0.0.0.0:7700"));
    CHECK_FALSE(is_dialable_text("tcp://[::]:7700"));
    CHECK_FALSE(is_dialable_text("tcp://*:7700"));
    CHECK_FALSE(is_dialable_text("ipc://" + std::string(ipc_path_bytes_max + 1, 'x')));
}

TEST_CASE("addresses need no resolving and names do", "[endpoint]") {
    CHECK(is_numeric(*parse_endpoint("tcp://10.0.0.7:1")));
    CHECK(is_numeric(*parse_endpoint("tcp://[::1]:1")));
    CHECK_FALSE(is_numeric(*parse_endpoint("tcp://n1:1")));
    CHECK_FALSE(is_numeric(*parse_endpoint("tcp://10.0.0.300:1")));
}

}  // namespace
}  // namespace hearsay

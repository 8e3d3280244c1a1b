#include "node_state.hpp"

#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;

NodeState some_state() {
    return {.name = "n1",
            .cluster = "demo",
            .incarnation = 1'796'002'884'445,
            .addresses = {{.name = "n2", .endpoint = "tcp://192.0.2.8:7700"},
                          {.name = "n3", .endpoint = "tcp://[2001:db8::3]:7700"},
                          {.name = "n4", .endpoint = "tcp://n4.example.com:7700"}}};
}

/// Why the text cannot be used; empty if it can.
std::string problem_of(const std::string& text) {
    const auto state = read_state(text, "n1", "demo");
    return state ? "" : state.error();
}

/// The text of another format, as it might be written one day.
std::string with_format(int format) {
    auto object = nlohmann::ordered_json::parse(state_text(some_state()));
    object["format"] = format;
    object["more"] = "words";
    return object.dump(2) + '\n';
}

TEST_CASE("a state is read as it was written", "[node_state]") {
    NodeState state = some_state();
    SECTION("with addresses") {}
    SECTION("of a node that has met nobody") {
        state.addresses.clear();
    }
    SECTION("with the greatest incarnation") {
        state.incarnation = ~std::uint64_t{0};
    }

    const auto read = read_state(state_text(state), "n1", "demo");

    REQUIRE(read);
    CHECK(read.value() == state);
}

TEST_CASE("a state is JSON that people and scripts can read", "[node_state]") {
    const auto object = nlohmann::json::parse(state_text(some_state()));

    CHECK(object.at("format") == 1);
    CHECK(object.at("name") == "n1");
    CHECK(object.at("cluster") == "demo");
    CHECK(object.at("incarnation") == 1'796'002'884'445);
    REQUIRE(object.at("addresses").size() == 3);
    CHECK(object.at("addresses").at(0) ==
          nlohmann::json({{"name", "n2"}, {"endpoint", "tcp://192.0.2.8:7700"}}));
}

TEST_CASE("a state of which any one bit differs is not used", "[node_state]") {
    const std::string text = state_text(some_state());
    std::size_t taken = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string other = text;
            other[at] = static_cast<char>(static_cast<unsigned char>(other[at]) ^ (1U << bit));
            if (problem_of(other).empty()) ++taken;
        }
    }
    CHECK(taken == 0);
}

TEST_CASE("a state that is cut off, or goes on, is damaged", "[node_state]") {
    const std::string text = state_text(some_state());
    std::size_t found = 0;
    for (std::size_t length = 0; length < text.size(); ++length)
        if (problem_of(text.substr(0, length)) == "is damaged") ++found;
    CHECK(found == text.size());
    CHECK(problem_of(text + '\n') == "is damaged");
    CHECK(problem_of(text + text) == "is damaged");
}

TEST_CASE("a state that was edited by hand is damaged", "[node_state]") {
    std::string text = state_text(some_state());
    text.replace(text.find("192.0.2.8"), 9, "192.0.2.9");
    CHECK(problem_of(text) == "is damaged");
}

TEST_CASE("a state of another cluster or node is not used", "[node_state]") {
    NodeState other = some_state();
    other.cluster = "prod";
    CHECK(problem_of(state_text(other)) == "is of cluster \"prod\"");
    other.cluster = "demo";
    other.name = "n7";
    CHECK(problem_of(state_text(other)) == "is of node \"n7\"");
}

TEST_CASE("a state of a later release is told from a damaged one", "[node_state]") {
    CHECK(problem_of(with_format(2)) == "is of a later release");
    CHECK(problem_of(with_format(1)) == "is damaged");
    CHECK(problem_of(with_format(0)) == "is damaged");
    CHECK(problem_of(with_format(-1)) == "is damaged");
}

TEST_CASE("what is no state at all is damaged", "[node_state]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "{}", "[]", "null", "7", "\xff\xfe", "{\"format\":1}",
                 "{\"addresses\":{\"a\":{}}}", "{\"addresses\":[[]],\"format\":\"1\"}");
    CAPTURE(text);

    CHECK(problem_of(text) == "is damaged");
    CHECK(problem_of(std::string(60'000, '[')) == "is damaged");
}

TEST_CASE("an address that cannot be dialled is not used, whatever the checksum", "[node_state]") {
    const std::string endpoint =
        GENERATE(as<std::string>{}, "", "n2", "tcp://0.0.0.0:7700", "tcp://a:0", "ipc:///a b",
                 "ipc:///a\nb", "udp://a:1", "tcp://a:1;b");
    CAPTURE(endpoint);
    NodeState state = some_state();
    state.addresses.push_back({.name = "n9", .endpoint = endpoint});

    CHECK_FALSE(is_usable(state.addresses.back()));
    CHECK(problem_of(state_text(state)) == "is damaged");
}

TEST_CASE("names that steer a terminal are shown harmlessly", "[node_state]") {
    NodeState state = some_state();
    state.cluster = "a\x1b[2Jb";
    CHECK_THAT(problem_of(state_text(state)), Contains("a\\x1b[2Jb"));
}

}  // namespace
}  // namespace hearsay

#include "request.hpp"

#include <cstdint>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using nlohmann::json;

/// The sentence that refuses it; "none" if it is read.
std::string refusal(const std::string& bytes) {
    try {
        const Request request(bytes);
        return "none";
    } catch (const RequestError& error) {
        CHECK(error.code() == "bad_request");
        return error.what();
    }
}

std::string packed(const json& request) {
    const auto bytes = json::to_msgpack(request);
    return {bytes.begin(), bytes.end()};
}

const std::string not_utf8 =
    "the request holds text that is not valid UTF-8; send it in that encoding";

TEST_CASE("text that is no UTF-8 is refused, wherever it stands in a request", "[request]") {
    const std::string broken =
        GENERATE(as<std::string>{}, "M\xfcnchen", "\xed\xa0\x80", "cut \xc3");
    const json requests = {
        {{"op", broken}},
        {{"op", "tag"}, {"set", {{"city", broken}}}},
        {{"op", "tag"}, {"set", {{broken, "x"}}}},
        {{"op", "tag"}, {"unset", {"a", broken}}},
        {{"op", "explain"}, {"member", broken}},
        {{"op", "members"}, {broken, 1}},
    };
    for (const json& request : requests) {
        CAPTURE(request.dump(-1, ' ', true, json::error_handler_t::replace));
        CHECK(refusal(packed(request)) == not_utf8);
    }
    CHECK(refusal("{\"op\":\"" + broken + "\"}") == not_utf8);
    CHECK(refusal(R"({"op":"tag","set":{"city":")" + broken + "\"}}") == not_utf8);
    CHECK(refusal(R"({"op":"tag","set":{")" + broken + R"(":"x"}})") == not_utf8);
    CHECK(refusal(R"({"op":"tag","unset":["a",")" + broken + "\"]}") == not_utf8);
}

TEST_CASE("text of any language is read as it was sent", "[request]") {
    const json sent = {{"op", "tag"}, {"set", {{"zürich", "日本 🙂"}}}};

    CHECK(Request(packed(sent)).tags("set") == Tags{{"zürich", "日本 🙂"}});
    CHECK(Request(sent.dump()).tags("set") == Tags{{"zürich", "日本 🙂"}});
    CHECK(Request(R"({"op":"explain","member":"\u00e9"})").text("member") == "é");
}

TEST_CASE("a key that stands twice in a map is refused", "[request]") {
    CHECK(refusal(R"({"op":"forget","member":"n1","member":"n2"})") ==
          "key \"member\" stands twice in a map; send it once");
    CHECK(refusal(R"({"op":"tag","set":{"a":"1","a":"2"}})") ==
          "key \"a\" stands twice in a map; send it once");
    CHECK(refusal("\x82\xa2op\xa4ping\xa2op\xa5leave") ==
          "key \"op\" stands twice in a map; send it once");
    CHECK(refusal(R"({"op":"tag","set":{"op":"1","set":"2"}})") == "none");
}

TEST_CASE("half a character in an escape is no request", "[request]") {
    CHECK(refusal(R"({"op":"explain","member":"\ud800"})") != "none");
}

}  // namespace
}  // namespace hearsay

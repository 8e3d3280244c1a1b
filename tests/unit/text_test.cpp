#include "hearsay/text.hpp"

#include <chrono>
#include <set>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

/// The words for the first `count` values of an enumeration; fewer if two are the same.
template <typename Enum>
std::set<std::string_view> words(std::uint8_t count) {
    std::set<std::string_view> result;
    for (std::uint8_t value = 0; value < count; ++value)
        result.insert(text(static_cast<Enum>(value)));
    return result;
}

TEST_CASE("every state, cause, event and error has a word of its own", "[text]") {
    CHECK(words<MemberState>(4) ==
          std::set<std::string_view>{"alive", "suspect", "failed", "left"});
    CHECK(words<Cause>(2) == std::set<std::string_view>{"silence", "refused"});
    CHECK(words<EventKind>(17) ==
          std::set<std::string_view>{"joined", "suspected", "cleared", "failed", "recovered",
                                     "restarted", "left", "forgotten", "alone", "stalled",
                                     "isolated", "withdrew", "returned", "updated", "renewed",
                                     "link_lost", "link_back"});
    CHECK(words<DecodeError>(decode_error_count) ==
          std::set<std::string_view>{"truncated", "foreign_protocol", "foreign_version",
                                     "foreign_cluster", "oversized", "malformed", "out_of_bounds",
                                     "impostor"});
}

TEST_CASE("what is no value of its enumeration is unknown", "[text]") {
    CHECK(text(MemberState{4}) == "unknown");
    CHECK(text(Cause{2}) == "unknown");
    CHECK(text(EventKind{17}) == "unknown");
    CHECK(text(DecodeError{decode_error_count}) == "unknown");
    CHECK(sentence(DecodeError{decode_error_count}) == "The frame was refused.");
}

TEST_CASE("every decode error has a sentence of its own", "[text]") {
    std::set<std::string_view> sentences;
    for (std::uint8_t error = 0; error < decode_error_count; ++error) {
        const std::string_view each = sentence(DecodeError{error});
        CHECK(each.back() == '.');
        sentences.insert(each);
    }
    CHECK(sentences.size() == decode_error_count);
}

TEST_CASE("a life is sixteen hex digits", "[text]") {
    CHECK(text(LifeId{0xabc}) == "0000000000000abc");
    CHECK(text(LifeId{0xffff'ffff'ffff'ffff}) == "ffffffffffffffff");
}

TEST_CASE("a span has two units at most and is never rounded up", "[text]") {
    CHECK(text(Duration{0}) == "0ms");
    CHECK(text(Duration{999us}) == "0ms");
    CHECK(text(Duration{380ms}) == "380ms");
    CHECK(text(Duration{999'999us}) == "999ms");
    CHECK(text(Duration{1s}) == "1s");
    CHECK(text(Duration{1499ms}) == "1.4s");
    CHECK(text(Duration{59'999ms}) == "59.9s");
    CHECK(text(Duration{60s}) == "1m");
    CHECK(text(Duration{125s}) == "2m05s");
    CHECK(text(Duration{3599s}) == "59m59s");
    CHECK(text(Duration{3h + 10min}) == "3h10m");
    CHECK(text(Duration{24h}) == "1d");
    CHECK(text(Duration{52h}) == "2d04h");
}

TEST_CASE("a span below zero is told with its sign", "[text]") {
    CHECK(text(Duration{-1400ms}) == "-1.4s");
    CHECK(text(Duration::min()) == "-106751991d04h");
}

}  // namespace
}  // namespace hearsay

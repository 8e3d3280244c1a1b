#include <array>
#include <string>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"
#include "support/frame_builder.hpp"

// Every limit of the format at the limit, and one beyond it.

namespace hearsay {
namespace {

using testing::FrameBuilder;

bool is_accepted(const FrameBuilder& builder) {
    return static_cast<bool>(decode(builder.frame(), "demo"));
}

bool is_out_of_bounds(const FrameBuilder& builder) {
    const auto result = decode(builder.frame(), "demo");
    return !result && result.error().error == DecodeError::out_of_bounds;
}

/// An introduction in which one thing can be changed.
struct Sample {
    std::string name = "n5";
    std::string endpoint = "tcp://h:1";
    Tags tags{};
};

FrameBuilder introducing(const Sample& sample) {
    FrameBuilder builder;
    builder.head_before(8).array(1).array(8).number(5).string(sample.name).number(6);
    builder.string(sample.endpoint).number(0).map(static_cast<std::uint32_t>(sample.tags.size()));
    for (const auto& [key, value] : sample.tags)
        builder.string(key).string(value);
    return builder.numbers({7, 8});
}

FrameBuilder accusing(std::initializer_list<std::uint64_t> accusers) {
    FrameBuilder builder;
    builder.head_before(7).array(1).array(5).numbers({5, 6, 7, 1});
    return builder.array(static_cast<std::uint32_t>(accusers.size())).numbers(accusers);
}

/// A message whose part at `position` is a list of `count` entries. Small numbers are spelled in
/// one byte, so that the longest list fits the frame.
FrameBuilder listing(std::uint32_t position, std::size_t count) {
    const auto size = static_cast<std::uint32_t>(count);
    FrameBuilder builder;
    builder.head_before(position);
    switch (position) {
        case 6:
            builder.array(size * 3);
            for (std::size_t row = 0; row < count; ++row)
                builder.raw({1, 2, 3});
            break;
        case 7:
            builder.array(size);
            for (std::size_t each = 0; each < count; ++each)
                builder.raw({0x95, 1, 2, 3, 0, 0x91, 4});
            break;
        case 8:
            builder.array(size);
            for (std::size_t each = 0; each < count; ++each) {
                builder.raw({0x98, 1}).string("n").raw({2}).string("a://b").raw({0, 0x80, 3, 4});
            }
            break;
        case 11:
            builder.array(size * 2);
            for (std::size_t each = 0; each < count; ++each)
                builder.raw({1, 2});
            break;
        default:
            builder.array(size);
            for (std::size_t key = 0; key < count; ++key)
                builder.raw({1});
            break;
    }
    return builder;
}

TEST_CASE("a list as long as its limit is read, and one longer is not", "[codec_limits]") {
    struct Limit {
        std::uint32_t position;
        std::size_t count;
    };
    const auto [position, count] =
        GENERATE(Limit{6, limits::rows_max},                                        //
                 Limit{7, limits::accusations_max},                                 //
                 Limit{8, limits::introductions_max}, Limit{9, limits::wants_max},  //
                 Limit{10, limits::roster_max}, Limit{11, limits::forgets_max});
    CAPTURE(position, count);

    CHECK(is_accepted(listing(position, count)));
    CHECK(is_out_of_bounds(listing(position, count + 1)));
}

TEST_CASE("a flat list that ends within an entry is out of bounds", "[codec_limits]") {
    CHECK(is_out_of_bounds(FrameBuilder().head_before(6).array(4).numbers({1, 2, 3, 4})));
    CHECK(is_out_of_bounds(FrameBuilder().head_before(11).array(1).number(1)));
}

TEST_CASE("an entry that lacks a field is out of bounds", "[codec_limits]") {
    CHECK(is_out_of_bounds(FrameBuilder().head_before(7).array(1).array(4).numbers({1, 2, 3, 0})));
    CHECK(is_out_of_bounds(FrameBuilder().head_before(8).array(1).array(1).number(1)));
}

TEST_CASE("a frame as long as its limit is read, and one longer is oversized", "[codec_limits]") {
    FrameBuilder empty;
    empty.head_before(12).binary(0);
    const std::size_t room = limits::frame_bytes_max - empty.frame().size();
    FrameBuilder full;
    full.head_before(12).binary(room);
    FrameBuilder over;
    over.head_before(12).binary(room + 1);

    CHECK(full.frame().size() == limits::frame_bytes_max);
    CHECK(is_accepted(full));
    const auto result = decode(over.frame(), "demo");
    REQUIRE_FALSE(result);
    CHECK(result.error() == Rejection{DecodeError::oversized, ""});
}

TEST_CASE("one to eight accusers are read, each once and in order", "[codec_limits]") {
    CHECK(is_accepted(accusing({1})));
    CHECK(is_accepted(accusing({1, 2, 3, 4, 5, 6, 7, 8})));
    CHECK(is_out_of_bounds(accusing({1, 2, 3, 4, 5, 6, 7, 8, 9})));
    CHECK(is_out_of_bounds(accusing({})));
    CHECK(is_out_of_bounds(accusing({2, 2})));
    CHECK(is_out_of_bounds(accusing({2, 1})));
}

TEST_CASE("no life is numbered zero", "[codec_limits]") {
    FrameBuilder from;
    from.mark().array(6).string("demo").numbers({0, 1, 0, 0, 0});
    FrameBuilder accused;
    accused.head_before(7).array(1).array(5).numbers({0, 6, 7, 1}).array(1).number(1);
    FrameBuilder introduced;
    introduced.head_before(8).array(1).array(8).number(0);

    CHECK(is_out_of_bounds(from));
    CHECK(is_out_of_bounds(FrameBuilder().head_before(6).array(3).numbers({0, 1, 2})));
    CHECK(is_out_of_bounds(accused));
    CHECK(is_out_of_bounds(accusing({0})));
    CHECK(is_out_of_bounds(introduced));
    CHECK(is_out_of_bounds(FrameBuilder().head_before(11).array(2).numbers({0, 1})));
}

TEST_CASE("a name has 1 to 64 bytes", "[codec_limits]") {
    CHECK(is_accepted(introducing({.name = std::string(limits::name_bytes_max, 'n')})));
    CHECK(is_out_of_bounds(introducing({.name = std::string(limits::name_bytes_max + 1, 'n')})));
    CHECK(is_out_of_bounds(introducing({.name = ""})));
}

TEST_CASE("an endpoint has at most 128 bytes and a scheme", "[codec_limits]") {
    const std::string longest = "sim://" + std::string(limits::endpoint_bytes_max - 6, 'h');

    CHECK(is_accepted(introducing({.endpoint = longest})));
    CHECK(is_out_of_bounds(introducing({.endpoint = longest + "h"})));
    CHECK(is_out_of_bounds(introducing({.endpoint = "here:7"})));
    CHECK(is_out_of_bounds(introducing({.endpoint = ""})));
}

TEST_CASE("tags are at most 16, with keys of 1 to 32 and values of 0 to 128 bytes",
          "[codec_limits]") {
    const std::string key(limits::tag_key_bytes_max, 'k');
    const std::string value(limits::tag_value_bytes_max, 'v');
    Tags tags{};
    for (std::size_t count = 0; count < limits::tags_max; ++count)
        tags[std::to_string(count)];

    CHECK(is_accepted(introducing({.tags = {{key, value}, {"empty", ""}}})));
    CHECK(is_out_of_bounds(introducing({.tags = {{key + "k", value}}})));
    CHECK(is_out_of_bounds(introducing({.tags = {{key, value + "v"}}})));
    CHECK(is_out_of_bounds(introducing({.tags = {{"", "v"}}})));
    CHECK(is_accepted(introducing({.tags = tags})));
    tags["one more"];
    CHECK(is_out_of_bounds(introducing({.tags = tags})));
}

TEST_CASE("a tag that is given twice is out of bounds", "[codec_limits]") {
    FrameBuilder builder;
    builder.head_before(8).array(1).array(8).number(5).string("n").number(6).string("a://b");
    builder.number(0).map(2).string("k").string("1").string("k").string("2").numbers({7, 8});

    CHECK(is_out_of_bounds(builder));
}

TEST_CASE("strings that a terminal would obey or cannot show are out of bounds", "[codec_limits]") {
    const std::string text =
        GENERATE(as<std::string>{}, "line\n", "\x1b[2J", "del\x7f", "c1 \xc2\x9b", "cut \xc3",
                 "lone \xa4", "overlong \xc0\xaf", "surrogate \xed\xa0\x80",
                 "beyond \xf4\x90\x80\x80", "never \xff", std::string("nul\0", 4));
    CAPTURE(text);

    CHECK(is_out_of_bounds(introducing({.name = text})));
    CHECK(is_out_of_bounds(introducing({.endpoint = "tcp://" + text + ":1"})));
    CHECK(is_out_of_bounds(introducing({.tags = {{text, "v"}}})));
    CHECK(is_out_of_bounds(introducing({.tags = {{"k", text}}})));
}

TEST_CASE("tags may be of any language", "[codec_limits]") {
    const std::string text = GENERATE(as<std::string>{}, "zürich 2", "日本", "🙂", "\xc2\xa0");

    CHECK(is_accepted(introducing({.tags = {{text, text}}})));
}

TEST_CASE("a name is safe as an argument and as the name of a file", "[codec_limits]") {
    const std::string safe =
        GENERATE(as<std::string>{}, "n1", "N_1", "web-01.example.com", "_", "7");
    const std::string unsafe =
        GENERATE(as<std::string>{}, "--host=evil", "-n", ".", "..", ".n1", "a/b", "n 1", "a,b",
                 "[n]", "n\"1", "$(n)", "zürich", "n\u202e1", "\u0430lpha", "*", "@n");
    CAPTURE(safe, unsafe);

    CHECK(is_accepted(introducing({.name = safe})));
    CHECK(is_out_of_bounds(introducing({.name = unsafe})));
}

/// One value of each kind, by its spelling.
const std::array<FrameBuilder, 11> kinds{
    FrameBuilder().nil(),
    FrameBuilder().raw({0xc2}),
    FrameBuilder().raw({0xff}),
    FrameBuilder().raw({0xca, 0, 0, 0, 0}),
    FrameBuilder().raw({0xcb, 0, 0, 0, 0, 0, 0, 0, 0}),
    FrameBuilder().binary(3),
    FrameBuilder().raw({0xd4, 1, 2}),
    FrameBuilder().map(0),
    FrameBuilder().string("s"),
    FrameBuilder().number(1),
    FrameBuilder().array(1).number(1),
};
constexpr std::size_t string_kind = 8;
constexpr std::size_t number_kind = 9;
constexpr std::size_t array_kind = 10;

TEST_CASE("a value of the wrong kind is out of bounds wherever it stands", "[codec_limits]") {
    const auto kind = GENERATE(range(std::size_t{0}, std::size_t{11}));
    CAPTURE(kind);
    const auto then = [&](FrameBuilder before) {
        for (const std::byte byte : kinds.at(kind).frame()) {
            before.raw({std::to_integer<unsigned>(byte)});
        }
        return before;
    };

    if (kind != number_kind) {
        CHECK(is_out_of_bounds(then(FrameBuilder().mark().array(6).string("demo"))));
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(6).array(3))));
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(9).array(1))));
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(11).array(2).number(1))));
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(7).array(1).array(5))));
    }
    if (kind != array_kind) {
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(6))));
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(8).array(1))));
        CHECK(is_out_of_bounds(
            then(FrameBuilder().head_before(7).array(1).array(5).numbers({1, 2, 3, 0}))));
    }
    if (kind != string_kind) {
        CHECK(is_out_of_bounds(then(FrameBuilder().head_before(8).array(1).array(8).number(1))));
    }
}

}  // namespace
}  // namespace hearsay

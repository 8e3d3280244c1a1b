#include "hearsay/codec.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/frame_builder.hpp"

namespace hearsay {
namespace {

using testing::FrameBuilder;

/// What `frame` is refused with; a frame that is accepted fails the test.
Rejection rejection(const FrameBuilder& builder) {
    const auto result = decode(builder.frame(), "demo");
    REQUIRE_FALSE(result);
    return result.error();
}

Message accepted(const FrameBuilder& builder) {
    const auto result = decode(builder.frame(), "demo");
    REQUIRE(result);
    return result.value();
}

Message pulse(std::string cluster) {
    Message message;
    message.cluster = std::move(cluster);
    message.from = LifeId{0x1f2e3d4c5b6a7988};
    message.heartbeat = 0xffff'ffff;
    message.promise = Milliseconds{65'535};
    message.digest = 0xccddeeff;
    message.wants_answer = true;
    return message;
}

TEST_CASE("an idle pulse takes at most 48 bytes", "[codec]") {
    CHECK(encode(pulse("demo")).size() == 34);
    // The longest name for which that holds in the first four billion heartbeats.
    CHECK(encode(pulse(std::string(18, 'c'))).size() == 48);
    CHECK(encode(pulse(std::string(19, 'c'))).size() == 49);
}

TEST_CASE("an idle pulse with the greatest numbers of the format takes 48 bytes", "[codec]") {
    Message message = pulse("eight888");
    message.heartbeat = heartbeat_left;
    message.promise = Milliseconds{limits::milliseconds_max};
    message.digest = 0x8899aabbccddeeff;

    CHECK(encode(message).size() == 48);
}

TEST_CASE("a frame shorter than its head is truncated", "[codec]") {
    const std::vector<std::byte> frame = encode(pulse("demo"));
    for (std::size_t size = 0; size < 5; ++size) {
        const auto result = decode(std::span(frame).first(size), "demo");
        REQUIRE_FALSE(result);
        CHECK(result.error() == Rejection{DecodeError::truncated, ""});
    }
}

TEST_CASE("a frame without our mark is a foreign protocol", "[codec]") {
    CHECK(rejection(FrameBuilder().raw("GET / HTTP/1.1\r\n")) ==
          Rejection{DecodeError::foreign_protocol, ""});
}

TEST_CASE("a frame of another version is refused with that version", "[codec]") {
    CHECK(rejection(FrameBuilder().mark(2).raw({0xc1})) ==
          Rejection{DecodeError::foreign_version, "2"});
}

TEST_CASE("another cluster's frame is refused with its name, whatever follows", "[codec]") {
    const std::initializer_list<unsigned> junk{0xc1, 0xff, 0xdd};

    CHECK(rejection(FrameBuilder().mark().array(6).string("prod").raw(junk)) ==
          Rejection{DecodeError::foreign_cluster, "prod"});
    CHECK(rejection(FrameBuilder().mark().array(0xffff'ffff).string("prod")) ==
          Rejection{DecodeError::foreign_cluster, "prod"});
}

TEST_CASE("a frame whose cluster cannot be read is malformed", "[codec]") {
    const auto named = [](std::string_view name) {
        return FrameBuilder().mark().array(6).string(name).numbers({7, 1, 0, 0, 0});
    };
    const Rejection malformed{DecodeError::malformed, ""};

    CHECK(rejection(named("")) == malformed);
    CHECK(rejection(named("two words")) == malformed);
    CHECK(rejection(named("bell\a")) == malformed);
    CHECK(rejection(named("\xc3\xa4")) == malformed);
    CHECK(rejection(named(std::string(limits::cluster_bytes_max + 1, 'c'))) == malformed);
    CHECK(rejection(named(std::string(limits::cluster_bytes_max, 'c'))).error ==
          DecodeError::foreign_cluster);
    CHECK(rejection(FrameBuilder().mark().array(6).number(4)) == malformed);
    CHECK(rejection(FrameBuilder().mark().array(6).array(1).string("demo")) == malformed);
    CHECK(rejection(FrameBuilder().mark().string("demo")) == malformed);
    CHECK(rejection(FrameBuilder().mark().map(1).string("demo").number(1)) == malformed);
    CHECK(rejection(FrameBuilder().mark().array(0)) == malformed);
    CHECK(rejection(FrameBuilder().mark()) == malformed);
}

TEST_CASE("bytes left over after the message are malformed", "[codec]") {
    CHECK(accepted(FrameBuilder().head(6)).from == LifeId{7});
    CHECK(rejection(FrameBuilder().head(6).nil()).error == DecodeError::malformed);
    CHECK(rejection(FrameBuilder().head(6).raw({0xc1})).error == DecodeError::malformed);
}

TEST_CASE("a frame that ends early is malformed", "[codec]") {
    CHECK(rejection(FrameBuilder().head(7)).error == DecodeError::malformed);
    CHECK(rejection(FrameBuilder().head(7).raw({0xcf, 1, 2})).error == DecodeError::malformed);
}

TEST_CASE("a message without one of the parts it must have is out of bounds", "[codec]") {
    FrameBuilder builder;
    builder.mark().array(5).string("demo").numbers({7, 1, 0, 0});

    CHECK(rejection(builder).error == DecodeError::out_of_bounds);
    CHECK(rejection(FrameBuilder().mark().array(1).string("demo")).error ==
          DecodeError::out_of_bounds);
}

TEST_CASE("parts that are missing at the end are empty", "[codec]") {
    Message expected;
    expected.cluster = "demo";
    expected.from = LifeId{7};
    expected.heartbeat = 1;

    CHECK(accepted(FrameBuilder().head(6)) == expected);
    CHECK(accepted(FrameBuilder().head_before(9).array(0)) == expected);
}

TEST_CASE("empty parts at the end are not written", "[codec]") {
    Message message = pulse("demo");
    message.rows = {{.life = LifeId{1}, .heartbeat = 2, .age = Milliseconds{3}}};
    const std::size_t size = encode(message).size();
    message.forgets = {{.life = LifeId{1}, .heartbeat = 2}};

    CHECK(size == 34 + 4);
    // The four empty parts before it take a byte each, and it takes three.
    CHECK(encode(message).size() == size + 4 + 3);
}

TEST_CASE("what a later release appends is skipped", "[codec]") {
    SECTION("parts of any kind") {
        FrameBuilder builder;
        builder.mark().array(20).string("demo").numbers({7, 1, 0, 0, 0});
        for (int part = 6; part < 12; ++part)
            builder.array(0);
        builder.map(2).string("k").array(2).raw({0xff}).map(0).nil().binary(9);
        builder.nil().raw({0xc3}).binary(0).string("").number(9).array(1).array(1).nil();
        builder.raw({0xc7, 0, 1});

        CHECK(accepted(builder) == accepted(FrameBuilder().head(6)));
    }
    SECTION("a field of an accusation") {
        FrameBuilder builder;
        builder.head_before(7).array(1).array(7).numbers({5, 6, 7, 0}).array(1).number(9);
        builder.string("because").map(1).nil().array(0);
        const Accusation expected{.life = LifeId{5},
                                  .heartbeat = 6,
                                  .age = Milliseconds{7},
                                  .cause = Cause::silence,
                                  .accusers = {LifeId{9}}};

        CHECK(accepted(builder).accusations == std::vector{expected});
    }
    SECTION("a field of an introduction") {
        FrameBuilder builder;
        builder.head_before(8).array(1).array(9).number(5).string("n5").number(6);
        builder.string("tcp://h:1").number(0).map(0).numbers({8, 9});
        builder.array(1).raw({0xca, 0, 0, 0, 0});
        const std::vector<Introduction> introductions = accepted(builder).introductions;

        REQUIRE(introductions.size() == 1);
        CHECK(introductions[0].identity.name == "n5");
        CHECK(introductions[0].age == Milliseconds{9});
    }
    SECTION("a flag") {
        FrameBuilder builder;
        builder.mark().array(6).string("demo").numbers({7, 1, 0, 0, 0xffee});
        CHECK_FALSE(accepted(builder).wants_answer);
    }
    SECTION("a cause counts as silence") {
        FrameBuilder builder;
        builder.head_before(7).array(1).array(5).numbers({5, 6, 7, 2}).array(1).number(9);
        CHECK(accepted(builder).accusations.at(0).cause == Cause::silence);
    }
}

TEST_CASE("an unknown part may nest eight deep, and no deeper", "[codec]") {
    const auto nested = [](int depth) {
        FrameBuilder builder;
        builder.head_before(12);
        for (int level = 2; level < depth; ++level)
            builder.array(1);
        return builder.array(0);
    };

    CHECK(accepted(nested(8)).from == LifeId{7});
    CHECK(rejection(nested(9)).error == DecodeError::out_of_bounds);
}

TEST_CASE("a list that claims more than the frame holds is refused", "[codec]") {
    CHECK(rejection(FrameBuilder().mark().array(0x7fff'ffff)).error == DecodeError::malformed);
    CHECK(rejection(FrameBuilder().head_before(12).array(0x7fff'ffff)).error ==
          DecodeError::malformed);
    CHECK(rejection(FrameBuilder().head_before(12).map(0x7fff'ffff)).error ==
          DecodeError::malformed);
    CHECK(rejection(FrameBuilder().head_before(10).array(1000)).error == DecodeError::malformed);
}

TEST_CASE("a number may come in any integer width", "[codec]") {
    FrameBuilder builder;
    builder.mark().array(6).string("demo").raw({0xd1, 0x01, 0x00}).raw({0xcc, 1, 2, 0xd0, 3, 0});
    const Message message = accepted(builder);

    CHECK(message.from == LifeId{0x100});
    CHECK(message.heartbeat == 1);
    CHECK(message.promise == Milliseconds{2});
    CHECK(message.digest == 3);
}

TEST_CASE("a heartbeat may be any number", "[codec]") {
    Message message = pulse("demo");
    message.heartbeat = GENERATE(Heartbeat{0}, Heartbeat{1}, heartbeat_left);
    message.rows = {{.life = LifeId{1}, .heartbeat = message.heartbeat, .age = {}}};

    const auto result = decode(encode(message), "demo");
    REQUIRE(result);
    CHECK(result.value() == message);
}

TEST_CASE("a span beyond what is told is written and read as the longest", "[codec]") {
    Message longest = pulse("demo");
    longest.promise = Milliseconds{limits::milliseconds_max};
    Message longer = longest;
    longer.promise += Milliseconds{1};
    FrameBuilder builder;
    builder.mark().array(6).string("demo").numbers({7, 1, 0xffff'ffff'ffff, 0, 0});

    CHECK(encode(longer) == encode(longest));
    CHECK(accepted(builder).promise == longest.promise);
}

}  // namespace
}  // namespace hearsay

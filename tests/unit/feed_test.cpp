#include "feed.hpp"

#include <array>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

/// What it gives at present, in pieces of that size.
std::string all_of(FeedReader& reader, std::size_t piece = 16) {
    std::string text;
    std::vector<char> space(piece);
    while (const std::size_t size = reader.read(space))
        text.append(space.data(), size);
    return text;
}

TEST_CASE("a client that comes is told the present, then what was, then what comes", "[feed]") {
    Feed feed("p");
    feed.log().add_event("1");
    feed.set(Feed::Part::members, "{}");
    feed.set(Feed::Part::node, "[]");
    FeedReader reader(feed, "");

    const std::size_t piece = GENERATE(1U, 7U, 4096U);
    CHECK(reader.has_more());
    CHECK(all_of(reader, piece) ==
          "retry: 1000\n\nevent: node\ndata: []\n\nevent: members\ndata: {}\n\n"
          "event: event\nid: p-1-0\ndata: 1\n\n");
    CHECK_FALSE(reader.has_more());

    feed.log().add_event("2");
    CHECK(reader.has_more());
    CHECK(all_of(reader, piece) == "event: event\nid: p-2-0\ndata: 2\n\n");
}

TEST_CASE("of a state only the newest is told, and once", "[feed]") {
    Feed feed("p");
    FeedReader reader(feed, "");
    static_cast<void>(all_of(reader));

    feed.set(Feed::Part::status, "1");
    feed.set(Feed::Part::status, "2");

    CHECK(all_of(reader) == "event: status\ndata: 2\n\n");
    CHECK(all_of(reader).empty());
}

TEST_CASE("a state that is not known any more is told to nobody", "[feed]") {
    Feed feed("p");
    feed.set(Feed::Part::links, "1");
    feed.forget(Feed::Part::links);
    FeedReader reader(feed, "");

    CHECK(all_of(reader) == "retry: 1000\n\n");

    feed.set(Feed::Part::links, "2");
    CHECK(all_of(reader) == "event: links\ndata: 2\n\n");
}

TEST_CASE("a comment is sent to all", "[feed]") {
    Feed feed("p");
    FeedReader one(feed, "");
    FeedReader other(feed, "");
    static_cast<void>(all_of(one) + all_of(other));

    feed.send_comment();

    CHECK(one.has_more());
    CHECK(all_of(one) == ":\n\n");
    CHECK(all_of(other) == ":\n\n");
    CHECK_FALSE(one.has_more());
}

TEST_CASE("a client that comes back is told what it missed", "[feed]") {
    Feed feed("p");
    feed.log().add_event("1");
    feed.log().add_event("2");
    FeedReader reader(feed, "p-1-0");

    CHECK(all_of(reader) == "retry: 1000\n\nevent: event\nid: p-2-0\ndata: 2\n\n");
}

TEST_CASE("a client that comes back too late is told how much is gone", "[feed]") {
    Feed feed("p");
    for (std::size_t i = 0; i < EventLog::events_max + 2; ++i)
        feed.log().add_event("x");
    FeedReader reader(feed, "p-1-0");

    CHECK_THAT(all_of(reader), Catch::Matchers::StartsWith("retry: 1000\n\nevent: event\ndata: "
                                                           "{\"event\":\"missed\",\"count\":1}\n\n"
                                                           "event: event\nid: p-3-0\n"));
}

TEST_CASE("only what came since it listens counts as unread", "[feed]") {
    Feed feed("p");
    feed.log().add_event(std::string(1000, 'x'));
    FeedReader reader(feed, "");
    CHECK(reader.unread_bytes() == 0);

    feed.log().add_event(std::string(1000, 'y'));
    CHECK(reader.unread_bytes() > 1000);

    std::array<char, 500> space{};
    static_cast<void>(reader.read(space));
    CHECK(reader.unread_bytes() > 1000);
    static_cast<void>(all_of(reader));
    CHECK(reader.unread_bytes() == 0);
}

}  // namespace
}  // namespace hearsay

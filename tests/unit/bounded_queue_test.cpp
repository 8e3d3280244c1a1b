#include "bounded_queue.hpp"

#include <cstddef>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Queue = BoundedQueue<int>;

std::string all(Queue& queue) {
    std::string text;
    while (!queue.is_empty())
        text += std::to_string(queue.take()) + ' ';
    return text;
}

TEST_CASE("items come out in the order in which they went in", "[bounded_queue]") {
    Queue queue(4);
    queue.push(1);
    queue.push_kept(2, "a");
    queue.push(3);
    queue.push_kept(4, "b");

    CHECK(queue.size() == 4);
    CHECK(queue.front() == 1);
    CHECK(all(queue) == "1 2 3 4 ");
}

TEST_CASE("the oldest goes when there are too many, and is counted", "[bounded_queue]") {
    Queue queue(2);
    for (int i = 1; i <= 5; ++i)
        queue.push(i);

    CHECK(queue.take_lost() == 3);
    CHECK(queue.take_lost() == 0);
    CHECK(queue.lost_count() == 3);
    CHECK(all(queue) == "4 5 ");
}

TEST_CASE("what must be kept outlasts any number of others", "[bounded_queue]") {
    Queue queue(2);
    queue.push_kept(1, "a");
    for (int i = 2; i <= 100; ++i)
        queue.push(i);

    CHECK(all(queue) == "1 99 100 ");
}

TEST_CASE("of one subject the newest stands for those before it", "[bounded_queue]") {
    Queue queue(2);
    queue.push_kept(-1, "lone");
    queue.push_kept(-2, "again");
    queue.push_kept(-3, "again");
    for (std::size_t i = 3; i < Queue::kept_max; ++i)
        queue.push_kept(static_cast<int>(i), std::to_string(i));
    REQUIRE(queue.lost_count() == 0);

    queue.push_kept(-4, "one too many");

    CHECK(queue.lost_count() == 1);
    CHECK(queue.size() == Queue::kept_max);
    CHECK(queue.take() == -1);
    CHECK(queue.take() == -3);
}

TEST_CASE("where each is about another subject the oldest goes", "[bounded_queue]") {
    Queue queue(2);
    for (std::size_t i = 0; i <= Queue::kept_max; ++i)
        queue.push_kept(static_cast<int>(i), std::to_string(i));

    CHECK(queue.lost_count() == 1);
    CHECK(queue.take() == 1);
}

TEST_CASE("the oldest that is wanted can be taken out of the middle", "[bounded_queue]") {
    Queue queue(8);
    queue.push(1);
    queue.push_kept(2, "a");
    queue.push(3);
    queue.push_kept(4, "a");

    CHECK(queue.take_if([](int item) { return item > 1; }) == 2);
    CHECK(queue.take_if([](int item) { return item > 2; }) == 3);
    CHECK_FALSE(queue.take_if([](int item) { return item > 9; }));
    CHECK(all(queue) == "1 4 ");
}

}  // namespace
}  // namespace hearsay

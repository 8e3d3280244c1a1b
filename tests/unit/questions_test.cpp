#include "questions.hpp"

#include <chrono>
#include <utility>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Json = Questions::Json;

/// A node that answers when it is told to.
class Bench {
  public:
    Questions::Question question(const std::string& op) {
        return {.request = {{"op", op}}, .timeout = 2s, .fresh = 1s};
    }

    /// Asks, and notes what came of it in `got`.
    bool get(const std::string& op) {
        return questions.get(question(op), [this](const auto& answer) {
            got.push_back(answer ? answer->text : "none");
        });
    }

    void answer(const Json* answer) {
        for (const auto& on_answer : std::exchange(asked, {}))
            on_answer(answer);
    }

    Instant now{1h};
    std::vector<std::function<void(const Json*)>> asked;
    std::vector<std::string> got;
    Questions questions{[this](const Json& /*request*/, Duration /*timeout*/, auto on_answer) {
                            asked.push_back(std::move(on_answer));
                        },
                        [this] { return now; }};
};

TEST_CASE("clients that ask the same at once share one question", "[questions]") {
    Bench bench;
    REQUIRE(bench.get("members"));
    REQUIRE(bench.get("members"));
    REQUIRE(bench.get("status"));
    CHECK(bench.asked.size() == 2);
    CHECK(bench.got.empty());

    const Json answer{{"name", "n1"}};
    bench.answer(&answer);

    CHECK(bench.got == std::vector<std::string>(3, "{\"name\":\"n1\"}\n"));
}

TEST_CASE("an answer is given again while it is fresh", "[questions]") {
    Bench bench;
    const Json answer{{"name", "n1"}};
    REQUIRE(bench.get("members"));
    bench.answer(&answer);

    bench.now += 1s;
    REQUIRE(bench.get("members"));
    CHECK(bench.asked.empty());
    CHECK(bench.got.size() == 2);

    bench.now += 1ms;
    REQUIRE(bench.get("members"));
    CHECK(bench.asked.size() == 1);
}

TEST_CASE("what somebody else was answered is given too", "[questions]") {
    Bench bench;
    bench.questions.note(bench.question("links"), Json{{"links", 1}});

    REQUIRE(bench.get("links"));
    CHECK(bench.got == std::vector<std::string>{"{\"links\":1}\n"});

    bench.questions.forget_answers();
    REQUIRE(bench.get("links"));
    CHECK(bench.asked.size() == 1);
}

TEST_CASE("no answer is told to all who wait, and kept for nobody", "[questions]") {
    Bench bench;
    REQUIRE(bench.get("members"));
    REQUIRE(bench.get("members"));

    SECTION("the node does not answer") {
        bench.answer(nullptr);
    }
    SECTION("nobody is left who would") {
        bench.questions.give_up();
        // That comes too late.
        const Json answer{{"name", "n1"}};
        bench.answer(&answer);
    }

    CHECK(bench.got == std::vector<std::string>(2, "none"));
    REQUIRE(bench.get("members"));
    CHECK(bench.asked.size() == 1);
}

TEST_CASE("only so many questions are asked at once", "[questions]") {
    Bench bench;
    for (std::size_t i = 0; i < Questions::asked_max; ++i)
        REQUIRE(bench.get("explain " + std::to_string(i)));

    CHECK_FALSE(bench.get("another"));
    CHECK(bench.get("explain 0"));

    const Json answer{{"name", "n1"}};
    bench.answer(&answer);
    CHECK(bench.got.size() == Questions::asked_max + 1);
    CHECK(bench.get("another"));
}

TEST_CASE("a client that is answered may ask again at once", "[questions]") {
    Bench bench;
    int answers = 0;
    std::function<void()> ask = [&] {
        REQUIRE(bench.questions.get(bench.question("members"), [&](const auto& answer) {
            ++answers;
            if (!answer && answers < 3) ask();
        }));
    };
    ask();

    bench.answer(nullptr);
    bench.answer(nullptr);
    CHECK(answers == 2);
    CHECK(bench.asked.size() == 1);
}

}  // namespace
}  // namespace hearsay

#include "hearsay/survey.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "numbers.hpp"
#include "support/catch.hpp"
#include "support/sample_views.hpp"
#include "survey_codec.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::sample_view;

constexpr Instant start{std::chrono::hours(1)};
constexpr Milliseconds wall_start{1'795'430'400'000};

Identity identity(std::uint64_t number) {
    Identity self;
    self.life = LifeId{number};
    self.name = "n" + std::to_string(number);
    self.incarnation = 1;
    self.endpoint = "tcp://10.0.0.1:" + std::to_string(7700 + number);
    return self;
}

Config config() {
    Config config = Config::local();
    config.cluster = "demo";
    return config;
}

/// The survey of n1, which knows `count` members. Others speak by frames alone.
class Bench {
  public:
    explicit Bench(std::uint64_t count) {
        for (std::uint64_t number = 2; number <= count; ++number)
            REQUIRE(detector_.acquaint(identity(number), start));
    }

    Survey& survey() { return survey_; }
    Detector& detector() { return detector_; }
    [[nodiscard]] const SurveyReport& report() const { return *survey_.report(); }
    void begin() { survey_.begin(detector_, clock()); }
    void pass(Duration span) { now_ += span; }
    [[nodiscard]] ClockReading clock() const {
        return {.now = now_, .wall = wall_start + std::chrono::floor<Milliseconds>(now_ - start)};
    }

    std::optional<Rejection> hear(const std::vector<std::byte>& frame, LinkId link = LinkId{2}) {
        return survey_.handle_frame(frame, link, detector_, clock());
    }
    void hear(std::uint64_t from, const SurveyQuestion& question, MemberView view = sample_view()) {
        view.digest = question.digest;
        static_cast<void>(hear(encode(
            SurveyAnswer{.from = LifeId{from}, .number = question.number, .view = view}, "demo")));
    }

    /// What it sends now.
    std::vector<Transmit> turn() {
        survey_.handle_timeout(detector_, now_);
        std::vector<Transmit> sent;
        while (auto transmit = survey_.poll_transmit())
            sent.push_back(*std::move(transmit));
        return sent;
    }

    /// The questions sent now, by the number of the member that is asked.
    std::map<std::uint64_t, SurveyQuestion> questions() {
        std::map<std::uint64_t, SurveyQuestion> questions;
        for (const Transmit& transmit : turn()) {
            const auto frame = decode_survey(transmit.frame, "demo");
            const std::size_t colon = transmit.endpoint.rfind(':');
            questions[std::stoul(transmit.endpoint.substr(colon + 1)) - 7700] =
                std::get<SurveyQuestion>(frame.value());
        }
        return questions;
    }

    /// What it answers to a question of that life.
    std::vector<Transmit> answers_to(std::uint64_t life, std::uint64_t digest = 0) {
        const SurveyQuestion question{.from = LifeId{life}, .number = 5, .digest = digest};
        static_cast<void>(hear(encode(question, "demo")));
        return turn();
    }

  private:
    Instant now_ = start;
    Detector detector_{config(), identity(1), 1, start};
    Survey survey_{"1.0", 3};
};

const Surveyed& member(const SurveyReport& report, std::uint64_t number) {
    for (const Surveyed& each : report.members)
        if (each.identity.life == LifeId{number}) return each;
    FAIL("not asked");
    return report.members.front();
}

TEST_CASE("while nobody asks there is nothing to do and to hold", "[survey]") {
    Bench bench(5);

    CHECK(bench.turn().empty());
    CHECK(bench.survey().report() == nullptr);
    CHECK_FALSE(bench.survey().next_deadline());
}

TEST_CASE("all members are asked, and the survey is over when all have answered", "[survey]") {
    Bench bench(4);
    bench.begin();
    const auto questions = bench.questions();
    REQUIRE(questions.size() == 3);
    bench.pass(20ms);

    bench.hear(2, questions.at(2));
    bench.hear(3, questions.at(3));
    CHECK_FALSE(bench.report().is_over);
    bench.hear(4, questions.at(4));

    CHECK(bench.report().is_over);
    CHECK(bench.report().answered_count == 3);
    CHECK(bench.report().heard - bench.report().began == 20ms);
    CHECK(member(bench.report(), 3).view->version == "1.2.3");
    CHECK_FALSE(bench.survey().next_deadline());
    bench.survey().drop_finished();
    CHECK(bench.survey().report() == nullptr);
}

TEST_CASE("a survey of a node that knows nobody is over at once", "[survey]") {
    Bench bench(1);
    bench.begin();

    CHECK(bench.report().is_over);
    CHECK(bench.report().own.roster == std::vector<std::string>{"n1"});
}

TEST_CASE("a few are asked in a round, and the silent once more", "[survey]") {
    Bench bench(40);
    const std::size_t each = numbers::asked_by_chance();
    bench.begin();

    CHECK(bench.questions().size() == each);
    CHECK(bench.questions().empty());
    CHECK(bench.survey().next_deadline() == bench.clock().now + config().round);
    bench.pass(config().round);
    CHECK(bench.questions().size() == 2 * each);
    bench.pass(config().round);
    // The last seven, and once more those of the round before.
    CHECK(bench.questions().size() == each + 7);
    bench.pass(config().round);
    CHECK(bench.questions().size() == 7);
    CHECK_FALSE(bench.report().is_over);
    bench.pass(2 * config().round);

    CHECK(bench.questions().empty());
    CHECK(bench.report().is_over);
    CHECK(bench.survey().counters().questions_sent == 2 * 39);
}

TEST_CASE("a client that asks while a survey is under way joins it", "[survey]") {
    Bench bench(3);
    bench.begin();
    CHECK(bench.questions().size() == 2);

    bench.begin();

    CHECK(bench.questions().empty());
    bench.pass(10 * config().round);
    CHECK(bench.questions().size() == 2);
    REQUIRE(bench.report().is_over);
    bench.begin();
    CHECK(bench.report().is_over);
    bench.survey().drop_finished();
    bench.begin();
    CHECK_FALSE(bench.report().is_over);
}

TEST_CASE("only the life that was asked may answer, by its number, once", "[survey]") {
    Bench bench(3);
    SECTION("nobody asked") {
        bench.hear(2, {.from = LifeId{1}, .number = 1, .digest = 0});
        CHECK(bench.survey().counters().unasked == 1);
    }
    SECTION("in the place of another") {
        bench.begin();
        const auto questions = bench.questions();
        bench.hear(3, questions.at(2));
        bench.hear(77, questions.at(2));
        bench.hear(2, {.from = {}, .number = questions.at(2).number + 1, .digest = 0});
        CHECK(bench.survey().counters().unasked == 3);
        CHECK(bench.report().answered_count == 0);
    }
    SECTION("twice") {
        bench.begin();
        const auto questions = bench.questions();
        bench.hear(2, questions.at(2));
        MemberView other = sample_view();
        other.version = "6.6.6";
        bench.hear(2, questions.at(2), other);
        CHECK(bench.survey().counters().unasked == 1);
        CHECK(member(bench.report(), 2).view->version == "1.2.3");
    }
    SECTION("too late") {
        bench.begin();
        const auto questions = bench.questions();
        bench.pass(10 * config().round);
        CHECK(bench.turn().size() == 2);
        bench.hear(2, questions.at(2));
        CHECK(bench.survey().counters().unasked == 1);
    }
}

TEST_CASE("the answer to either question counts, and tells its own round trip", "[survey]") {
    const bool is_first = GENERATE(true, false);
    Bench bench(2);
    bench.begin();
    const auto first = bench.questions();
    bench.pass(config().round);
    const auto second = bench.questions();
    bench.pass(10ms);

    bench.hear(2, (is_first ? first : second).at(2));

    CHECK(bench.report().members[0].round_trip == (is_first ? config().round + 10ms : 10ms));
}

TEST_CASE("the clock of another is compared with ours in the middle of the round trip",
          "[survey]") {
    Bench bench(2);
    bench.begin();
    const auto questions = bench.questions();
    bench.pass(40ms);
    MemberView view = sample_view();
    view.wall = wall_start + 20ms + 3s;

    bench.hear(2, questions.at(2), view);

    CHECK(bench.report().members[0].clock_ahead == 3s);
}

TEST_CASE("a member of the roster is answered over its link", "[survey]") {
    Bench bench(3);

    const auto answers = bench.answers_to(2);

    REQUIRE(answers.size() == 1);
    CHECK(answers[0].link == LinkId{2});
    CHECK(answers[0].endpoint == identity(2).endpoint);
    const auto frame = decode_survey(answers[0].frame, "demo");
    REQUIRE(frame);
    const auto& answer = std::get<SurveyAnswer>(frame.value());
    CHECK(answer.from == LifeId{1});
    CHECK(answer.number == 5);
    CHECK(answer.view.version == "1.0");
    CHECK(answer.view.round == config().round);
    CHECK(answer.view.wall == wall_start);
    CHECK(answer.view.roster == std::vector<std::string>{"n1", "n2", "n3"});
}

TEST_CASE("a member with the same roster is not told it", "[survey]") {
    Bench bench(3);
    const std::uint64_t digest = bench.detector().status(start).digest;

    const auto frame = decode_survey(bench.answers_to(2, digest).at(0).frame, "demo");

    CHECK(std::get<SurveyAnswer>(frame.value()).view.roster.empty());
    CHECK(std::get<SurveyAnswer>(frame.value()).view.roster_size == 3);
}

TEST_CASE("a link is told as lost as soon as nothing came over it for too long", "[survey]") {
    Bench bench(2);
    Message pulse;
    pulse.cluster = "demo";
    pulse.from = LifeId{2};
    pulse.heartbeat = 5;
    pulse.promise = 200ms;
    REQUIRE_FALSE(bench.detector().handle_message(encode(pulse), LinkId{2}, start));
    bench.detector().handle_timeout(start);
    const auto link = [&] {
        const auto frame = decode_survey(bench.answers_to(2).at(0).frame, "demo");
        return std::get<SurveyAnswer>(frame.value()).view.links.at(0);
    };

    bench.pass(config().suspect_after - 10ms);
    CHECK_FALSE(link().is_lost);
    bench.pass(config().round);

    const ToldLink lost = link();
    CHECK(lost.is_lost);
    CHECK(lost.heard_ago == config().suspect_after - 10ms + config().round);
}

TEST_CASE("strangers are not answered, nor this node's own questions", "[survey]") {
    Bench bench(3);

    CHECK(bench.answers_to(77).empty());
    CHECK(bench.answers_to(1).empty());

    CHECK(bench.survey().counters().strangers == 2);
    CHECK(bench.survey().counters().answers_sent == 0);
}

TEST_CASE("a member that was given up is not answered", "[survey]") {
    Bench bench(2);
    // It says nothing until it is failed.
    for (Instant now = start; now < start + 5 * config().fail_after; now += 50ms)
        bench.detector().handle_timeout(now);
    bench.pass(5 * config().fail_after);
    REQUIRE(bench.detector().member("n2", bench.clock().now)->state == MemberState::failed);

    CHECK(bench.answers_to(2).empty());
    CHECK(bench.survey().counters().strangers == 1);
    // But it is asked.
    bench.begin();
    CHECK(bench.questions().size() == 1);
    CHECK(bench.report().own.troubled ==
          std::vector<ToldState>{{.name = "n2", .state = MemberState::failed}});
}

TEST_CASE("each life is answered once in a round, and few lives are", "[survey]") {
    Bench bench(40);

    CHECK(bench.answers_to(2).size() == 1);
    CHECK(bench.answers_to(2).empty());
    std::size_t answered = 1;
    for (std::uint64_t life = 3; life <= 40; ++life)
        answered += bench.answers_to(life).size();

    CHECK(answered == numbers::asked_by_chance());
    CHECK(bench.survey().counters().surplus == 39 - answered + 1);
    bench.pass(config().round);
    CHECK(bench.answers_to(2).size() == 1);
}

TEST_CASE("an answer takes no more than its bound, and no more of them are kept", "[survey]") {
    Bench bench(200);
    bench.begin();
    MemberView huge = sample_view();
    huge.roster.assign(1900, std::string(64, 'n'));
    std::size_t kept = 0;
    for (int round = 0; round < 14; ++round) {
        for (const auto& [number, question] : bench.questions())
            bench.hear(number, question, huge);
        bench.pass(config().round);
    }

    CHECK(bench.report().is_over);
    std::size_t bytes = 0;
    for (const Surveyed& each : bench.report().members) {
        REQUIRE(each.view);
        if (each.view->roster.empty()) continue;
        ++kept;
        bytes += each.view->roster.size() * 64;
    }
    CHECK(kept > 100);
    CHECK(kept < 199);
    CHECK(bytes < limits::surveyed_bytes_max);
    CHECK(bench.report().members.back().view->truncated > 1900);
}

TEST_CASE("a frame that is refused is counted by its reason", "[survey]") {
    Bench bench(2);

    const auto rejection = bench.hear(encode(SurveyQuestion{.from = LifeId{2}}, "prod"));

    REQUIRE(rejection);
    CHECK(rejection->found == "prod");
    const auto& rejected = bench.survey().counters().rejected;
    CHECK(rejected.at(static_cast<std::size_t>(DecodeError::foreign_cluster)) == 1);
}

TEST_CASE("a detector finds a member by its life", "[survey]") {
    Bench bench(2);

    CHECK(bench.detector().member(LifeId{2}, start)->identity.name == "n2");
    CHECK_FALSE(bench.detector().member(LifeId{1}, start));
    CHECK_FALSE(bench.detector().member(LifeId{77}, start));
}

}  // namespace
}  // namespace hearsay

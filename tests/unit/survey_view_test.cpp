#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "name_ranges.hpp"
#include "support/catch.hpp"
#include "support/sample_views.hpp"
#include "survey_comparison.hpp"
#include "survey_json.hpp"
#include "views.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::ordered_json;
using std::chrono::milliseconds;

/// As it comes out of the socket: numbers that are not negative have a type of their own.
ordered_json received(const ordered_json& answer) {
    return ordered_json::parse(answer.dump());
}

/// What a survey of n1 found. All hold each other for alive, and hear each other, until told
/// otherwise.
class Sample {
  public:
    explicit Sample(std::vector<std::string> names) : names_(std::move(names)) {
        report_.self = identity(0);
        report_.own = view(0);
        report_.own.roster = names_;
        report_.is_over = true;
        report_.heard += milliseconds(34);
        for (std::size_t i = 1; i < names_.size(); ++i) {
            Surveyed member;
            member.identity = identity(i);
            member.view = view(i);
            member.round_trip = milliseconds(4);
            member.asked_at = {report_.began};
            report_.members.push_back(std::move(member));
        }
        report_.asked_count = report_.members.size();
    }

    SurveyReport& report() { return report_; }
    MemberView& view_of(std::size_t i) {
        return i == 0 ? report_.own : *report_.members[i - 1].view;
    }
    Surveyed& member(std::size_t i) { return report_.members[i - 1]; }

    /// They hold the others for failed, and these do not answer the asker.
    void split(std::size_t half) {
        for (std::size_t i = 0; i < half; ++i) {
            view_of(i).digest = 1;
            view_of(i).roster.assign(names_.begin(),
                                     names_.begin() + static_cast<std::ptrdiff_t>(half));
            for (std::size_t failed = half; failed < names_.size(); ++failed)
                view_of(i).troubled.push_back(
                    {.name = names_[failed], .state = MemberState::failed});
        }
        for (std::size_t i = half; i < names_.size(); ++i) {
            member(i).view.reset();
            member(i).state = MemberState::failed;
        }
    }

    void cut(std::size_t listener, std::size_t speaker) {
        for (ToldLink& link : view_of(listener).links)
            if (link.name == names_[speaker]) link.is_lost = true;
    }

    [[nodiscard]] ordered_json answer() {
        report_.answered_count = 0;
        for (const Surveyed& member : report_.members)
            if (member.view) ++report_.answered_count;
        return received(to_json(report_));
    }
    [[nodiscard]] std::string text(Screen screen = {}) { return survey_view(answer(), screen); }

  private:
    [[nodiscard]] Identity identity(std::size_t i) const {
        Identity identity;
        identity.life = LifeId{i + 1};
        identity.name = names_[i];
        return identity;
    }
    [[nodiscard]] MemberView view(std::size_t i) const {
        MemberView view;
        view.version = "1.0";
        view.round = milliseconds(1000);
        view.suspect_after = milliseconds(2500);
        view.fail_after = milliseconds(4000);
        view.ring_count = 2;
        view.roster_size = names_.size();
        for (std::size_t other = 0; other < names_.size(); ++other) {
            const std::size_t apart = other > i ? other - i : i - other;
            if (apart == 0 || apart > 2) continue;
            view.links.push_back({.name = names_[other],
                                  .is_observed = true,
                                  .is_lost = false,
                                  .heard_ago = milliseconds(40),
                                  .round_trip = std::nullopt});
        }
        return view;
    }

    std::vector<std::string> names_;
    SurveyReport report_;
};

std::vector<std::string> numbered(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i)
        names.push_back("n" + std::to_string(i));
    return names;
}

TEST_CASE("members that agree take a line, and a matrix of who hears whom", "[survey_view]") {
    Sample sample(numbered(4));

    CHECK(sample.text() ==
          "4 of 4 members answered within 34ms; all hold the same view\n"
          "links      all 10 observed links are heard\n"
          "Who hears whom: . heard, x not heard, blank not observed\n"
          "LISTENER  1  2  3  4\n"
          "1 n1      -  .  .\n"
          "2 n2      .  -  .  .\n"
          "3 n3      .  .  -  .\n"
          "4 n4         .  .  -\n");
}

TEST_CASE("a split is two groups: those that hold the same, and those that are silent",
          "[survey_view]") {
    Sample sample(numbered(16));
    sample.split(8);

    const std::string text = sample.text();

    CHECK_THAT(text,
               StartsWith("8 of 16 members answered within 34ms; all hold the same view\n"
                          "view       8 members hold n9 to n16 for failed: n1 to n8\n"
                          "silent     8 members held for failed did not answer: n9 to n16\n"));
}

TEST_CASE("views that differ are told with those that hold them, most first", "[survey_view]") {
    Sample sample(numbered(5));
    sample.view_of(0).troubled = {{.name = "n5", .state = MemberState::suspect}};
    sample.view_of(3).digest = 7;
    sample.view_of(3).roster = {"n1", "n2", "n4", "n5"};
    sample.view_of(3).troubled = {{.name = "n3", .state = MemberState::failed}};

    CHECK_THAT(sample.text(), StartsWith("5 of 5 members answered within 34ms; 3 views differ\n"
                                         "view       3 members hold all for alive: n2, n3, n5\n"
                                         "view       1 member holds n5 for suspect: n1\n"
                                         "view       1 member holds n3 for failed: n4\n"));
}

TEST_CASE("a member that is alive to others and not listed is unknown", "[survey_view]") {
    Sample sample(numbered(3));
    sample.view_of(2).digest = 7;
    sample.view_of(2).roster = {"n1", "n3"};
    SECTION("as far as it says all") {
        CHECK_THAT(sample.text(), Contains("1 member holds n2 for unknown: n3\n"));
    }
    SECTION("but not if it left names out") {
        sample.view_of(2).truncated = 1;
        CHECK_THAT(sample.text(),
                   Contains("all hold the same view") && Contains("n3: 1 entry found no room\n"));
    }
}

TEST_CASE("whom nobody holds for alive is no difference, listed or not", "[survey_view]") {
    Sample sample(numbered(3));
    sample.view_of(1).troubled = {{.name = "old", .state = MemberState::left}};

    CHECK(sample.answer().at("agree") == true);
    CHECK_THAT(sample.text(), Contains("3 members hold old for left: n1 to n3\n"));
}

TEST_CASE("a link that is cut is told once, and a one-way link is called so", "[survey_view]") {
    Sample sample(numbered(5));
    sample.cut(0, 1);
    sample.cut(1, 0);
    sample.cut(3, 4);
    sample.cut(2, 3);
    sample.member(3).view.reset();

    const std::string text = sample.text();

    CHECK_THAT(text,
               Contains("link       n1 and n2 do not hear each other: cut, for 40ms\n"
                        "link       n3 does not hear n4, for 40ms; the other way is not known\n"
                        "links      3 of 11 observed links not heard\n"));
    CHECK_THAT(text, Contains("2 n2      x  -  .  .\n"));
    sample.cut(4, 2);
    CHECK_THAT(sample.text(), Contains("n5 does not hear n3, n3 hears n5: one-way, for 40ms\n"));
}

TEST_CASE("of many members the matrix shows those whose links are cut", "[survey_view]") {
    Sample sample(numbered(64));
    CHECK_THAT(sample.text(), !Contains("LISTENER"));
    sample.cut(20, 21);

    CHECK_THAT(sample.text(), Contains("LISTENER  1  2\n"
                                       "1 n21     -  x\n"
                                       "2 n22     .  -\n"));
}

TEST_CASE("settings, versions, clocks and health that differ are told", "[survey_view]") {
    Sample sample(numbered(4));
    sample.view_of(1).version = "0.9";
    sample.view_of(2).round = milliseconds(2000);
    sample.view_of(2).pace = 4;
    sample.view_of(3).is_withdrawn = true;
    sample.member(1).clock_ahead = milliseconds(3200);
    sample.member(2).clock_ahead = milliseconds(-150);
    sample.member(3).clock_ahead = milliseconds(90);

    const std::string text = sample.text();

    CHECK_THAT(text, Contains("health     n3: takes 4 rounds for one\n"));
    CHECK_THAT(text, Contains("health     n4: withdrawn, because it is degraded\n"));
    CHECK_THAT(text, Contains("settings   round 1s, suspect after 2.5s, fail after 4s, 2 rings on "
                              "n1, n2, n4\n"));
    CHECK_THAT(text, Contains("settings   round 2s, suspect after 2.5s, fail after 4s, 2 rings on "
                              "n3\n"));
    CHECK_THAT(text, Contains("versions   0.9 on n2\nversions   1.0 on n1, n3, n4\n"));
    CHECK_THAT(text, Contains("clocks     n3: 150ms behind\nclocks     n2: 3.2s ahead\n"));
    CHECK_THAT(text, !Contains("90ms"));
}

TEST_CASE("a clock is not told to differ by less than its answer took", "[survey_view]") {
    Sample sample(numbered(2));
    sample.member(1).clock_ahead = milliseconds(400);
    sample.member(1).round_trip = milliseconds(900);

    CHECK_THAT(sample.text(), !Contains("clocks"));
}

TEST_CASE("a member not asked in time is told, and a node that is alone", "[survey_view]") {
    Sample sample(numbered(3));
    sample.member(2).view.reset();
    sample.member(2).asked_at.clear();
    CHECK_THAT(sample.text(), Contains("silent     1 member was not asked in the time given\n"));
    CHECK(Sample({"n1"}).text() == "n1 knows no other member\n");
}

TEST_CASE("no line of a survey is wider than the screen, and trouble stands first",
          "[survey_view]") {
    const auto width = GENERATE(as<std::size_t>{}, 80, 100, 120);
    const auto size = GENERATE(as<std::size_t>{}, 5, 16, 64);
    const auto prefix = GENERATE(as<std::string>{}, "n", "\u6771\u4eac\u90fd\u5343\u4ee3\u7530-",
                                 "a-rather-long-name-of-a-machine-in-some-rack-");
    CAPTURE(width, size, prefix);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < size; ++i)
        names.push_back(prefix + std::to_string(i * 3));
    Sample sample(names);
    sample.split(size / 2 + 1);
    sample.cut(0, 1);
    for (std::size_t i = 1; i <= size / 2; ++i) {
        sample.view_of(i).version = "1.0." + std::to_string(i);
        sample.member(i).clock_ahead = milliseconds(1000 * static_cast<int>(i));
    }

    std::istringstream lines(sample.text({.width = width}));
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(column_count(line) <= width);
        all.push_back(line);
    }
    REQUIRE(all.size() > 3);
    CHECK_THAT(all[1], StartsWith("view "));
}

TEST_CASE("an answer of a survey that lacks everything is shown without harm", "[survey_view]") {
    const ordered_json strange = {{"views", {1, {{"holds", 3}}}},
                                  {"members", {2, "x", {{"answered", true}}}},
                                  {"cuts", {nullptr}},
                                  {"links", "y"},
                                  {"listed", 3}};
    for (const ordered_json& answer : {ordered_json::object(), strange})
        CHECK_FALSE(survey_view(received(answer), {}).empty());
}

TEST_CASE("beyond a few dozen views the rest is one", "[survey_view]") {
    Sample sample(numbered(60));
    for (std::size_t i = 1; i < 60; ++i) {
        sample.view_of(i).digest = i;
        sample.view_of(i).roster = {"n1", "forged" + std::to_string(i)};
    }

    const auto views = shared_views(sample.report());

    CHECK(views.size() == 33);
    CHECK(views.back().members.size() == 28);
}

TEST_CASE("names that follow each other are a range", "[survey_view]") {
    CHECK(name_ranges({"n10", "n9", "n8", "n2", "db"}, 9) == "db, n2, n8 to n10");
    CHECK(name_ranges({"n08", "n09", "n10", "n99", "n100"}, 9) == "n08 to n10, n99, n100");
    CHECK(name_ranges({"a", "b", "c"}, 2) == "a, b and 1 more");
    CHECK(name_ranges({"9", "10", "11"}, 9) == "9 to 11");
    CHECK(name_ranges({}, 9).empty());
}

}  // namespace
}  // namespace hearsay

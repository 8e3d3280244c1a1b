#include "metrics.hpp"

#include <cstddef>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/status_bench.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using nlohmann::ordered_json;
using testing::Bench;
using testing::Requester;

/// As it comes out of the socket: numbers that are not negative have a type of their own.
ordered_json received(const ordered_json& answer) {
    return ordered_json::parse(answer.dump());
}

ordered_json member(const std::string& name, const std::string& state) {
    return {{"name", name},
            {"state", state},
            {"silence_ms", 40},
            {"observed", true},
            {"heard", "directly"},
            {"mistakes", 2},
            {"tags", ordered_json::object()}};
}

NodeAnswers answers_with(const std::vector<ordered_json>& members) {
    return {.status = received({{"name", "n1"}, {"config", {{"cluster", "demo"}}}}),
            .members = received({{"members", members}}),
            .links = received({{"links", ordered_json::array()}})};
}

NodeAnswers answers_with_status(const ordered_json& status) {
    NodeAnswers answers = answers_with({});
    answers.status.update(received(status));
    return answers;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// The values of all series, as they are written.
std::multiset<std::string> values_of(const std::string& text) {
    std::multiset<std::string> values;
    for (const std::string& line : lines_of(text)) {
        if (!line.starts_with('#')) values.insert(line.substr(line.rfind(' ') + 1));
    }
    return values;
}

/// The answer to `status` of a node, with a counter of the program around it.
ordered_json whole_status() {
    Bench bench;
    Requester requester(bench);
    requester.send(R"({"op":"status"})");
    ordered_json status = ordered_json::parse(requester.receive());
    status["kept_addresses"] = 0;
    status["host"]["log_lines_lost"] = 0;
    status["host"]["event_lines_lost"] = 0;
    status["host"]["cars_sold"] = 0;
    return status;
}

/// The places of all numbers and flags.
std::vector<ordered_json::json_pointer> numbers_of(const ordered_json& answer) {
    std::vector<ordered_json::json_pointer> places;
    const ordered_json flat = answer.flatten();
    for (const auto& item : flat.items()) {
        if (item.value().is_number() || item.value().is_boolean()) places.emplace_back(item.key());
    }
    return places;
}

TEST_CASE("every number of the status is a metric", "[metrics]") {
    const ordered_json status = received(whole_status());
    // What is no quantity, or is told by when the node started.
    const std::set<std::string> left_out{"/incarnation", "/pid", "/uptime_ms"};

    const auto places = numbers_of(status);
    CHECK(places.size() > 60);
    for (const auto& place : places) {
        CAPTURE(place.to_string());
        ordered_json changed = status;
        if (changed[place].is_boolean()) {
            changed[place] = !changed[place].get<bool>();
            CHECK(values_of(metrics_text(answers_with_status(changed))) !=
                  values_of(metrics_text(answers_with_status(status))));
            continue;
        }
        changed[place] = 7'654'321;
        const bool is_span = place.back().ends_with("_ms");
        const std::string expected = is_span ? "7654.321" : "7654321";
        const std::size_t shown =
            values_of(metrics_text(answers_with_status(changed))).count(expected);
        CHECK(shown == (left_out.contains(place.to_string()) ? 0 : 1));
    }
}

/// What is wrong with a page in the format, which this reads strictly; empty if nothing is.
class FormatReader {
  public:
    explicit FormatReader(const std::string& text) {
        if (!text.empty() && !text.ends_with('\n')) fault_ = "no end of the last line";
        for (const std::string& line : lines_of(text))
            read(line);
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] const std::set<std::string>& names() const { return names_; }
    [[nodiscard]] std::size_t series_count() const { return series_.size(); }

  private:
    void read(const std::string& line) {
        static const std::regex help(R"(# HELP (hearsay_[a-z_]+) [A-Z0-9][^\\]+\.)");
        static const std::regex type(R"(# TYPE (hearsay_[a-z_]+) (counter|gauge))");
        static const std::regex series(
            R"re(((hearsay_[a-z_]+)\{([a-z]+="([^"\\]|\\[\\"n])*",?)+\}) [0-9]+(\.[0-9]+)?)re");
        std::smatch match;
        if (std::regex_match(line, match, help)) {
            if (!names_.insert(match[1]).second) fault_ = "begun twice: " + line;
            name_ = match[1];
        } else if (std::regex_match(line, match, type)) {
            const bool is_counter = match[2] == "counter";
            if (match[1] != name_ || name_.ends_with("_total") != is_counter)
                fault_ = "type: " + line;
        } else if (std::regex_match(line, match, series)) {
            if (match[2] != name_) fault_ = "not under its metric: " + line;
            if (!series_.insert(match[1]).second) fault_ = "twice: " + line;
        } else {
            fault_ = "not of the format: " + line;
        }
    }

    std::string fault_;
    std::string name_;
    std::set<std::string> names_;
    std::set<std::string> series_;
};

TEST_CASE("the metrics of a large cluster keep to the format", "[metrics]") {
    std::vector<ordered_json> members;
    ordered_json links = ordered_json::array();
    for (int i = 0; i < 64; ++i) {
        ordered_json row = member(std::string(60, 'x') + std::to_string(i), "alive");
        for (int tag = 0; tag < 16; ++tag)
            row["tags"]["key \"" + std::to_string(tag)] = std::string(64, '\\') + "\n\"{,} é";
        members.push_back(row);
        links.push_back({{"name", row["name"]}, {"observed", true}, {"heard_ms", 3}});
    }
    NodeAnswers answers = answers_with(members);
    answers.status = received(whole_status());
    answers.links = received({{"links", links}});

    const FormatReader reader(metrics_text(answers));

    CHECK_THAT(reader.fault(), Equals(""));
    CHECK(reader.series_count() > 64U * (4 + 1 + 1 + 16 + 1));
}

TEST_CASE("the reader of the format notices what is wrong", "[metrics]") {
    const std::string begin = "# HELP hearsay_x Some.\n# TYPE hearsay_x gauge\n";

    CHECK_THAT(FormatReader(begin + "hearsay_x{a=\"b\"} 1\n").fault(), Equals(""));
    CHECK_FALSE(FormatReader(begin + "hearsay_x{a=\"b\"c\"} 1\n").fault().empty());
    CHECK_FALSE(
        FormatReader(begin + "hearsay_x{a=\"b\"} 1\nhearsay_x{a=\"b\"} 2\n").fault().empty());
    CHECK_FALSE(FormatReader(begin + "hearsay_y{a=\"b\"} 1\n").fault().empty());
    CHECK_FALSE(FormatReader(begin + begin).fault().empty());
}

/// The names of all metrics there are.
std::set<std::string> all_names() {
    ordered_json row = member("n2", "failed");
    row["tags"]["role"] = "db";
    NodeAnswers answers = answers_with({row});
    answers.status = received(whole_status());
    answers.members["at"] = "2026-11-30T03:56:46.007Z";
    answers.links = received({{"links",
                               {{{"name", "n2"},
                                 {"observed", true},
                                 {"heard_ms", 3},
                                 {"suspect_after_ms", 600},
                                 {"lateness_ms", 1},
                                 {"round_trip_us", 200},
                                 {"lost", false}}}}});
    return FormatReader(metrics_text(answers)).names();
}

TEST_CASE("the alert rules and the dashboard name no metric that there is not", "[metrics]") {
    static const std::regex name("[^:/a-z_](hearsay_[a-z_]+)");
    const std::set<std::string> known = all_names();

    for (const char* file : {"alerts.yml", "dashboard.json"}) {
        CAPTURE(file);
        std::ifstream stream(std::string(HEARSAY_SOURCE_DIR "/launch/prometheus/") + file);
        std::stringstream text;
        text << stream.rdbuf();
        const std::string read = text.str();
        std::size_t count = 0;
        for (std::sregex_iterator found(read.begin(), read.end(), name), end; found != end;
             ++found, ++count) {
            CAPTURE((*found)[1].str());
            CHECK(known.contains((*found)[1].str()));
        }
        CHECK(count > 10);
    }
}

TEST_CASE("what a member says of itself cannot leave its quotes", "[metrics]") {
    ordered_json row = member("n2", "alive");
    row["tags"] = {{"ro\"le", "a\\b\n} 1\nhearsay_x 2"}, {"city", "München"}};

    const std::string text = metrics_text(answers_with({row}));

    CHECK_THAT(text, Contains("{cluster=\"demo\",node=\"n1\",member=\"n2\",key=\"ro\\\"le\","
                              "value=\"a\\\\b\\n} 1\\nhearsay_x 2\"} 1\n"));
    CHECK_THAT(text, Contains("key=\"city\",value=\"München\"} 1\n"));
    CHECK_THAT(FormatReader(text).fault(), Equals(""));
}

TEST_CASE("bytes that are not UTF-8 are replaced, each alone", "[metrics]") {
    NodeAnswers answers = answers_with({member("n2", "alive")});
    answers.status["name"] = "a\xff\xc3z";

    CHECK_THAT(metrics_text(answers), Contains("node=\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""));
}

TEST_CASE("each member has one state of four", "[metrics]") {
    const std::string text =
        metrics_text(answers_with({member("n2", "failed"), member("n3", "alive")}));

    const std::string of_n2 = "hearsay_member_state{cluster=\"demo\",node=\"n1\",member=\"n2\"";
    CHECK_THAT(text, Contains(of_n2 + ",state=\"alive\"} 0\n" + of_n2 + ",state=\"suspect\"} 0\n" +
                              of_n2 + ",state=\"failed\"} 1\n" + of_n2 + ",state=\"left\"} 0\n"));
    CHECK_THAT(text,
               Contains("hearsay_members{cluster=\"demo\",node=\"n1\",state=\"failed\"} 1\n"));
    CHECK_THAT(text, Contains("hearsay_members{cluster=\"demo\",node=\"n1\",state=\"left\"} 0\n"));
}

TEST_CASE("silence is shown of members that are observed, and of failed ones", "[metrics]") {
    ordered_json row = member("n2", "alive");
    const std::string shown =
        "hearsay_member_silence_seconds{cluster=\"demo\",node=\"n1\",member=\"n2\"} 0.04\n";

    CHECK_THAT(metrics_text(answers_with({row})), Contains(shown));
    row["heard"] = "relayed";
    CHECK_THAT(metrics_text(answers_with({row})), !Contains("silence"));
    row["observed"] = false;
    CHECK_THAT(metrics_text(answers_with({row})), !Contains("silence"));
    row["state"] = "failed";
    CHECK_THAT(metrics_text(answers_with({row})), Contains(shown));
    CHECK_THAT(metrics_text(answers_with({member("n2", "left")})), !Contains("silence"));
}

TEST_CASE("spans and dates are seconds, without a rounding error", "[metrics]") {
    NodeAnswers answers = answers_with_status({{"started_at", "2026-11-30T03:56:45.480Z"},
                                               {"digest", "ffffffff"},
                                               {"counters",
                                                {{"longest_stall_ms", 1},
                                                 {"last_stall_ms", 60'000},
                                                 {"bytes_sent", 18'446'744'073'709'551'615U}}}});
    answers.members["at"] = "2026-11-30T03:56:46.007Z";
    answers.links =
        received({{"links", {{{"name", "n2"}, {"observed", true}, {"round_trip_us", 1'000'250}}}}});

    const auto values = values_of(metrics_text(answers));

    for (const char* value : {"1796011005.48", "1796011006.007", "4294967295", "0.001", "60",
                              "18446744073709551615", "1.00025"}) {
        CAPTURE(value);
        CHECK(values.count(value) == 1);
    }
}

TEST_CASE("what an answer lacks is no metric", "[metrics]") {
    const ordered_json nothing = ordered_json::object();
    CHECK(metrics_text({.status = nothing, .members = nothing, .links = nothing}).empty());

    const NodeAnswers answers = answers_with_status(
        {{"heartbeat", nullptr}, {"started_at", "yesterday"}, {"digest", "none"}});
    const std::string text = metrics_text(answers);

    CHECK_THAT(text, !Contains("heartbeat"));
    CHECK_THAT(text, !Contains("start_time"));
    CHECK_THAT(text, !Contains("digest"));
}

TEST_CASE("strange answers do no harm to the metrics", "[metrics]") {
    for (const ordered_json& strange :
         {ordered_json{{"members", {1, "x", nullptr}}, {"links", {2, "y"}}, {"host", "z"}},
          ordered_json{{"members", 7}, {"counters", {1}}, {"config", nullptr}, {"host", {1, -1}}},
          ordered_json{{"started_at", "2026-11-30T03:56:45.48Z"}, {"digest", "123456789"}}}) {
        const ordered_json answer = received(strange);
        const FormatReader reader(
            metrics_text({.status = answer, .members = answer, .links = answer}));
        CHECK_THAT(reader.fault(), Equals(""));
    }
}

}  // namespace
}  // namespace hearsay

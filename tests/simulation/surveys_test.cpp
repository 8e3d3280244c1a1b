#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "simulation/story.hpp"

// What a survey brings to light in a whole cluster, and what it costs.

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;

using Troubled = std::vector<ToldState>;

/// Asks all members from that host, and runs until it is over.
const SurveyReport& ask_all(Cluster& cluster, const std::string& host) {
    cluster.survey(host);
    const std::size_t size = cluster.survey_of(host).members.size();
    const auto rounds = static_cast<int>(size / 16 + 5);
    REQUIRE(cluster.run_until([&] { return cluster.survey_of(host).is_over; },
                              rounds * cluster.config().round));
    return cluster.survey_of(host);
}

/// The view of that member; nothing if it has not answered.
const MemberView* view_of(const SurveyReport& report, const std::string& name) {
    if (report.self.name == name) return &report.own;
    for (const Surveyed& member : report.members)
        if (member.identity.name == name) return member.view ? &*member.view : nullptr;
    return nullptr;
}

bool is_lost(const SurveyReport& report, const std::string& listener, const std::string& speaker) {
    const MemberView* const view = view_of(report, listener);
    return view != nullptr &&
           std::any_of(view->links.begin(), view->links.end(),
                       [&](const ToldLink& link) { return link.name == speaker && link.is_lost; });
}

Troubled all_failed(const std::vector<std::string>& names) {
    Troubled troubled;
    for (const std::string& name : names)
        troubled.push_back({.name = name, .state = MemberState::failed});
    std::sort(troubled.begin(), troubled.end(),
              [](const ToldState& one, const ToldState& other) { return one.name < other.name; });
    return troubled;
}

/// Nobody was held for anything but alive, and no process was slow.
void nothing_happened(const Cluster& cluster, Instant since) {
    for (const EventKind kind :
         {EventKind::suspected, EventKind::failed, EventKind::link_lost, EventKind::stalled})
        CHECK(cluster.journal().of(kind, since).empty());
    for (const std::string& host : cluster.running_hosts())
        CHECK(cluster.status_of(host).pace == 1);
}

TEST_CASE("members that agree all answer, with a few hundred bytes each", "[surveys]") {
    const auto size = GENERATE(as<std::size_t>{}, 2, 5, 64);
    CAPTURE(size);
    SettledCluster cluster(size);
    const Instant before = cluster.now();

    const SurveyReport& report = ask_all(cluster, "n1");

    CHECK(report.answered_count == size - 1);
    for (const Surveyed& member : report.members) {
        REQUIRE(member.view);
        CHECK(member.view->digest == report.own.digest);
        CHECK(member.view->roster.empty());
        CHECK(member.view->truncated == 0);
    }
    CHECK(report.bytes_sent <= 64 * (size - 1));
    CHECK(report.bytes_received <= 256 * (size - 1));
    nothing_happened(cluster, before);
}

/// Lets n1 ask so many, and prints what that cost.
void ask_many(Cluster& cluster, std::size_t expected) {
    const Instant before = cluster.now();
    const SurveyReport& report = ask_all(cluster, "n1");
    std::cout << "Survey of " << report.members.size() + 1 << ": " << report.answered_count
              << " answers after " << hearsay::text(report.heard - report.began) << ", over after "
              << hearsay::text(cluster.now() - before) << "; " << report.bytes_sent
              << " bytes of questions, " << report.bytes_received << " of answers\n";
    CHECK(report.answered_count == expected);
}

// By hand, for these take minutes; decision 44 has the figures.
TEST_CASE("a survey of a thousand takes a round for each sixteen", "[.surveys_of_a_thousand]") {
    Cluster cluster({.acquaintance = Acquaintance::acquainted});
    cluster.start(1000);
    cluster.run_for(4 * cluster.config().round);
    const Instant before = cluster.now();

    ask_many(cluster, 999);

    nothing_happened(cluster, before);
}

TEST_CASE("a survey of one half of many tells names", "[.surveys_of_halves]") {
    SettledCluster cluster(256);
    cluster.part(Cluster::hosts(1, 128), Cluster::hosts(129, 256));
    cluster.run_for(5 * cluster.config().fail_after);

    ask_many(cluster, 127);
}

TEST_CASE("each side of a split tells whom it holds for failed", "[surveys]") {
    const std::string asker = GENERATE("n1", "n9");
    SettledCluster cluster(16);
    const auto one = Cluster::hosts(1, 8);
    const auto other = Cluster::hosts(9, 16);
    cluster.part(one, other);
    cluster.run_for(4 * cluster.config().fail_after);

    const SurveyReport& report = ask_all(cluster, asker);

    const bool is_one = asker == "n1";
    CHECK(report.members.size() == 15);
    CHECK(report.answered_count == 7);
    for (const std::string& host : is_one ? one : other) {
        REQUIRE(view_of(report, host) != nullptr);
        CHECK(view_of(report, host)->troubled == all_failed(is_one ? other : one));
    }
    for (const std::string& host : is_one ? other : one)
        CHECK(view_of(report, host) == nullptr);
}

TEST_CASE("a link that is cut shows within the time of a failure, and nobody is failed",
          "[surveys]") {
    const bool is_one_way = GENERATE(false, true);
    CAPTURE(is_one_way);
    SettledCluster cluster(5);
    const Instant before = cluster.now();
    if (is_one_way) {
        cluster.part_one_way({"n1"}, {"n3"});
    } else {
        cluster.part({"n1"}, {"n3"});
    }
    cluster.run_for(cluster.config().fail_after - cluster.config().round);

    const SurveyReport& report = ask_all(cluster, "n2");

    CHECK(cluster.now() - before < cluster.config().fail_after);
    CHECK(report.answered_count == 4);
    CHECK(is_lost(report, "n3", "n1"));
    CHECK((is_one_way || is_lost(report, "n1", "n3")));
    CHECK_FALSE(is_lost(report, "n2", "n1"));
    cluster.run_for(3 * cluster.config().fail_after);
    CHECK(cluster.journal().of(EventKind::failed, before).empty());
}

TEST_CASE("a survey over links that lose segments is only later", "[surveys]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    CAPTURE(seed);
    SettledCluster cluster(16, {.seed = seed, .config = Config::lan()});
    cluster.set_default_path({.delay = milliseconds{5}, .loss_per_mille = 50});

    const SurveyReport& report = ask_all(cluster, "n1");

    CHECK(report.answered_count == 15);
}

TEST_CASE("a member that dies in the middle of a survey does not hold it up for long",
          "[surveys]") {
    SettledCluster cluster(40);
    cluster.survey("n1");
    cluster.run_for(cluster.config().round / 2);
    CHECK(view_of(cluster.survey_of("n1"), "n9") == nullptr);

    cluster.power_off("n9");
    cluster.run_for(6 * cluster.config().round);

    const SurveyReport& report = cluster.survey_of("n1");
    CHECK(report.is_over);
    CHECK(report.answered_count == 38);
    CHECK(view_of(report, "n9") == nullptr);
}

TEST_CASE("an asker that is frozen in the middle goes on where it was", "[surveys]") {
    SettledCluster cluster(40);
    cluster.survey("n1");
    cluster.run_for(cluster.config().round / 2);
    cluster.freeze("n1");
    cluster.run_for(cluster.config().fail_after);

    cluster.thaw("n1");
    cluster.run_for(8 * cluster.config().round);

    CHECK(cluster.survey_of("n1").is_over);
    CHECK(cluster.survey_of("n1").answered_count >= 30);
}

TEST_CASE("a member that was given up is a stranger until it is back", "[surveys]") {
    SettledCluster cluster(4);
    cluster.freeze("n2");
    REQUIRE(cluster.comes_to_hold("n2", MemberState::failed, cluster.detection_bound()));
    cluster.thaw("n2");

    cluster.survey("n2");
    cluster.run_for(cluster.config().round / 8);

    CHECK(cluster.survey_of("n2").asked_count == 3);
    CHECK(cluster.survey_of("n2").answered_count == 0);
    for (const std::string host : {"n1", "n3", "n4"})
        CHECK(cluster.process(host).survey().counters().strangers == 1);
    REQUIRE(cluster.comes_to_agree_within(20));
    CHECK(ask_all(cluster, "n2").answered_count == 3);
}

TEST_CASE("many that ask at once are all answered", "[surveys]") {
    SettledCluster cluster(12);
    for (const std::string& host : cluster.running_hosts())
        cluster.survey(host);

    cluster.run_for(2 * cluster.config().round);

    for (const std::string& host : cluster.running_hosts())
        CHECK(cluster.survey_of(host).answered_count == 11);
}

TEST_CASE("the same seed gives the same survey, and a survey changes no verdict", "[surveys]") {
    const auto fingerprint = [](bool is_surveyed) {
        SettledCluster cluster(8, {.seed = 5});
        if (is_surveyed) cluster.survey("n1");
        cluster.run_for(10 * cluster.config().round);
        return std::pair(cluster.network().fingerprint(), cluster.story());
    };

    CHECK(fingerprint(true) == fingerprint(true));
    CHECK(fingerprint(true).second == fingerprint(false).second);
}

}  // namespace
}  // namespace hearsay::simulation

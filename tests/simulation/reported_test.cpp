// What users of such programs have suffered: each file of reported/ holds one of it as a script,
// and in its first line what it is about (swarm --script FILE).

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "simulation/files.hpp"
#include "simulation/play.hpp"
#include "simulation/story.hpp"
#include "simulation/swarm.hpp"

namespace hearsay::simulation {
namespace {

const std::filesystem::path folder = HEARSAY_SOURCE_DIR "/tests/simulation/reported";

std::unique_ptr<Cluster> played(const std::string& name) {
    const auto script = parse(content(folder / (name + ".txt")));
    REQUIRE(script);
    return run(script.value());
}

std::size_t verdicts_on_others_than(const std::string& name, const Cluster& cluster) {
    std::size_t count = 0;
    for (const Record& record : cluster.journal().of(EventKind::failed))
        count += record.event.subject.name == name ? 0U : 1U;
    return count;
}

TEST_CASE("nobody is suspected though tags grow beside a hole that swallows them",
          "[reported][lanes]") {
    const auto name = GENERATE(as<std::string>{}, "hole_for_tags_local", "hole_for_tags_lan",
                               "hole_around_one_local", "hole_around_one_lan");
    CAPTURE(name);

    const auto cluster = played(name);

    CHECK(cluster->journal().of(EventKind::suspected).empty());
    CHECK(cluster->all_agree());
    // Others have passed them on, or they came when the hole was gone.
    CHECK(cluster->member_at("n3", "n2")->identity.tags ==
          cluster->process("n2").detector().self().tags);
}

TEST_CASE("a clone gives way to its original", "[reported]") {
    const auto name =
        GENERATE(as<std::string>{}, "clone_beside", "clone_in_step", "clone_of_an_old_copy");
    CAPTURE(name);

    const auto cluster = played(name);

    CHECK(cluster->process("n2").is_running());
    CHECK_FALSE(cluster->process("twin").is_running());
    CHECK(cluster->journal().of(EventKind::renewed).size() == 1);
    CHECK(cluster->journal().of(EventKind::failed).empty());
    CHECK(cluster->all_agree());
}

TEST_CASE("a member that was cloned and ends is failed, and stays so", "[reported]") {
    const auto name =
        GENERATE(as<std::string>{}, "clone_outlives_process", "clone_outlives_machine");
    CAPTURE(name);

    const auto cluster = played(name);

    CHECK(cluster->running_hosts() == Hosts{"n1", "n3", "n4", "n5"});
    CHECK(cluster->journal().of(EventKind::failed, "n2").size() == 4);
    CHECK(cluster->journal().of(EventKind::recovered, "n2").empty());
    CHECK(verdicts_on_others_than("n2", *cluster) == 0);
    CHECK(cluster->nobody_lists("n2"));
}

TEST_CASE("a member replaced while it slept stops, and its replacement goes on", "[reported]") {
    const auto [name, member] =
        GENERATE(table<std::string, std::string>({{"replaced_while_frozen", "n4"},
                                                  {"replaced_while_suspended", "n9"},
                                                  {"replaced_with_long_tags", "n4"},
                                                  {"replaced_by_long_tags", "n4"}}));
    CAPTURE(name);

    const auto cluster = played(name);

    CHECK_FALSE(cluster->process(member).is_running());
    CHECK(cluster->process("spare").is_running());
    CHECK(cluster->all_agree());
}

TEST_CASE("after waves of those who live for a moment the three that stay agree",
          "[reported][long]") {
    const auto cluster = played("waves_of_newcomers");

    CHECK(cluster->all_agree());
    CHECK(cluster->running_hosts() == Hosts{"n1", "n2", "n3"});
    for (const Record& record : cluster->journal().of(EventKind::failed))
        CHECK_FALSE(record.is_mistake);
}

}  // namespace
}  // namespace hearsay::simulation

#include "log.hpp"

#include <string>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using testing::ScratchDirectory;

/// Leaves the log as quiet as other tests want it.
struct Quiet {
    ~Quiet() { spdlog::set_level(spdlog::level::off); }
};

TEST_CASE("a line of the log for people cannot be broken by what it speaks of", "[log]") {
    const Quiet quiet;
    const ScratchDirectory scratch;
    REQUIRE_FALSE(set_up_log({.file = (scratch.path() / "log").string()}, "n1"));

    spdlog::warn("{} joined", "evil\n\033[2J");

    CHECK_THAT(scratch.read("log"), EndsWith("warning n1: evil\\x0a\\x1b[2J joined\n"));
}

TEST_CASE("the log for machines is one JSON object in each line", "[log]") {
    const Quiet quiet;
    const ScratchDirectory scratch;
    const LogOptions options{.format = LogFormat::json, .file = (scratch.path() / "log").string()};
    REQUIRE_FALSE(set_up_log(options, "n1"));

    spdlog::error("a \"quote\",\na line and \xff");

    const std::string text = scratch.read("log");
    REQUIRE(text.find('\n') == text.size() - 1);
    const auto object = nlohmann::json::parse(text);
    CHECK(object.at("level") == "error");
    CHECK(object.at("node") == "n1");
    CHECK(object.at("message") == "a \"quote\",\na line and \ufffd");
    CHECK_THAT(object.at("at").get<std::string>(), EndsWith("Z"));
}

TEST_CASE("the level decides what is logged, also later", "[log]") {
    const Quiet quiet;
    const ScratchDirectory scratch;
    REQUIRE_FALSE(
        set_up_log({.level = "warning", .file = (scratch.path() / "log").string()}, "n1"));

    spdlog::info("unheard");
    CHECK(set_log_level("debug"));
    spdlog::debug("heard");

    CHECK_THAT(scratch.read("log"), !Contains("unheard") && Contains("heard"));
    CHECK_FALSE(set_log_level("loud"));
}

TEST_CASE("a log that cannot be opened is told", "[log]") {
    const Quiet quiet;
    const auto problem = set_up_log({.file = "/nowhere/log"}, "n1");

    REQUIRE(problem);
    CHECK_THAT(*problem, Contains("cannot write the log to \"/nowhere/log\""));
}

}  // namespace
}  // namespace hearsay

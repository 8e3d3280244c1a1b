#include "log.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "log_writer.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Matches;
using testing::eventually;
using testing::ScratchDirectory;

/// What is in the log once it holds a whole line.
std::string written(const ScratchDirectory& scratch, const std::string& file) {
    std::string text;
    REQUIRE(eventually([&] {
        text = scratch.read(file);
        return text.ends_with('\n');
    }));
    return text;
}

TEST_CASE("a line of the log for people cannot be broken by what it speaks of", "[log]") {
    const ScratchDirectory scratch;
    LogWriter writer({.file = (scratch.path() / "log").string()}, "n1");
    Log log(writer.sink());

    log.warn("{} joined", "evil\n\033[2J");

    CHECK_THAT(written(scratch, "log"), EndsWith("warning n1: evil\\x0a\\x1b[2J joined\n"));
}

TEST_CASE("a line begins with what its reader needs", "[log]") {
    const auto [stamp, begin] = GENERATE(table<LogStamp, std::string>(
        {{LogStamp::time, "^[0-9:.]{12} warning n1: look\n$"},
         {LogStamp::date, "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]{12} warning n1: look\n$"},
         {LogStamp::priority, "^<4>n1: look\n$"}}));
    const ScratchDirectory scratch;
    LogWriter writer({.stamp = stamp, .file = (scratch.path() / "log").string()}, "n1");

    Log(writer.sink()).warn("look");

    CHECK_THAT(written(scratch, "log"), Matches(begin));
}

TEST_CASE("a file has dates, and only systemd's journal gets priorities", "[log]") {
    struct stat here {};
    REQUIRE(::fstat(STDERR_FILENO, &here) == 0);
    const std::string ours = std::to_string(here.st_dev) + ":" + std::to_string(here.st_ino);

    CHECK(stamp_for("/var/log/hearsay.log", ours) == LogStamp::date);
    CHECK(stamp_for("", "") == LogStamp::time);
    CHECK(stamp_for("", "1:2") == LogStamp::time);
    CHECK(stamp_for("", ours) == LogStamp::priority);
}

TEST_CASE("the log for machines is one JSON object in each line", "[log]") {
    const ScratchDirectory scratch;
    LogWriter writer({.format = LogFormat::json, .file = (scratch.path() / "log").string()}, "n1");
    Log log(writer.sink());

    log.error("a \"quote\",\na line and \xff");

    const std::string text = written(scratch, "log");
    REQUIRE(text.find('\n') == text.size() - 1);
    const auto object = nlohmann::json::parse(text);
    CHECK(object.at("level") == "error");
    CHECK(object.at("node") == "n1");
    CHECK(object.at("message") == "a \"quote\",\na line and \ufffd");
    CHECK_THAT(object.at("at").get<std::string>(), EndsWith("Z"));
}

TEST_CASE("the level decides what is logged, also later", "[log]") {
    std::string heard;
    Log log([&](LogLevel /*level*/, const std::string& message) { heard += message; },
            LogLevel::warning);

    log.info("unheard");
    log.set_level(*log_level("info"));
    log.info("heard");

    CHECK(heard == "heard");
    CHECK_FALSE(log_level("loud"));
}

TEST_CASE("a log without a sink, or with one that throws, is no trouble", "[log]") {
    Log silent(nullptr);
    silent.error("unheard");
    Log broken([](LogLevel /*level*/, const std::string& /*message*/) {
        throw std::runtime_error("no disk");
    });

    broken.error("lost");

    CHECK_FALSE(silent.is_heard(LogLevel::error));
    CHECK(broken.is_heard(LogLevel::error));
}

TEST_CASE("a log that cannot be opened is told", "[log]") {
    CHECK_THROWS_WITH(LogWriter({.file = "/nowhere/log"}, "n1"),
                      Contains("cannot write the log to \"/nowhere/log\""));
}

TEST_CASE("a log that was renamed is opened anew", "[log]") {
    const ScratchDirectory scratch;
    const std::filesystem::path file = scratch.path() / "log";
    LogWriter writer({.file = file.string()}, "n1");
    Log log(writer.sink());
    log.info("before");
    written(scratch, "log");
    std::filesystem::rename(file, scratch.path() / "log.1");

    writer.reopen(file.string());
    log.info("after");

    CHECK_THAT(written(scratch, "log"), Contains("after"));
    CHECK_THAT(scratch.read("log.1"), Contains("before") && !Contains("after"));
}

TEST_CASE("a log that cannot be opened anew goes on where it was, and says so", "[log]") {
    const ScratchDirectory scratch;
    LogWriter writer({.file = (scratch.path() / "log").string()}, "n1");
    Log log(writer.sink());

    writer.reopen("/nowhere/log");
    log.info("after");

    CHECK(eventually([&] {
        const std::string text = scratch.read("log");
        return text.find("cannot write the log to \"/nowhere/log\"") != std::string::npos &&
               text.find("after") != std::string::npos;
    }));
}

}  // namespace
}  // namespace hearsay

// Short flows of which every message can be read, and seen to change: each file of transcripts/
// holds a script, a line that says from when on it is written down, and the transcript. A new one
// needs only its script, a line "transcript from 4s", and HEARSAY_UPDATE_TRANSCRIPTS=1.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/duration.hpp"

#include "simulation/files.hpp"
#include "simulation/play.hpp"
#include "simulation/scribe.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

namespace filesystem = std::filesystem;

const filesystem::path folder = HEARSAY_SOURCE_DIR "/tests/simulation/transcripts";
constexpr std::string_view divider = "\ntranscript from ";
constexpr std::size_t shown_max = 6;

/// A file taken apart.
struct Flow {
    Script script;
    Duration begin;
    /// The file up to its transcript, and what follows.
    std::string head;
    std::string transcript;
};

Flow read(const filesystem::path& path) {
    const std::string text = content(path);
    const std::size_t border = text.find(divider);
    REQUIRE(border != std::string::npos);
    const std::size_t since = border + divider.size();
    const std::size_t end = text.find('\n', since);
    REQUIRE(end != std::string::npos);
    const auto script = parse(text.substr(0, border));
    if (!script) FAIL("line " << script.error().line << ": " << script.error().problem);
    const auto begin = parse_duration(text.substr(since, end - since));
    REQUIRE(begin);
    return {.script = script.value(),
            .begin = begin.value(),
            .head = text.substr(0, end + 1),
            .transcript = text.substr(end + 1)};
}

std::string transcribe(const Flow& flow) {
    Cluster cluster(options_of(flow.script));
    Scribe scribe(cluster, flow.begin);
    const std::array<Spectator*, 1> spectators{&scribe};
    play(flow.script, cluster, spectators);
    return scribe.text();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::string some_lines(const std::vector<std::string>& lines, std::size_t first,
                       const std::string& mark) {
    std::string text;
    for (std::size_t i = first; i < std::min(first + shown_max, lines.size()); ++i)
        text += mark + lines[i] + "\n";
    return text;
}

/// Where they part, as people compare it.
std::string difference(const Flow& flow, const std::string& transcript) {
    const std::vector<std::string> before = lines_of(flow.transcript);
    const std::vector<std::string> after = lines_of(transcript);
    const auto ends = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    const auto first = static_cast<std::size_t>(ends.first - before.begin());
    return "differs from line " + std::to_string(lines_of(flow.head).size() + first + 1) +
           " on:\n" + some_lines(before, first, "- ") + some_lines(after, first, "+ ") +
           "If it should: HEARSAY_UPDATE_TRANSCRIPTS=1 simulation_tests '[transcript]' writes "
           "all transcripts anew, and git diff shows what changed.";
}

TEST_CASE("every message of the short flows is as it was last read", "[transcript]") {
    const bool is_update = std::getenv("HEARSAY_UPDATE_TRANSCRIPTS") != nullptr;
    for (const filesystem::path& path : files_in(folder)) {
        CAPTURE(path.filename().string());
        const Flow flow = read(path);

        const std::string transcript = transcribe(flow);

        if (transcript == flow.transcript) continue;
        if (is_update) {
            std::ofstream(path) << flow.head << transcript;
        } else {
            FAIL_CHECK(difference(flow, transcript));
        }
    }
}

TEST_CASE("of a damaged message that nobody can read its length is written down", "[transcript]") {
    const auto script = parse("nodes 3\nuntil 20s\n1s default-path corrupt 20%\n");
    REQUIRE(script);

    const std::string transcript =
        transcribe({.script = script.value(), .begin = {}, .head = {}, .transcript = {}});

    CHECK(transcript.find(" damaged, ") != std::string::npos);
}

TEST_CASE("what happens at a clone is written down under its own host", "[transcript]") {
    const auto script = parse("nodes 3\nuntil 20s\n5s snapshot n3\n10s clone c3 name n3\n");
    REQUIRE(script);

    const std::string transcript = transcribe({.script = script.value(),
                                               .begin = std::chrono::seconds{10},
                                               .head = {},
                                               .transcript = {}});

    CHECK(transcript.find("\n10s clone c3 name n3\n") != std::string::npos);
    CHECK(transcript.find(" c3: stalled n3") != std::string::npos);
}

}  // namespace
}  // namespace hearsay::simulation

#include "speaker_check.hpp"

#include <chrono>
#include <string>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"
#include "support/heard_log.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

constexpr Instant start = Instant{} + 1h;

Identity identity(std::uint64_t life, const std::string& name) {
    return {.life = LifeId{life},
            .name = name,
            .incarnation = 1,
            .endpoint = "tcp://10.0.0.7:7700",
            .tags_version = 0,
            .tags = {}};
}

/// A node n1 of life 1 that knows n2 of life 2.
class Bench {
  public:
    Bench() { REQUIRE(detector_.acquaint(identity(2, "n2"), start)); }

    /// Whether a message of that life, which introduces these, is taken from that member.
    bool is_taken(std::uint64_t from, const std::string& speaker,
                  const std::vector<Identity>& introduced = {}) {
        Message message;
        message.cluster = "demo";
        message.from = LifeId{from};
        for (const Identity& each : introduced)
            message.introductions.push_back({.identity = each, .heartbeat = 1, .age = {}});
        const Credential credential{
            .name = speaker, .key = {}, .may_forget = false, .endpoints = {}};
        return check_.is_its_own(encode(message), credential, detector_, start);
    }
    [[nodiscard]] std::string log() const { return log_.text(); }

  private:
    static Config config() {
        Config config = Config::lan();
        config.cluster = "demo";
        return config;
    }

    testing::HeardLog log_;
    Detector detector_{config(), identity(1, "n1"), 1, start};
    SpeakerCheck check_{log_.log()};
};

TEST_CASE("a member speaks for its own life, and for one that nobody knows yet",
          "[speaker_check]") {
    Bench bench;

    CHECK(bench.is_taken(2, "n2"));
    CHECK(bench.is_taken(3, "n3"));
    CHECK(bench.is_taken(3, "n3", {identity(3, "n3"), identity(4, "n4")}));
    CHECK(bench.is_taken(1, "n1"));
    CHECK(bench.log().empty());
}

TEST_CASE("a member that speaks for the life of another is refused", "[speaker_check]") {
    Bench bench;

    CHECK_FALSE(bench.is_taken(2, "n3"));
    CHECK_FALSE(bench.is_taken(1, "n3"));
    CHECK_THAT(bench.log(), Contains("refused a frame of n3, who speaks in the name of n2"));
}

TEST_CASE("a member that introduces itself by another name is refused", "[speaker_check]") {
    Bench bench;

    CHECK_FALSE(bench.is_taken(3, "n3", {identity(3, "n2")}));
    CHECK_FALSE(bench.is_taken(3, "n3", {identity(3, "unheard-of")}));
}

}  // namespace
}  // namespace hearsay

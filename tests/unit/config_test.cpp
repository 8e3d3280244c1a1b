#include "hearsay/config.hpp"

#include <chrono>

#include "hearsay/codec.hpp"

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

Config sound() {
    Config config = Config::lan();
    config.cluster = "demo";
    return config;
}

Identity sound_identity() {
    return {.life = LifeId{1},
            .name = "n1",
            .incarnation = 1,
            .endpoint = "tcp://127.0.0.1:7701",
            .tags_version = 0,
            .tags = {}};
}

/// The field at fault, or "none".
template <typename Judged>
std::string fault(const Judged& judged) {
    const auto error = validate(judged);
    return error ? error->field : "none";
}

/// The whole fault as a person reads it.
template <typename Judged>
std::string complaint(const Judged& judged) {
    const auto error = validate(judged);
    return error ? error->field + " " + error->problem : "none";
}

TEST_CASE("every profile is sound once it has a cluster", "[config]") {
    Config profile = GENERATE(Config::local(), Config::lan(), Config::wan());
    CHECK(fault(profile) == "cluster");

    profile.cluster = "demo";

    CHECK(complaint(profile) == "none");
}

TEST_CASE("the profiles promise failure after 1, 4 and 12 seconds", "[config]") {
    CHECK(Config::local().fail_after == 1s);
    CHECK(Config::lan().fail_after == 4s);
    CHECK(Config::wan().fail_after == 12s);
}

TEST_CASE("a cluster name is 1 to 32 printable ASCII characters without spaces", "[config]") {
    Config config = sound();
    config.cluster = std::string(limits::cluster_bytes_max, '~');
    CHECK(fault(config) == "none");

    config.cluster = GENERATE(as<std::string>{}, "", "two words", "tab\t", "gr\xc3\xbc",
                              "123456789012345678901234567890123");
    CHECK(fault(config) == "cluster");
}

TEST_CASE("a seed is an endpoint", "[config]") {
    Config config = sound();
    config.seeds = {"tcp://127.0.0.1:1", "tcp://host.example:65535", "tcp://[::1]:7700", "sim://3"};
    CHECK(fault(config) == "none");

    config.seeds.push_back(GENERATE(as<std::string>{}, "", "host:7700", "tcp://", "tcp://host",
                                    "tcp://host:", "tcp://host:0", "tcp://host:65536",
                                    "tcp://host:77x", "tcp://:7700", "://3", "sim://",
                                    "tcp://a b:1", "tcp://a\n:1"));
    CHECK(fault(config) == "seeds");
}

TEST_CASE("a seed is as long as an endpoint may be, and no longer", "[config]") {
    Config config = sound();
    config.seeds = {"sim://" + std::string(limits::endpoint_bytes_max - 6, 'h')};
    CHECK(fault(config) == "none");

    config.seeds[0] += 'h';
    CHECK(fault(config) == "seeds");
}

TEST_CASE("there are at most 64 seeds", "[config]") {
    Config config = sound();
    config.seeds.assign(64, "sim://1");
    CHECK(fault(config) == "none");

    config.seeds.emplace_back("sim://1");
    CHECK(complaint(config) == "seeds are 65; there must be at most 64");
}

TEST_CASE("a round lasts from 10 ms to a minute", "[config]") {
    Config config = sound();
    config.round = 10ms;
    CHECK(fault(config) == "none");
    config.round = 1min;
    config.suspect_after = 150s;
    config.fail_after = 5min;
    CHECK(fault(config) == "none");

    config.round = GENERATE(Duration{0}, Duration{-1s}, Duration{9999us}, Duration{60'000'001us},
                            Duration::max(), Duration::min());
    CHECK(fault(config) == "round");
}

TEST_CASE("suspicion takes 2.5 rounds at least", "[config]") {
    Config config = sound();
    config.suspect_after = config.round * 5 / 2;
    CHECK(fault(config) == "none");

    config.suspect_after -= 1us;
    CHECK(fault(config) == "suspect_after");
}

TEST_CASE("failure takes longer than suspicion and an hour at most", "[config]") {
    Config config = sound();
    config.fail_after = config.suspect_after + 1us;
    CHECK(fault(config) == "none");
    config.fail_after = 1h;
    CHECK(fault(config) == "none");

    config.fail_after = GENERATE(Duration{2500ms}, Duration{1h} + 1us, Duration::max());
    CHECK(fault(config) == "fail_after");
}

TEST_CASE("members are forgotten after they failed and within 30 days", "[config]") {
    Config config = sound();
    config.forget_after = GENERATE(Duration{4s}, Duration{30 * 24h});
    CHECK(fault(config) == "none");

    config.forget_after = GENERATE(Duration{4s} - 1us, Duration{30 * 24h} + 1us);
    CHECK(fault(config) == "forget_after");
}

TEST_CASE("a leaving node waits from nothing to a minute", "[config]") {
    Config config = sound();
    config.leave_timeout = GENERATE(Duration{0}, Duration{1min});
    CHECK(fault(config) == "none");

    config.leave_timeout = GENERATE(Duration{-1us}, Duration{1min} + 1us);
    CHECK(fault(config) == "leave_timeout");
}

TEST_CASE("counts have a least and a greatest value", "[config]") {
    Config config = sound();
    SECTION("rings") {
        config.ring_count = GENERATE(std::size_t{1}, std::size_t{8});
        CHECK(fault(config) == "none");
        config.ring_count = GENERATE(std::size_t{0}, std::size_t{9});
        CHECK(fault(config) == "ring_count");
    }
    SECTION("rows") {
        config.rows_per_delta = GENERATE(std::size_t{1}, limits::rows_max);
        CHECK(fault(config) == "none");
        config.rows_per_delta = GENERATE(std::size_t{0}, limits::rows_max + 1);
        CHECK(fault(config) == "rows_per_delta");
    }
    SECTION("partner rounds") {
        config.partner_every = 1;
        config.partner_rounds = GENERATE(1U, 1000U);
        CHECK(fault(config) == "none");
        config.partner_rounds = GENERATE(0U, 1001U);
        CHECK(fault(config) == "partner_rounds");
    }
    SECTION("rounds between two questions to the partner") {
        config.partner_rounds = 8;
        config.partner_every = GENERATE(1U, 8U);
        CHECK(fault(config) == "none");
        config.partner_every = GENERATE(0U, 9U);
        CHECK(fault(config) == "partner_every");
    }
}

TEST_CASE("a complaint says what is wrong and what would be right", "[config]") {
    Config config = sound();
    SECTION("of a span") {
        config.round = 5ms;
        CHECK(complaint(config) == "round is 5ms; it must be from 10ms to 1m");
    }
    SECTION("of a span that is not whole") {
        config.round = 1500us;
        CHECK(complaint(config) == "round is 1500us; it must be from 10ms to 1m");
    }
    SECTION("of spans that do not fit together") {
        config.suspect_after = 1s;
        CHECK(complaint(config) ==
              "suspect_after is 1s; it must be at least 2.5 rounds, here 2500ms");
    }
    SECTION("of failure before suspicion") {
        config.fail_after = 0s;
        CHECK(complaint(config) ==
              "fail_after is 0s; it must be more than suspect_after (2500ms) and at most 1h");
    }
    SECTION("of a count") {
        config.ring_count = 0;
        CHECK(complaint(config) == "ring_count is 0; it must be from 1 to 8");
    }
    SECTION("of a missing cluster") {
        config.cluster.clear();
        CHECK(complaint(config) ==
              "cluster is missing; it must be 1 to 32 printable ASCII characters without spaces, "
              "for example \"demo\"");
    }
    SECTION("of a seed, repeating it only if it is fit to be shown") {
        config.seeds = {"here"};
        CHECK(complaint(config) ==
              "seeds \"here\" is not an endpoint; it must look like \"tcp://host:port\" with a "
              "port from 1 to 65535, in at most 128 characters");
        config.seeds = {"\x1b[2J"};
        CHECK(complaint(config).find('\x1b') == std::string::npos);
    }
}

TEST_CASE("an identity keeps the limits of the format", "[config]") {
    Identity identity = sound_identity();
    CHECK(complaint(identity) == "none");

    SECTION("its life") {
        identity.life = LifeId{0};
        CHECK(fault(identity) == "life");
    }
    SECTION("its name") {
        identity.name = GENERATE(as<std::string>{}, "", "a\nb", "-n", "n 1", std::string(65, 'n'));
        CHECK(fault(identity) == "name");
    }
    SECTION("its name, and what one looks like") {
        identity.name = "a/b";
        CHECK(complaint(identity) ==
              "name \"a/b\" is not the name of a member; it must be 1 to 64 ASCII letters, digits, "
              "\".\", \"_\" or \"-\", the first neither \".\" nor \"-\", for example \"n1\"");
    }
    SECTION("its endpoint") {
        identity.endpoint = GENERATE(as<std::string>{}, "", "tcp://host", "tcp://*:*");
        CHECK(fault(identity) == "endpoint");
    }
    SECTION("the number of its tags") {
        for (int count = 0; count < 17; ++count)
            identity.tags[std::to_string(count)] = "v";
        CHECK(complaint(identity) == "tags are 17; there must be at most 16");
    }
    SECTION("the keys and values of its tags") {
        identity.tags = GENERATE(Tags{{"", "v"}}, Tags{{std::string(33, 'k'), "v"}},
                                 Tags{{"k", std::string(129, 'v')}}, Tags{{"k", "\xff"}});
        CHECK(fault(identity) == "tags");
    }
}

}  // namespace
TEST_CASE("a connection that does not get through for half of fail_after is made anew",
          "[config]") {
    CHECK(link_patience(Config::lan()) == 2s);
    CHECK(link_patience(Config::wan()) == 6s);
}

}  // namespace hearsay

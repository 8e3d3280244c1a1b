#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "key_command.hpp"
#include "key_files.hpp"
#include "keyring.hpp"
#include "node_keys.hpp"
#include "support/catch.hpp"
#include "support/heard_log.hpp"
#include "support/host_state.hpp"
#include "support/parsing.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using testing::SampleKeys;

using CurveKeys = std::vector<std::array<std::byte, 32>>;

/// What a command does to the folder, and says.
struct Outcome {
    int exit_code = 0;
    std::string text;
};

Outcome keygen(const SampleKeys& keys, const std::string& step) {
    const auto command = testing::parse({"keygen", "--" + step, "--keys", keys.path().string()});
    REQUIRE(command);
    Outcome outcome;
    {
        const testing::CapturedOutput output((keys.path() / "output").string());
        outcome.exit_code = run_key_command(std::get<KeyCommand>(command.value()));
    }
    outcome.text = keys.scratch.read("output");
    std::filesystem::remove(keys.path() / "output");
    return outcome;
}

std::string digits(const Secret& secret) {
    return hex(secret.bytes());
}

std::string digits(const std::optional<Secret>& secret) {
    return secret ? digits(*secret) : "none";
}

/// cluster.trust with another text behind its last line, and what is said of it.
std::string problem_with(const SampleKeys& keys, const std::string& more) {
    const std::string sound = keys.scratch.read("cluster.trust");
    keys.scratch.write("cluster.trust", sound + more);
    std::string problem;
    try {
        static_cast<void>(keys.files.trust());
    } catch (const StartError& error) {
        problem = error.what();
    }
    keys.scratch.write("cluster.trust", sound);
    CHECK(problem.find('\n') == std::string::npos);
    return problem;
}

TEST_CASE("three steps lead to a new link secret", "[relink]") {
    const SampleKeys keys;
    const std::string former = digits(keys.trust.link);

    const Outcome first = keygen(keys, "relink");
    const ClusterTrust one = keys.files.trust();
    const Outcome second = keygen(keys, "relink");
    const ClusterTrust two = keys.files.trust();
    const Outcome third = keygen(keys, "relink");
    const ClusterTrust three = keys.files.trust();

    const std::string next = digits(one.next_link);
    CHECK(next != former);
    CHECK((digits(one.link) == former && !one.former_link));
    CHECK((digits(two.link) == next && digits(two.former_link) == former && !two.next_link));
    CHECK((digits(three.link) == next && !three.next_link && !three.former_link));
    CHECK(three.keys == keys.trust.keys);
    CHECK_THAT(first.text, StartsWith("Step 1 of 3 is done: cluster.trust has a new link secret"));
    CHECK_THAT(first.text, EndsWith("Once all nodes have it: hearsay keygen --relink\n"));
    CHECK_THAT(second.text, StartsWith("Step 2 of 3 is done: the new link secret is now the one"));
    CHECK_THAT(third.text, StartsWith("Step 3 of 3 is done: cluster.trust has the new link"));
    CHECK_THAT(third.text, EndsWith("knows the former link secret can connect no more.\n"));
    for (const Outcome& outcome : {first, second, third}) {
        CHECK(outcome.exit_code == 0);
        CHECK_THAT(outcome.text, Contains("Next: copy cluster.trust to every node, and reload"));
        CHECK_THAT(outcome.text, !Contains(former) && !Contains(next));
    }
}

TEST_CASE("who goes first in a change of the link secret hears who goes last", "[relink]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.add("n2");
    Keyring behind(keys.path(), "n1");
    Keyring ahead(keys.path(), "n2");
    const auto dials = [](const Keyring& one, const Keyring& other) {
        const CurveKeys& tried = one.dialled_keys();
        return std::find(tried.begin(), tried.end(), other.listener().public_key) != tried.end();
    };

    for (int change = 0; change < 2; ++change) {
        for (unsigned step = 1; step <= relink_steps; ++step) {
            CAPTURE(change, step);
            REQUIRE(keygen(keys, "relink").exit_code == 0);
            REQUIRE_FALSE(ahead.reload());
            CHECK(dials(behind, ahead));
            CHECK(dials(ahead, behind));
            REQUIRE_FALSE(behind.reload());
        }
    }
}

TEST_CASE("what a node listens with is what it dials first", "[relink]") {
    SampleKeys keys;
    keys.add("n1");
    Keyring keyring(keys.path(), "n1");
    const auto former = curve_pair_of(keys.trust.link).public_key;
    CHECK(keyring.dialled_keys() == CurveKeys{former});

    take_relink_step(keys.trust);
    const auto next = curve_pair_of(*keys.trust.next_link).public_key;
    keys.save();
    REQUIRE_FALSE(keyring.reload());
    CHECK(keyring.listener().public_key == former);
    CHECK(keyring.dialled_keys() == CurveKeys{former, next});

    take_relink_step(keys.trust);
    keys.save();
    REQUIRE_FALSE(keyring.reload());
    CHECK(keyring.listener().public_key == next);
    CHECK(keyring.dialled_keys() == CurveKeys{next, former});

    take_relink_step(keys.trust);
    keys.save();
    REQUIRE_FALSE(keyring.reload());
    CHECK(keyring.listener().public_key == next);
    CHECK(keyring.dialled_keys() == CurveKeys{next});
}

TEST_CASE("a reload takes over each step, and makes links anew in the second alone", "[relink]") {
    const SampleKeys keys;
    keys.add("n1");
    NodeOptions options;
    options.name = "n1";
    options.config.cluster = "demo";
    options.keys = keys.path();
    testing::HeardLog log;
    NodeKeys node_keys(options, log.log());

    for (const Renewal renewal : {Renewal::certificates, Renewal::pairs, Renewal::certificates}) {
        REQUIRE(keygen(keys, "relink").exit_code == 0);
        const CurveKeys former = node_keys.ring()->dialled_keys();
        CHECK(node_keys.reload("tcp://192.0.2.7:7700") == renewal);
        CHECK(node_keys.ring()->dialled_keys() != former);
    }
}

TEST_CASE("a new cluster key leaves a change of the link secret as it is", "[relink]") {
    const SampleKeys keys;
    const unsigned step = GENERATE(1U, 2U);
    for (unsigned i = 0; i < step; ++i)
        REQUIRE(keygen(keys, "relink").exit_code == 0);
    const ClusterTrust before = keys.files.trust();

    for (const char* const task : {"rotate", "retire"}) {
        REQUIRE(keygen(keys, task).exit_code == 0);
        const ClusterTrust after = keys.files.trust();
        CHECK(after.keys != before.keys);
        CHECK(digits(after.link) == digits(before.link));
        CHECK(digits(after.next_link) == digits(before.next_link));
        CHECK(digits(after.former_link) == digits(before.former_link));
    }
}

TEST_CASE("a change of the link secret leaves a new cluster key as it is", "[relink]") {
    const SampleKeys keys;
    REQUIRE(keygen(keys, "rotate").exit_code == 0);
    const std::vector<PublicKey> trusted = keys.files.trust().keys;
    REQUIRE(trusted.size() == 2);

    for (unsigned step = 1; step <= relink_steps; ++step) {
        REQUIRE(keygen(keys, "relink").exit_code == 0);
        CHECK(keys.files.trust().keys == trusted);
    }
}

TEST_CASE("link secrets are written for their owner alone", "[relink]") {
    const SampleKeys keys;
    const mode_t former = ::umask(0);
    for (unsigned step = 1; step <= relink_steps; ++step) {
        REQUIRE(keygen(keys, "relink").exit_code == 0);
        struct stat status {};
        REQUIRE(stat(keys.files.trust_file().c_str(), &status) == 0);
        CHECK((status.st_mode & 07777U) == 0600U);
    }
    ::umask(former);
}

TEST_CASE("a step to a new link secret needs a cluster.trust that is sound", "[relink]") {
    const SampleKeys keys;
    SECTION("there is none") {
        std::filesystem::remove(keys.files.trust_file());
        const Outcome outcome = keygen(keys, "relink");
        CHECK(outcome.exit_code == 2);
        CHECK_THAT(outcome.text, Contains("cluster.trust: there is no such file; copy it from"));
        CHECK_FALSE(std::filesystem::exists(keys.files.trust_file()));
    }
    SECTION("others may read it") {
        std::filesystem::permissions(keys.files.trust_file(), std::filesystem::perms(0640));
        const Outcome outcome = keygen(keys, "relink");
        CHECK(outcome.exit_code == 2);
        CHECK_THAT(outcome.text, Contains("cluster.trust: it holds a secret, and its mode 0640"));
    }
    SECTION("it is damaged") {
        const std::string damaged = keys.scratch.read("cluster.trust") + "next-link 12\n";
        keys.scratch.write("cluster.trust", damaged);
        const Outcome outcome = keygen(keys, "relink");
        CHECK(outcome.exit_code == 2);
        CHECK_THAT(outcome.text, EndsWith(":6: next-link must be 64 hex digits\n"));
        CHECK(keys.scratch.read("cluster.trust") == damaged);
    }
    SECTION("cluster.secret is not needed") {
        std::filesystem::remove(keys.files.secret_file());
        CHECK(keygen(keys, "relink").exit_code == 0);
    }
}

TEST_CASE("link secrets of which a file has too many are a fault with its line", "[relink]") {
    const SampleKeys keys;
    const std::string next = "next-link " + digits(draw_link_secret()) + "\n";
    const std::string former = "former-link " + digits(draw_link_secret()) + "\n";
    const std::string exclude =
        ":7: next-link and former-link exclude each other; give one of them";

    CHECK(problem_with(keys, next).empty());
    CHECK(problem_with(keys, former).empty());
    CHECK_THAT(problem_with(keys, next + former), EndsWith(exclude));
    CHECK_THAT(problem_with(keys, former + next), EndsWith(exclude));
    CHECK_THAT(problem_with(keys, next + next),
               EndsWith(":7: next-link is given a second time; give it once"));
    CHECK_THAT(problem_with(keys, former + former),
               EndsWith(":7: former-link is given a second time; give it once"));
}

TEST_CASE("what is no other link secret is a fault, and not shown", "[relink]") {
    const SampleKeys keys;
    const std::string link = digits(keys.trust.link);
    const std::string same_value = " " + link + "\n";
    const std::vector<std::string> wrong{"", " ", " 12", " x" + link.substr(1), " " + link + "0"};

    for (const std::string word : {"next-link", "former-link"}) {
        const std::string same = problem_with(keys, word + same_value);
        CHECK_THAT(same, EndsWith("cluster.trust: " + word +
                                  " is the same as link; copy the file that `hearsay keygen "
                                  "--relink` made"));
        for (const std::string& value : wrong) {
            const std::string problem = problem_with(keys, word + value + "\n");
            CHECK_THAT(problem, EndsWith(":6: " + word + " must be 64 hex digits"));
            CHECK_THAT(problem, !Contains(link.substr(1)));
        }
        CHECK_THAT(problem_with(keys, word + link + "\n"),
                   EndsWith(":6: it begins with no word that is known; known: cluster, key, link, "
                            "next-link, former-link"));
    }
}

TEST_CASE("keygen does one thing at a time", "[relink]") {
    const std::vector<std::vector<std::string>> tasks{
        {"--rotate"}, {"--retire"}, {"--relink"}, {"--cluster", "demo"}};
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        for (std::size_t j = i + 1; j < tasks.size(); ++j) {
            for (const auto& [one, other] : {std::pair(i, j), std::pair(j, i)}) {
                std::vector<std::string> arguments{"keygen"};
                arguments.insert(arguments.end(), tasks[one].begin(), tasks[one].end());
                arguments.insert(arguments.end(), tasks[other].begin(), tasks[other].end());
                CHECK_THAT(testing::fault(testing::parse(arguments)),
                           Contains(tasks[i].front() + " and " + tasks[j].front() +
                                    " exclude each other; give one of them"));
            }
        }
    }
}

}  // namespace
}  // namespace hearsay

#include "key_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "hearsay/node.hpp"

#include "keyring.hpp"
#include "support/catch.hpp"
#include "support/sample_keys.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using testing::SampleKeys;
using testing::ScratchDirectory;

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

/// What is said of the files, in one line.
std::string problem_of(const KeyFolder& files) {
    try {
        static_cast<void>(files.secret());
        const ClusterTrust trust = files.trust();
        static_cast<void>(files.node("n1"));
        static_cast<void>(files.revocations(trust));
    } catch (const StartError& error) {
        const std::string text = error.what();
        CHECK(text.find('\n') == std::string::npos);
        return text;
    }
    return "";
}

TEST_CASE("files of keys hold what was written", "[keys]") {
    SampleKeys keys;
    keys.secret.keys.push_back(SigningKey::draw());
    keys.trust.keys.push_back(keys.secret.keys.back().public_key());
    keys.save();
    const PublicKey key = keys.add("n1");
    keys.revoke(3, {key});

    const ClusterSecret secret = keys.files.secret();
    CHECK(secret.cluster == "demo");
    REQUIRE(secret.keys.size() == 2);
    CHECK(secret.keys.back().public_key() == keys.secret.keys.back().public_key());
    const ClusterTrust trust = keys.files.trust();
    CHECK(trust.cluster == "demo");
    CHECK(trust.keys == keys.trust.keys);
    CHECK(curve_pair_of(trust.link).secret_key == curve_pair_of(keys.trust.link).secret_key);
    CHECK_FALSE((trust.next_link || trust.former_link));
    CHECK(keys.files.node("n1").key.public_key() == key);
    const RevocationList list = keys.files.revocations(trust).list;
    CHECK(list.version == 3);
    REQUIRE(list.revocations.size() == 1);
    CHECK(list.revocations.front().key == key);
    CHECK(list.revocations.front().name == "n9");
}

TEST_CASE("files that are not there are told with what makes them", "[keys]") {
    const ScratchDirectory scratch;
    const KeyFolder files(scratch.path());

    CHECK_THROWS_WITH(files.secret(), Contains("cluster.secret: there is no such file; `hearsay"));
    CHECK_THROWS_WITH(files.trust(), Contains("cluster.trust: there is no such file; copy it"));
    CHECK_THROWS_WITH(files.node("n1"),
                      EndsWith("n1.key: there is no such file; `hearsay certify n1` makes one"));
    CHECK_FALSE(files.node_if_there("n1"));
    CHECK(files.revocations({.cluster = "demo", .keys = {}, .link = {}}).list.version == 0);
}

TEST_CASE("secrets are written for their owner alone", "[keys]") {
    const SampleKeys keys;
    const mode_t former = ::umask(GENERATE(0U, 022U, 077U, 0777U));
    keys.save();
    keys.add("n1");
    keys.revoke(1, {});
    ::umask(former);

    CHECK(mode_of(keys.files.secret_file()) == 0600);
    CHECK(mode_of(keys.files.trust_file()) == 0600);
    CHECK(mode_of(keys.files.node_file("n1")) == 0600);
    CHECK(mode_of(keys.files.revoked_file()) == 0644);
}

TEST_CASE("a secret that others may read is refused with what would be right", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    keys.revoke(1, {});
    const auto file = GENERATE(as<std::string>{}, "cluster.secret", "cluster.trust", "n1.key");
    const fs::path path = keys.path() / file;

    for (const unsigned mode : {0640U, 0604U, 0620U, 0610U, 0644U, 0666U}) {
        fs::permissions(path, fs::perms(mode));
        const std::string problem = problem_of(keys.files);
        CHECK_THAT(problem,
                   Contains(path.string() + ": ") && EndsWith("chmod 600 " + path.string()));
        CHECK_THAT(problem, Contains(mode == 0640 ? "mode 0640" : "mode 06"));
    }
    fs::permissions(path, fs::perms(0400));
    CHECK(problem_of(keys.files).empty());
}

TEST_CASE("what is no file of keys is refused", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const fs::path path = keys.files.trust_file();
    fs::remove(path);

    SECTION("a directory") {
        fs::create_directory(path);
        CHECK_THAT(problem_of(keys.files), EndsWith("cluster.trust: it is a directory; give a file "
                                                    "of keys"));
    }
    SECTION("a pipe, for which nobody waits") {
        REQUIRE(mkfifo(path.c_str(), 0600) == 0);
        CHECK_THAT(problem_of(keys.files), EndsWith("cluster.trust: it is not a regular file"));
    }
    SECTION("a file without an end") {
        keys.scratch.write("cluster.trust", "");
        fs::permissions(path, fs::perms(0600));
        fs::resize_file(path, 1ULL << 40U);
        CHECK_THAT(problem_of(keys.files), EndsWith("it is too long for a file of keys"));
    }
    SECTION("a link leads on") {
        keys.files.write(keys.trust, IfThere::replace);
        fs::rename(path, keys.path() / "elsewhere");
        fs::create_symlink(keys.path() / "elsewhere", path);
        CHECK(problem_of(keys.files).empty());
    }
}

/// Replaces a part of cluster.trust, and says what is wrong with it then.
std::string problem_with(const std::string& part, const std::string& replacement) {
    const SampleKeys keys;
    keys.add("n1");
    std::string text = keys.scratch.read("cluster.trust");
    const std::size_t place = text.find(part);
    REQUIRE(place != std::string::npos);
    text.replace(place, part.size(), replacement);
    keys.scratch.write("cluster.trust", text);
    std::string problem = problem_of(keys.files);
    CHECK(problem.find(hex(keys.trust.link.bytes())) == std::string::npos);
    return problem;
}

TEST_CASE("a fault of a file is told with its line", "[keys]") {
    CHECK_THAT(problem_with("cluster demo", "clutter demo"),
               EndsWith("/cluster.trust:3: unknown word \"clutter\"; known: cluster, key, link, "
                        "next-link, former-link"));
    CHECK_THAT(problem_with("cluster demo", "cluster demo\ncluster demo"),
               EndsWith(":4: cluster is given a second time; give it once"));
    CHECK_THAT(problem_with("cluster demo\n", ""),
               EndsWith(": it lacks the line \"cluster NAME\""));
    CHECK_THAT(problem_with("cluster demo", "cluster two words"),
               EndsWith(":3: cluster must be the name of a cluster"));
    CHECK_THAT(problem_with("key ", "key 0"), EndsWith(":4: key must be 64 hex digits"));
    CHECK_THAT(problem_with("trust 1\n", "trust 2\n"),
               Contains(":1: it is no such file, or one of another version: it must begin with"));
    CHECK_THAT(problem_with("hearsay", "#"), Contains(":1: it is no such file"));
}

TEST_CASE("a fault of a file shows no secret", "[keys]") {
    CHECK_THAT(problem_with("link ", ""), Contains(":5: it begins with no word that is known"));
    CHECK_THAT(problem_with("link ", "link x"), EndsWith(":5: link must be 64 hex digits"));
    CHECK_THAT(problem_with("link ", "link"), Contains(":5: it begins with no word that is known"));
}

TEST_CASE("comments, blanks and line ends of other systems are allowed", "[keys]") {
    CHECK(problem_with("cluster demo\n", "\n  # cluster x\r\n\t cluster \t demo \r\n").empty());
}

TEST_CASE("a file may hold any bytes", "[keys]") {
    const SampleKeys keys;
    keys.add("n1");
    const std::string sound = keys.scratch.read("n1.key");
    for (std::size_t place = 0; place < sound.size(); place += 7) {
        for (const char byte : {'\0', '\n', ' ', '\x1b', '\xff'}) {
            std::string text = sound;
            text[place] = byte;
            keys.scratch.write("n1.key", text);
            static_cast<void>(problem_of(keys.files));
        }
        // A certificate that is cut is one no more.
        keys.scratch.write("n1.key", sound.substr(0, std::min(place, sound.size() - 2)));
        CHECK_THROWS_AS(Keyring(keys.path(), "n1"), StartError);
    }
}

TEST_CASE("a key of another name is refused", "[keys]") {
    const SampleKeys keys;
    keys.add("n2");
    fs::rename(keys.files.node_file("n2"), keys.files.node_file("n1"));
    CHECK_THAT(problem_of(keys.files), EndsWith("n1.key:3: name must be that of the file, n1"));
    CHECK_THROWS_WITH(Keyring(keys.path(), "../n1"), Contains("is not the name of a member"));
}

TEST_CASE("what is there is overwritten only if that is asked for", "[keys]") {
    const SampleKeys keys;
    const std::string former = keys.scratch.read("cluster.secret");
    ClusterSecret other;
    other.cluster = "other";
    other.keys.push_back(SigningKey::draw());

    CHECK_THROWS_WITH(keys.files.write(other, IfThere::refuse),
                      EndsWith("cluster.secret: it is there already, and is never overwritten"));
    CHECK(keys.scratch.read("cluster.secret") == former);
    CHECK_FALSE(fs::exists(keys.path() / "cluster.secret.new"));

    keys.files.write(other, IfThere::replace);
    CHECK(keys.files.secret().cluster == "other");
}

TEST_CASE("what a killed command left behind harms nobody", "[keys]") {
    const SampleKeys keys;
    keys.scratch.write("precious", "precious");
    SECTION("half a file") {
        keys.scratch.write("n1.key.new", "hearsay-node");
    }
    SECTION("or a link that somebody made") {
        fs::create_symlink(keys.path() / "precious", keys.path() / "n1.key.new");
    }
    keys.add("n1");

    CHECK(problem_of(keys.files).empty());
    CHECK_FALSE(fs::exists(fs::symlink_status(keys.path() / "n1.key.new")));
    CHECK(keys.scratch.read("precious") == "precious");
}

TEST_CASE("a folder that cannot be is one clear line", "[keys]") {
    const ScratchDirectory scratch;
    scratch.write("file", "");
    CHECK_THROWS_WITH(FolderLock(scratch.path() / "none"),
                      Contains("no folder to keep keys in: No such file"));
    CHECK_THROWS_WITH(FolderLock(scratch.path() / "file"), Contains("Not a directory"));
    const SampleKeys keys;
    CHECK_THROWS_WITH(KeyFolder(scratch.path() / "none").write(keys.trust, IfThere::replace),
                      Contains("cluster.trust: it cannot be written: No such file"));
}

}  // namespace
}  // namespace hearsay

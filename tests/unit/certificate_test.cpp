#include "certificate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;

using Keys = std::vector<PublicKey>;

constexpr CertificateTime noon{std::chrono::seconds{1'800'000'000}};

Certificate some_certificate() {
    return {.cluster = "demo",
            .credential = {.name = "n1",
                           .key = SigningKey::draw().public_key(),
                           .may_forget = true,
                           .endpoints = {"tcp://10.0.0.7:7700", "tcp://[fd00::7]:7700"}},
            .valid_from = noon,
            .valid_until = noon + 90 * 24h};
}

bool is_good(std::span<const std::byte> bytes, const PublicKey& cluster_key) {
    return decode_certificate(bytes).has_value() && is_issued_by(Keys{cluster_key}, bytes);
}

TEST_CASE("a certificate says what was certified", "[keys]") {
    const SigningKey cluster_key = SigningKey::draw();
    Certificate certificate = some_certificate();
    SECTION("all of it") {}
    SECTION("without a role and without endpoints") {
        certificate.credential.may_forget = false;
        certificate.credential.endpoints.clear();
    }
    SECTION("with the longest names") {
        certificate.cluster = std::string(32, 'c');
        certificate.credential.name = std::string(64, 'n');
    }

    const std::vector<std::byte> bytes = issue(certificate, cluster_key);

    CHECK(bytes.size() <= certificate_bytes_max);
    CHECK(decode_certificate(bytes) == certificate);
    CHECK(is_issued_by(Keys{cluster_key.public_key()}, bytes));
}

TEST_CASE("a certificate without endpoints takes few bytes", "[keys]") {
    Certificate certificate = some_certificate();
    certificate.credential.endpoints.clear();
    CHECK(issue(certificate, SigningKey::draw()).size() == 131);
}

TEST_CASE("any of several keys makes a certificate good", "[keys]") {
    const SigningKey former = SigningKey::draw();
    const SigningKey present = SigningKey::draw();
    const SigningKey stranger = SigningKey::draw();
    const std::array keys{former.public_key(), present.public_key()};

    CHECK(is_issued_by(keys, issue(some_certificate(), former)));
    CHECK(is_issued_by(keys, issue(some_certificate(), present)));
    CHECK_FALSE(is_issued_by(keys, issue(some_certificate(), stranger)));
    CHECK_FALSE(is_issued_by({}, issue(some_certificate(), present)));
}

TEST_CASE("each bit of a certificate counts", "[keys]") {
    const SigningKey key = SigningKey::draw();
    std::vector<std::byte> bytes = issue(some_certificate(), key);
    REQUIRE(is_good(bytes, key.public_key()));

    for (std::size_t i = 0; i < 8 * bytes.size(); ++i) {
        CAPTURE(i);
        bytes[i / 8] ^= std::byte{1} << (i % 8);
        CHECK_FALSE(is_good(bytes, key.public_key()));
        bytes[i / 8] ^= std::byte{1} << (i % 8);
    }
    CHECK(is_good(bytes, key.public_key()));
}

TEST_CASE("a certificate that is too short or too long is none", "[keys]") {
    const std::vector<std::byte> bytes = issue(some_certificate(), SigningKey::draw());

    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(decode_certificate(std::span(bytes).first(size)));
    }
    std::vector<std::byte> longer = bytes;
    for (int i = 0; i < 600; ++i) {
        longer.push_back(std::byte{0});
        CHECK_FALSE(decode_certificate(longer));
    }
}

TEST_CASE("bytes that claim too much are no certificate", "[keys]") {
    std::vector<std::byte> bytes(GENERATE(1U, 2U, 131U, 512U, 4096U));
    const auto fill = GENERATE(std::byte{0}, std::byte{1}, std::byte{0xff});
    bytes.assign(bytes.size(), fill);
    bytes.front() = std::byte{1};

    CHECK_FALSE(decode_certificate(bytes));
}

TEST_CASE("a certificate with more endpoints than may be is none", "[keys]") {
    Certificate certificate = some_certificate();
    certificate.credential.endpoints.assign(4, "tcp://10.0.0.7:7700");
    std::vector<std::byte> bytes = issue(certificate, SigningKey::draw());
    constexpr std::size_t count = 58;
    REQUIRE(bytes[count] == std::byte{4});

    bytes[count] = std::byte{5};

    CHECK_FALSE(decode_certificate(bytes));
}

TEST_CASE("a certificate of a time that no clock shows is none", "[keys]") {
    std::vector<std::byte> bytes = issue(some_certificate(), SigningKey::draw());
    constexpr std::size_t valid_until = 50;

    bytes[valid_until + GENERATE(0U, 1U, 3U)] = GENERATE(std::byte{0x80}, std::byte{0xff});

    CHECK_FALSE(decode_certificate(bytes));
}

TEST_CASE("a signature over something else makes no certificate", "[keys]") {
    const SigningKey key = SigningKey::draw();
    std::vector<std::byte> bytes = issue(some_certificate(), key);
    // The same key signs the same bytes, but not as a certificate.
    const auto unsigned_part = std::span(bytes).first(bytes.size() - sizeof(Signature));
    const Signature signature = key.sign(unsigned_part);
    std::copy(signature.begin(), signature.end(), bytes.end() - std::ptrdiff_t{sizeof(Signature)});

    CHECK(decode_certificate(bytes));
    CHECK_FALSE(is_issued_by(Keys{key.public_key()}, bytes));
}

TEST_CASE("what cannot stand in a certificate is told", "[keys]") {
    Certificate certificate = some_certificate();
    CHECK_FALSE(certificate_fault(certificate));
    auto& endpoints = certificate.credential.endpoints;

    SECTION("too many endpoints") {
        endpoints.assign(5, "tcp://10.0.0.7:7700");
        CHECK(certificate_fault(certificate) == "endpoints are 5; there must be at most 4");
    }
    SECTION("too long ones") {
        endpoints.assign(4, "tcp://" + std::string(100, 'h') + ":7700");
        CHECK_THAT(*certificate_fault(certificate), StartsWith("endpoints have too many bytes"));
    }
    SECTION("one that cannot be dialled") {
        endpoints = {GENERATE(as<std::string>{}, "tcp://*:7700", "tcp://h:0", "10.0.0.7:7700", "")};
        CHECK_THAT(*certificate_fault(certificate),
                   StartsWith("endpoint \"") && Contains("write tcp://HOST:PORT"));
    }
    SECTION("a name that is none") {
        certificate.credential.name = "-n1";
        CHECK_THAT(*certificate_fault(certificate), StartsWith("name \"-n1\" is not the name"));
    }
    SECTION("a cluster that is none") {
        certificate.cluster = "two words";
        CHECK_THAT(*certificate_fault(certificate), StartsWith("cluster is not a cluster name"));
    }
    SECTION("a time that ends before it begins") {
        certificate.valid_until = certificate.valid_from;
        CHECK_THAT(*certificate_fault(certificate), StartsWith("times are not sound"));
    }
    SECTION("a time beyond every clock") {
        certificate.valid_until = CertificateTime(std::chrono::seconds{9'000'000'001});
        CHECK_THAT(*certificate_fault(certificate), StartsWith("times are not sound"));
    }
}

TEST_CASE("a certificate is good for its time, give or take wrong clocks", "[keys]") {
    const Certificate certificate = some_certificate();
    const auto fault = [&](WallTime now) { return time_fault(certificate, now).value_or("good"); };

    CHECK(fault(noon) == "good");
    CHECK(fault(noon - 5min) == "good");
    CHECK(fault(noon - 5min - 1s) ==
          "not valid before 2027-01-15T08:00:00Z, in 5 minutes: is a clock wrong?");
    CHECK(fault(noon - 49h) ==
          "not valid before 2027-01-15T08:00:00Z, in 2 days: is a clock wrong?");
    CHECK(fault(certificate.valid_until - 1s) == "good");
    CHECK(fault(certificate.valid_until) == "expired less than a minute ago");
    CHECK(fault(certificate.valid_until + 73h) == "expired 3 days ago");
}

TEST_CASE("a certificate is to be renewed after two thirds of its life", "[keys]") {
    const Certificate certificate = some_certificate();
    CHECK_FALSE(is_due_for_renewal(certificate, noon));
    CHECK_FALSE(is_due_for_renewal(certificate, noon + 60 * 24h - 1s));
    CHECK(is_due_for_renewal(certificate, noon + 60 * 24h));
}

TEST_CASE("a span is told in one unit", "[keys]") {
    CHECK(rough_text(-3s) == "less than a minute");
    CHECK(rough_text(59s) == "less than a minute");
    CHECK(rough_text(119s) == "1 minute");
    CHECK(rough_text(2h) == "2 hours");
    CHECK(rough_text(47h) == "1 day");
    CHECK(rough_text(24h * 89) == "89 days");
}

}  // namespace
}  // namespace hearsay

#include "certificate.hpp"

#include <algorithm>
#include <string_view>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/config.hpp"
#include "hearsay/member.hpp"

#include "endpoint.hpp"
#include "json.hpp"
#include "phrase.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

using namespace std::string_view_literals;

constexpr std::byte version{1};
constexpr std::uint8_t role_operator = 1;
/// Enough of a public key to find the one that signed.
constexpr std::size_t key_id_bytes = 8;
constexpr std::size_t signature_bytes = sizeof(Signature);
/// Its end and its zero byte keep this apart from whatever else a key of the cluster signs.
constexpr auto domain = "hearsay certificate 1\0"sv;
/// In the year 2255. Seven years later the clock of the wall, in nanoseconds, would overflow.
constexpr std::uint64_t time_max = 9'000'000'000;

class Writer {
  public:
    void add(std::byte byte) { bytes_.push_back(byte); }
    void add(std::span<const std::byte> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void add_text(std::string_view text) {
        add(static_cast<std::byte>(text.size()));
        add(as_bytes(text));
    }
    void add_time(CertificateTime time) {
        const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
        for (int shift = 56; shift >= 0; shift -= 8)
            add(static_cast<std::byte>(seconds >> static_cast<unsigned>(shift)));
    }
    [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
};

/// Takes from the front. Once something is missing or wrong, all that follows is nothing.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::span<const std::byte> take(std::size_t size) {
        if (size > bytes_.size()) fail();
        if (is_failed_) return {};
        const auto taken = bytes_.first(size);
        bytes_ = bytes_.subspan(size);
        return taken;
    }
    std::uint8_t number() {
        const auto taken = take(1);
        return taken.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(taken.front());
    }
    std::string text() {
        const auto taken = take(number());
        std::string text(taken.size(), '\0');
        std::transform(taken.begin(), taken.end(), text.begin(),
                       [](std::byte byte) { return std::to_integer<char>(byte); });
        return text;
    }
    CertificateTime time() {
        std::uint64_t seconds = 0;
        for (const std::byte byte : take(8))
            seconds = (seconds << 8U) | std::to_integer<std::uint64_t>(byte);
        return CertificateTime(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
    }
    void fail() { is_failed_ = true; }
    [[nodiscard]] bool is_done() const { return !is_failed_ && bytes_.empty(); }

  private:
    std::span<const std::byte> bytes_;
    bool is_failed_ = false;
};

Certificate read_fields(Reader& reader) {
    Certificate certificate;
    Credential& credential = certificate.credential;
    certificate.cluster = reader.text();
    credential.name = reader.text();
    const auto key = reader.take(credential.key.size());
    std::copy(key.begin(), key.end(), credential.key.begin());
    // A role that this build does not know gives nothing here.
    credential.may_forget = (reader.number() & role_operator) != 0;
    certificate.valid_from = reader.time();
    certificate.valid_until = reader.time();
    const std::uint8_t count = reader.number();
    if (count > certificate_endpoints_max) reader.fail();
    for (std::uint8_t i = 0; i < count && i < certificate_endpoints_max; ++i)
        credential.endpoints.push_back(reader.text());
    return certificate;
}

std::size_t encoded_size(const Certificate& certificate) {
    const Credential& credential = certificate.credential;
    std::size_t size = 1 + 1 + certificate.cluster.size() + 1 + credential.name.size() +
                       credential.key.size() + 1 + 8 + 8 + 1 + key_id_bytes + signature_bytes;
    for (const std::string& endpoint : credential.endpoints)
        size += 1 + endpoint.size();
    return size;
}

bool is_in_range(CertificateTime time) {
    const auto seconds = time.time_since_epoch().count();
    return seconds >= 0 && static_cast<std::uint64_t>(seconds) <= time_max;
}

/// What is signed for the certificate: all but the signature.
std::vector<std::byte> statement_of(std::span<const std::byte> unsigned_part) {
    std::vector<std::byte> statement;
    statement.reserve(domain.size() + unsigned_part.size());
    const auto domain_bytes = as_bytes(domain);
    statement.insert(statement.end(), domain_bytes.begin(), domain_bytes.end());
    statement.insert(statement.end(), unsigned_part.begin(), unsigned_part.end());
    return statement;
}

/// Sound, but for what is asked about.
Identity stand_in() {
    return {.life = LifeId{1},
            .name = "n1",
            .incarnation = 1,
            .endpoint = "tcp://127.0.0.1:1",
            .tags_version = 0,
            .tags = {}};
}

/// "2026-11-23T10:00:00Z".
std::string second_text(CertificateTime time) {
    const std::string text = date_text(time);
    return text.substr(0, text.find('.')) + "Z";
}

template <typename Subject>
std::optional<std::string> fault_of(const Subject& subject) {
    const auto error = validate(subject);
    if (!error) return std::nullopt;
    return error->field + " " + error->problem;
}

}  // namespace

std::optional<std::string> member_name_fault(const std::string& name) {
    Identity identity = stand_in();
    identity.name = name;
    return fault_of(identity);
}

std::optional<std::string> cluster_name_fault(const std::string& cluster) {
    Config config = Config::lan();
    config.cluster = cluster;
    return fault_of(config);
}

bool is_certified_endpoint(const std::string& endpoint) {
    if (endpoint.size() > limits::endpoint_bytes_max) return false;
    const auto parsed = parse_endpoint(endpoint);
    return parsed && is_dialable(*parsed);
}

std::optional<std::string> certificate_fault(const Certificate& certificate) {
    const Credential& credential = certificate.credential;
    if (auto fault = cluster_name_fault(certificate.cluster)) return fault;
    if (auto fault = member_name_fault(credential.name)) return fault;
    const auto& endpoints = credential.endpoints;
    if (endpoints.size() > certificate_endpoints_max) {
        return "endpoints are " + std::to_string(endpoints.size()) + "; there must be at most " +
               std::to_string(certificate_endpoints_max);
    }
    const auto unfit = std::find_if_not(endpoints.begin(), endpoints.end(), is_certified_endpoint);
    if (unfit != endpoints.end()) {
        return "endpoint " + printable(in_quotes(*unfit)) +
               " is none that can be dialled; write tcp://HOST:PORT";
    }
    if (encoded_size(certificate) > certificate_bytes_max) {
        return "endpoints have too many bytes in all; use fewer or shorter ones";
    }
    const bool is_sound = is_in_range(certificate.valid_from) &&
                          is_in_range(certificate.valid_until) &&
                          certificate.valid_from < certificate.valid_until;
    if (!is_sound) return "times are not sound; let it end after it begins, before the year 2255";
    return std::nullopt;
}

std::vector<std::byte> issue(const Certificate& certificate, const SigningKey& key) {
    HEARSAY_CHECK(!certificate_fault(certificate));
    const Credential& credential = certificate.credential;
    Writer writer;
    writer.add(version);
    writer.add_text(certificate.cluster);
    writer.add_text(credential.name);
    writer.add(credential.key);
    writer.add(std::byte{credential.may_forget ? role_operator : std::uint8_t{0}});
    writer.add_time(certificate.valid_from);
    writer.add_time(certificate.valid_until);
    writer.add(static_cast<std::byte>(credential.endpoints.size()));
    for (const std::string& endpoint : credential.endpoints)
        writer.add_text(endpoint);
    writer.add(std::span(key.public_key()).first<key_id_bytes>());
    writer.add(key.sign(statement_of(writer.bytes())));
    return std::move(writer.bytes());
}

std::optional<Certificate> decode_certificate(std::span<const std::byte> bytes) {
    if (bytes.size() > certificate_bytes_max || bytes.empty() || bytes.front() != version) {
        return std::nullopt;
    }
    Reader reader(bytes.subspan(1));
    Certificate certificate = read_fields(reader);
    static_cast<void>(reader.take(key_id_bytes + signature_bytes));
    if (!reader.is_done() || certificate_fault(certificate)) return std::nullopt;
    return certificate;
}

bool is_issued_by(std::span<const PublicKey> keys, std::span<const std::byte> bytes) {
    HEARSAY_CHECK(bytes.size() > key_id_bytes + signature_bytes);
    const auto unsigned_part = bytes.first(bytes.size() - signature_bytes);
    const auto key_id = unsigned_part.last(key_id_bytes);
    Signature signature{};
    std::copy_n(bytes.last(signature_bytes).begin(), signature.size(), signature.begin());
    const std::vector<std::byte> statement = statement_of(unsigned_part);
    return std::any_of(keys.begin(), keys.end(), [&](const PublicKey& key) {
        return std::equal(key_id.begin(), key_id.end(), key.begin()) &&
               is_signed(key, statement, signature);
    });
}

std::optional<std::string> time_fault(const Certificate& certificate, WallTime now) {
    if (now >= certificate.valid_until) {
        const auto since = std::chrono::floor<std::chrono::seconds>(now - certificate.valid_until);
        return "expired " + rough_text(since) + " ago";
    }
    if (now + clock_tolerance >= certificate.valid_from) return std::nullopt;
    const auto until = std::chrono::ceil<std::chrono::seconds>(certificate.valid_from - now);
    return "not valid before " + second_text(certificate.valid_from) + ", in " + rough_text(until) +
           ": is a clock wrong?";
}

bool is_due_for_renewal(const Certificate& certificate, WallTime now) {
    const auto life = certificate.valid_until - certificate.valid_from;
    return now >= certificate.valid_until - life / 3;
}

std::string rough_text(std::chrono::seconds span) {
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
    constexpr std::uint64_t minute = 60;
    constexpr std::uint64_t hour = 60 * minute;
    constexpr std::uint64_t day = 24 * hour;
    if (count < minute) return "less than a minute";
    if (count < hour) return count_text(count / minute, "minute");
    return count < day ? count_text(count / hour, "hour") : count_text(count / day, "day");
}

}  // namespace hearsay

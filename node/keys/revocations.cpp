#include "revocations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "key_text.hpp"
#include "phrase.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view format = "hearsay-cluster-revoked 1";
/// Its end and its zero byte keep this apart from whatever else a key of the cluster signs.
constexpr auto domain = "hearsay revoked keys 1\0"sv;

std::string line_of(const Revocation& revocation) {
    return "revoked " + hex(revocation.key) + " " +
           std::to_string(revocation.at.time_since_epoch().count()) + " " + revocation.name + "\n";
}

/// All that the list says, in lines: what is signed, behind the domain.
std::string body_of(const RevocationList& list) {
    std::string body =
        "cluster " + list.cluster + "\nversion " + std::to_string(list.version) + "\n";
    for (const Revocation& revocation : list.revocations)
        body += line_of(revocation);
    return body;
}

std::string statement_of(const RevocationList& list) {
    return std::string(domain) + body_of(list);
}

/// Takes a word off the value.
std::string_view next_word(std::string_view& value) {
    const std::size_t end = std::min(value.find(' '), value.size());
    const std::string_view word = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    return word;
}

Revocation revocation_of(const KeyText& text, const KeyLine& line) {
    std::string_view rest = line.value;
    Revocation revocation;
    const bool has_key = read_hex(next_word(rest), revocation.key);
    const std::string_view digits = next_word(rest);
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    // Beyond, a clock in nanoseconds would overflow.
    constexpr std::int64_t seconds_max = 9'000'000'000;
    const bool has_time = error == std::errc() && end == digits.data() + digits.size() &&
                          seconds >= 0 && seconds <= seconds_max;
    revocation.at = CertificateTime(std::chrono::seconds(has_time ? seconds : 0));
    revocation.name = rest;
    if (!has_key || !has_time || member_name_fault(revocation.name)) {
        text.refuse(line, "revoked must be a key, the seconds since 1970, and a name");
    }
    return revocation;
}

/// A signature, and the key that made it.
struct SignatureLine {
    PublicKey key{};
    Signature signature{};
};

SignatureLine signature_of(const KeyText& text, const KeyLine& line) {
    std::string_view rest = line.value;
    SignatureLine result;
    const bool has_key = read_hex(next_word(rest), result.key);
    if (!has_key || !read_hex(rest, result.signature)) {
        text.refuse(line, "signature must be the key that signed, and what it signed with");
    }
    return result;
}

bool is_trusted(const RevocationList& list, std::span<const SignatureLine> signatures,
                std::span<const PublicKey> trusted) {
    const std::string statement = statement_of(list);
    return std::any_of(signatures.begin(), signatures.end(), [&](const SignatureLine& line) {
        return std::find(trusted.begin(), trusted.end(), line.key) != trusted.end() &&
               is_signed(line.key, as_bytes(statement), line.signature);
    });
}

}  // namespace

SecretText revocations_text(const RevocationList& list, std::span<const SigningKey> keys) {
    constexpr std::string_view comment =
        "# Keys that are good no more: `hearsay revoke` adds to it. It belongs to every node.\n";
    constexpr std::size_t signature_line_bytes = 256;
    const std::string body = body_of(list);
    SecretText text(body.size() + 256 + keys.size() * signature_line_bytes);
    text.add(format);
    text.add("\n");
    text.add(comment);
    text.add(body);
    for (const SigningKey& key : keys) {
        const Signature signature = key.sign(as_bytes(statement_of(list)));
        text.add("signature " + hex(key.public_key()) + " " + hex(signature) + "\n");
    }
    return text;
}

SignedRevocations read_revocations(const std::filesystem::path& path, std::string_view content,
                                   const std::string& cluster, std::span<const PublicKey> trusted) {
    SecretText copy(content.size());
    copy.add(content);
    const KeyText text(path, format, std::move(copy));
    RevocationList list;
    std::vector<SignatureLine> signatures;
    const std::array<KeyWord, 4> words{{
        {"cluster", "NAME", Occurs::once, [&](const KeyLine& line) { list.cluster = line.value; }},
        {"version", "NUMBER", Occurs::once,
         [&](const KeyLine& line) { list.version = text.number(line); }},
        {"revoked", "KEY SECONDS NAME", Occurs::any,
         [&](const KeyLine& line) { list.revocations.push_back(revocation_of(text, line)); }},
        {"signature", "KEY SIGNATURE", Occurs::at_least_once,
         [&](const KeyLine& line) { signatures.push_back(signature_of(text, line)); }},
    }};
    text.read(words);
    if (list.cluster != cluster) {
        text.refuse("it is of another cluster " + printable(in_quotes(list.cluster)));
    }
    if (!is_trusted(list, signatures, trusted)) {
        text.refuse("it is signed by no key of this cluster; copy the one that was made last");
    }
    return {.list = std::move(list), .text = std::string(content)};
}

}  // namespace hearsay

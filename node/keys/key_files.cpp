#include "key_files.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/node.hpp"

#include "certificate.hpp"
#include "key_text.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret_format = "hearsay-cluster-secret 1";
constexpr std::string_view trust_format = "hearsay-cluster-trust 1";
constexpr std::string_view node_format = "hearsay-node-key 1";

/// More than any of these files but the list of revoked keys has.
constexpr std::size_t file_bytes = 4096;

SecretText content_of(const fs::path& path, const std::string& missing) {
    auto content = read_file(path, Secrecy::secret);
    if (!content) throw StartError(path.string() + ": there is no such file; " + missing);
    return *std::move(content);
}

void take_cluster(const KeyText& text, const KeyLine& line, std::string& cluster) {
    cluster = line.value;
    if (cluster_name_fault(cluster)) text.refuse(line, "cluster must be the name of a cluster");
}

void check_count(const KeyText& text, const KeyLine& line, std::size_t count) {
    if (count <= cluster_keys_max) return;
    text.refuse(line, "there must be at most " + std::to_string(cluster_keys_max) + " keys");
}

void add_line(SecretText& text, std::string_view word, std::string_view value) {
    text.add(word);
    text.add(" ");
    text.add(value);
    text.add("\n");
}

void add_line(SecretText& text, std::string_view word, std::span<const std::byte> value) {
    text.add(word);
    text.add(" ");
    text.add_hex(value);
    text.add("\n");
}

void add_head(SecretText& text, std::string_view format, std::string_view comment) {
    text.add(format);
    text.add("\n# ");
    text.add(comment);
    text.add("\n");
}

/// Takes the one secret that may stand beside that of `link`.
void take_other_link(const KeyText& text, const KeyLine& line, ClusterTrust& trust,
                     std::optional<Secret>& taken) {
    if (trust.next_link || trust.former_link) {
        text.refuse(line, "next-link and former-link exclude each other; give one of them");
    }
    text.hex(line, taken.emplace().bytes());
}

/// It would be a change to what is there.
void check_other_link(const KeyText& text, const ClusterTrust& trust) {
    const auto& other = trust.next_link ? trust.next_link : trust.former_link;
    if (!other) return;
    const auto link = trust.link.bytes();
    if (!std::equal(link.begin(), link.end(), other->bytes().begin())) return;
    text.refuse(std::string(trust.next_link ? "next-link" : "former-link") +
                " is the same as link; copy the file that `hearsay keygen --relink` made");
}

NodeKey node_of(const fs::path& path, const std::string& name, SecretText content) {
    const KeyText text(path, node_format, std::move(content));
    Secret seed;
    std::vector<std::byte> certificate;
    const std::array<KeyWord, 3> words{{
        {"name", "NAME", Occurs::once,
         [&](const KeyLine& line) {
             if (line.value != name) text.refuse(line, "name must be that of the file, " + name);
         }},
        {"secret", "HEX", Occurs::once, [&](const KeyLine& line) { text.hex(line, seed.bytes()); }},
        {"certificate", "HEX", Occurs::once,
         [&](const KeyLine& line) {
             certificate = text.hex_of_any_size(line, certificate_bytes_max);
         }},
    }};
    text.read(words);
    return {.key = SigningKey(seed), .certificate = std::move(certificate)};
}

}  // namespace

unsigned relink_steps_done(const ClusterTrust& trust) {
    if (trust.next_link) return 1;
    return trust.former_link ? 2 : 0;
}

// Nodes have the file one after the other. In each step they dial with all that those of the step
// before and of the next one listen with.
void take_relink_step(ClusterTrust& trust) {
    if (trust.next_link) {
        trust.former_link = std::exchange(trust.link, *trust.next_link);
        trust.next_link.reset();
    } else if (trust.former_link) {
        trust.former_link.reset();
    } else {
        trust.next_link = draw_link_secret();
    }
}

ClusterSecret KeyFolder::secret() const {
    const KeyText text(
        secret_file(), secret_format,
        content_of(secret_file(), "`hearsay keygen --cluster NAME` makes one, --keys says where"));
    ClusterSecret secret;
    const std::array<KeyWord, 2> words{{
        {"cluster", "NAME", Occurs::once,
         [&](const KeyLine& line) { take_cluster(text, line, secret.cluster); }},
        {"key", "HEX", Occurs::at_least_once,
         [&](const KeyLine& line) {
             Secret seed;
             text.hex(line, seed.bytes());
             secret.keys.emplace_back(seed);
             check_count(text, line, secret.keys.size());
         }},
    }};
    text.read(words);
    return secret;
}

ClusterTrust KeyFolder::trust() const {
    const KeyText text(
        trust_file(), trust_format,
        content_of(trust_file(), "copy it from where `hearsay keygen` made it, --keys says where"));
    ClusterTrust trust;
    const std::array<KeyWord, 5> words{{
        {"cluster", "NAME", Occurs::once,
         [&](const KeyLine& line) { take_cluster(text, line, trust.cluster); }},
        {"key", "HEX", Occurs::at_least_once,
         [&](const KeyLine& line) {
             text.hex(line, trust.keys.emplace_back());
             check_count(text, line, trust.keys.size());
         }},
        {"link", "HEX", Occurs::once,
         [&](const KeyLine& line) { text.hex(line, trust.link.bytes()); }},
        {"next-link", "HEX", Occurs::at_most_once,
         [&](const KeyLine& line) { take_other_link(text, line, trust, trust.next_link); }},
        {"former-link", "HEX", Occurs::at_most_once,
         [&](const KeyLine& line) { take_other_link(text, line, trust, trust.former_link); }},
    }};
    text.read(words);
    check_other_link(text, trust);
    return trust;
}

NodeKey KeyFolder::node(const std::string& name) const {
    const fs::path path = node_file(name);
    return node_of(path, name, content_of(path, "`hearsay certify " + name + "` makes one"));
}

std::optional<NodeKey> KeyFolder::node_if_there(const std::string& name) const {
    auto content = read_file(node_file(name), Secrecy::secret);
    if (!content) return std::nullopt;
    return node_of(node_file(name), name, *std::move(content));
}

SignedRevocations KeyFolder::revocations(const ClusterTrust& trust) const {
    const auto content = read_file(revoked_file(), Secrecy::open);
    if (!content) return {.list = {.cluster = trust.cluster, .version = 0, .revocations = {}}};
    return read_revocations(revoked_file(), content->view(), trust.cluster, trust.keys);
}

void KeyFolder::write(const ClusterSecret& secret, IfThere if_there) const {
    HEARSAY_CHECK(!secret.keys.empty() && secret.keys.size() <= cluster_keys_max);
    SecretText text(file_bytes);
    add_head(text, secret_format,
             "Its bearer can make members of the cluster. It belongs to no node.");
    add_line(text, "cluster", secret.cluster);
    for (const SigningKey& key : secret.keys)
        add_line(text, "key", key.seed().bytes());
    write_file(secret_file(), text.view(), Secrecy::secret, if_there);
}

void KeyFolder::write(const ClusterTrust& trust, IfThere if_there) const {
    HEARSAY_CHECK(!trust.keys.empty() && trust.keys.size() <= cluster_keys_max);
    HEARSAY_CHECK(!trust.next_link || !trust.former_link);
    SecretText text(file_bytes);
    add_head(text, trust_format,
             "What all members share, and nobody else. It belongs to every node.");
    add_line(text, "cluster", trust.cluster);
    for (const PublicKey& key : trust.keys)
        add_line(text, "key", key);
    add_line(text, "link", trust.link.bytes());
    if (trust.next_link) add_line(text, "next-link", trust.next_link->bytes());
    if (trust.former_link) add_line(text, "former-link", trust.former_link->bytes());
    write_file(trust_file(), text.view(), Secrecy::secret, if_there);
}

void KeyFolder::write(const std::string& name, const NodeKey& node) const {
    SecretText text(file_bytes);
    add_head(text, node_format, "Its bearer is this member. It belongs to that node alone.");
    add_line(text, "name", name);
    add_line(text, "secret", node.key.seed().bytes());
    add_line(text, "certificate", node.certificate);
    write_file(node_file(name), text.view(), Secrecy::secret, IfThere::replace);
}

void KeyFolder::write(const RevocationList& list, const ClusterSecret& secret) const {
    const SecretText text = revocations_text(list, secret.keys);
    write_file(revoked_file(), text.view(), Secrecy::open, IfThere::replace);
}

}  // namespace hearsay

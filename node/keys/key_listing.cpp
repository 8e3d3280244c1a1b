#include "key_listing.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "json.hpp"
#include "name_ranges.hpp"
#include "phrase.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".key";

std::chrono::seconds seconds_between(WallTime from, WallTime to) {
    return std::chrono::floor<std::chrono::seconds>(to - from);
}

std::string revoked_text(const Revocation& revocation, WallTime now) {
    return "revoked " + rough_text(seconds_between(revocation.at, now)) + " ago";
}

/// Judges the keys of one folder.
class Lister {
  public:
    Lister(const KeyFolder& files, WallTime now)
        : files_(files), now_(now), trust_(files.trust()), list_(files.revocations(trust_).list) {}

    [[nodiscard]] ListedKey judged(const std::string& name) const {
        try {
            const NodeKey node = files_.node(name);
            ListedKey listed{.name = name,
                             .state = {},
                             .text = {},
                             .key = node.key.public_key(),
                             .certificate = decode_certificate(node.certificate)};
            std::tie(listed.state, listed.text) = state_of(listed, node.certificate);
            return listed;
        } catch (const StartError& error) {
            return {.name = name,
                    .state = KeyState::unreadable,
                    .text = error.what(),
                    .key = {},
                    .certificate = {}};
        }
    }

    /// Those whose key stands in none of the files.
    [[nodiscard]] std::vector<ListedKey> other_revoked(const std::vector<ListedKey>& known) const {
        std::vector<ListedKey> others;
        for (const Revocation& revocation : list_.revocations) {
            const auto is_it = [&](const ListedKey& listed) {
                return listed.key == revocation.key;
            };
            if (std::any_of(known.begin(), known.end(), is_it)) continue;
            others.push_back({.name = revocation.name,
                              .state = KeyState::revoked,
                              .text = revoked_text(revocation, now_),
                              .key = revocation.key,
                              .certificate = {}});
        }
        return others;
    }

  private:
    using Judgement = std::pair<KeyState, std::string>;

    [[nodiscard]] Judgement state_of(const ListedKey& listed,
                                     std::span<const std::byte> bytes) const {
        for (const Revocation& revocation : list_.revocations) {
            if (revocation.key == listed.key) {
                return {KeyState::revoked, revoked_text(revocation, now_)};
            }
        }
        if (const auto fault = trust_fault(listed, bytes)) return {KeyState::untrusted, *fault};
        const Certificate& certificate = *listed.certificate;
        if (const auto fault = time_fault(certificate, now_)) {
            return {KeyState::out_of_time, *fault};
        }
        if (!is_signed_by_newest(trust_, bytes)) {
            return {KeyState::renew, "renew it: an old cluster key signed it"};
        }
        if (is_due_for_renewal(certificate, now_)) {
            return {KeyState::renew, "renew it: two thirds of its life are over"};
        }
        return {KeyState::good,
                "good for " + rough_text(seconds_between(now_, certificate.valid_until))};
    }

    [[nodiscard]] std::optional<std::string> trust_fault(const ListedKey& listed,
                                                         std::span<const std::byte> bytes) const {
        if (!listed.certificate) return "no certificate that can be read";
        const Certificate& certificate = *listed.certificate;
        if (certificate.cluster != trust_.cluster) {
            return "of another cluster " + in_quotes(certificate.cluster);
        }
        if (!is_issued_by(trust_.keys, bytes)) return "signed by no key of this cluster";
        const bool is_own =
            certificate.credential.name == listed.name && certificate.credential.key == listed.key;
        if (!is_own) return "a certificate of another name or key";
        return std::nullopt;
    }

    const KeyFolder& files_;
    WallTime now_;
    ClusterTrust trust_;
    RevocationList list_;
};

Paint paint_of(KeyState state) {
    switch (state) {
        case KeyState::good:
            return Paint::green;
        case KeyState::renew:
            return Paint::yellow;
        case KeyState::revoked:
            return Paint::dim;
        default:
            return Paint::red;
    }
}

std::string_view word_of(KeyState state) {
    switch (state) {
        case KeyState::good:
            return "good";
        case KeyState::renew:
            return "renew";
        case KeyState::out_of_time:
            return "out_of_time";
        case KeyState::revoked:
            return "revoked";
        case KeyState::untrusted:
            return "untrusted";
        case KeyState::unreadable:
            return "unreadable";
    }
    return "unknown";
}

std::string roles_text(const std::optional<Certificate>& certificate) {
    return certificate && certificate->credential.may_forget ? "operator" : "";
}

/// The first alone: JSON has them all.
std::string places_text(const std::optional<Certificate>& certificate) {
    constexpr std::string_view scheme = "tcp://";
    if (!certificate || certificate->credential.endpoints.empty()) return "";
    const auto& endpoints = certificate->credential.endpoints;
    std::string text = endpoints.front();
    if (text.starts_with(scheme)) text.erase(0, scheme.size());
    if (endpoints.size() > 1) text += ", " + std::to_string(endpoints.size() - 1) + " more";
    return text;
}

nlohmann::ordered_json json_of(const ListedKey& listed) {
    using Json = nlohmann::ordered_json;
    const auto& certificate = listed.certificate;
    Json object;
    object["name"] = listed.name;
    object["key"] = listed.key ? Json(hex(*listed.key)) : Json(nullptr);
    object["state"] = word_of(listed.state);
    object["operator"] = certificate ? Json(certificate->credential.may_forget) : Json(nullptr);
    object["endpoints"] = certificate ? Json(certificate->credential.endpoints) : Json(nullptr);
    object["valid_from"] = certificate ? Json(date_text(certificate->valid_from)) : Json(nullptr);
    object["valid_until"] = certificate ? Json(date_text(certificate->valid_until)) : Json(nullptr);
    object["text"] = listed.text;
    return object;
}

}  // namespace

std::string short_text(const PublicKey& key) {
    return hex(std::span(key).first<8>());
}

bool is_signed_by_newest(const ClusterTrust& trust, std::span<const std::byte> certificate) {
    return is_issued_by(std::span(trust.keys).last(1), certificate);
}

std::vector<std::string> key_names(const KeyFolder& files) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(files.path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().stem().string();
        const bool is_key = entry->path().extension() == extension && !member_name_fault(name);
        if (is_key) names.push_back(name);
    }
    if (error) throw StartError(files.path().string() + ": it cannot be read: " + error.message());
    sort_for_people(names);
    return names;
}

std::vector<ListedKey> list_keys(const KeyFolder& files, WallTime now) {
    const Lister lister(files, now);
    std::vector<ListedKey> keys;
    for (const std::string& name : key_names(files))
        keys.push_back(lister.judged(name));
    for (ListedKey& revoked : lister.other_revoked(keys))
        keys.push_back(std::move(revoked));
    return keys;
}

std::string keys_view(const std::vector<ListedKey>& keys, Screen screen) {
    Table table({{"NAME", Fit::shortened},
                 {"KEY"},
                 {"ROLE"},
                 {"ENDPOINTS", Fit::shortened_first},
                 {"CERTIFICATE", Fit::folded}});
    for (const ListedKey& listed : keys) {
        table.add_row({{.text = listed.name},
                       {.text = listed.key ? short_text(*listed.key) : ""},
                       {.text = roles_text(listed.certificate)},
                       {.text = places_text(listed.certificate)},
                       {.text = listed.text, .paint = paint_of(listed.state)}});
    }
    return table.text(screen);
}

nlohmann::ordered_json keys_json(const std::vector<ListedKey>& keys, const ClusterTrust& trust) {
    using Json = nlohmann::ordered_json;
    const unsigned done = relink_steps_done(trust);
    Json list = Json::array();
    for (const ListedKey& listed : keys)
        list.push_back(json_of(listed));
    return {{"cluster", trust.cluster},
            {"relink_steps_done", done > 0 ? Json(done) : Json(nullptr)},
            {"keys", std::move(list)}};
}

std::string relink_note(const ClusterTrust& trust) {
    const unsigned done = relink_steps_done(trust);
    if (done == 0) return "";
    return "New link secret: step " + std::to_string(done) + " of " + std::to_string(relink_steps) +
           ". Once all nodes have it: hearsay keygen --relink\n";
}

}  // namespace hearsay

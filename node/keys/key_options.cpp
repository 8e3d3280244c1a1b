#include "key_options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "hearsay/duration.hpp"

#include "certificate.hpp"
#include "key_material.hpp"
#include "phrase.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

using std::chrono::hours;

constexpr std::string_view general = "General";

constexpr OptionSpec keys_spec{"keys", "DIRECTORY",
                               "Where the files of keys are; the working directory unless given",
                               general};

constexpr std::array<OptionSpec, 5> keygen_list{{
    {"cluster", "NAME", "Make the keys of a new cluster", general},
    {"rotate", "", "Make a new cluster key beside the old one, and sign with it from now on",
     general, Arity::flag},
    {"retire", "", "Trust the newest cluster key alone, once every node has a new certificate",
     general, Arity::flag},
    {"relink", "", "Take the next of three steps to a new link secret", general, Arity::flag},
    keys_spec,
}};

constexpr std::array<OptionSpec, 7> certify_list{{
    {"for", "TIME", "How long the certificate is good; 90d unless given", general},
    {"operator", "", "It may remove members for all", general, Arity::flag},
    {"no-operator", "", "It may not, though its certificate said so before", general, Arity::flag},
    {"endpoint", "ADDRESS",
     "Where alone it may be reached, such as tcp://192.0.2.7:7700; up to 4 times", general,
     Arity::many},
    {"any-endpoint", "", "It may be reached anywhere, though its certificate named places before",
     general, Arity::flag},
    {"new-key", "", "Make a new key, though NAME.key has one", general, Arity::flag},
    keys_spec,
}};

constexpr std::array<OptionSpec, 2> revoke_list{{
    {"key", "HEX", "Its public key, if NAME.key is not there", general},
    keys_spec,
}};

constexpr std::array<OptionSpec, 2> list_keys_list{{
    keys_spec,
    {"json", "", "Print JSON instead of text", general, Arity::flag},
}};

std::filesystem::path folder_of(const Settings& settings) {
    std::string folder = settings.text("keys", ".");
    if (folder.empty()) settings.refuse("keys", "is empty; give a path");
    return folder;
}

/// Throws UsageError if both are given.
void refuse_both(const Settings& settings, std::string_view one, std::string_view other) {
    if (!settings.has(one) || !settings.has(other)) return;
    settings.refuse(one, "and --" + std::string(other) + " exclude each other; give one of them");
}

/// Throws UsageError if two of them are given.
void refuse_all_but_one(const Settings& settings, std::span<const char* const> options) {
    for (std::size_t i = 0; i < options.size(); ++i) {
        for (const char* const other : options.subspan(i + 1))
            refuse_both(settings, options[i], other);
    }
}

std::string checked_name(const std::string& name) {
    if (name.empty()) throw UsageError("NAME is empty; give the name");
    if (const auto fault = member_name_fault(name)) throw UsageError("NAME: " + *fault);
    return name;
}

std::vector<std::string> names_of(const Settings& settings) {
    std::vector<std::string> names = settings.texts("NAME");
    if (names.empty()) throw UsageError("NAME is missing; give the names of nodes");
    std::vector<std::string> seen;
    for (const std::string& name : names) {
        if (std::find(seen.begin(), seen.end(), checked_name(name)) != seen.end()) {
            throw UsageError("NAME " + in_quotes(name) + " is given twice; give it once");
        }
        seen.push_back(name);
    }
    return names;
}

std::chrono::seconds lifetime_of(const Settings& settings) {
    const Duration span = settings.duration("for", hours(90 * 24));
    constexpr Duration least = std::chrono::minutes(1);
    constexpr Duration most = hours(3650 * 24);
    if (span < least || span > most) {
        settings.refuse("for", "is " + exact_text(span) + "; it must be from 1m to 3650d");
    }
    return std::chrono::floor<std::chrono::seconds>(span);
}

std::vector<std::string> endpoints_of(const Settings& settings, std::size_t name_count) {
    std::vector<std::string> endpoints = settings.texts("endpoint");
    for (const std::string& endpoint : endpoints) {
        if (is_certified_endpoint(endpoint)) continue;
        settings.refuse("endpoint", in_quotes(endpoint) +
                                        " is none that can be dialled; write tcp://HOST:PORT");
    }
    if (endpoints.size() > certificate_endpoints_max) {
        settings.refuse("endpoint",
                        "is given " + std::to_string(endpoints.size()) + " times; at most " +
                            std::to_string(certificate_endpoints_max) + " are possible");
    }
    if (name_count > 1 && !endpoints.empty()) {
        settings.refuse("endpoint", "is of one node; certify the others by themselves");
    }
    return endpoints;
}

}  // namespace

std::span<const OptionSpec> keygen_specs() {
    return keygen_list;
}

std::span<const OptionSpec> certify_specs() {
    return certify_list;
}

std::span<const OptionSpec> revoke_specs() {
    return revoke_list;
}

std::span<const OptionSpec> list_keys_specs() {
    return list_keys_list;
}

KeyCommand make_keygen_command(const Settings& settings) {
    refuse_all_but_one(settings, std::array{"rotate", "retire", "relink", "cluster"});
    KeygenCommand keygen;
    if (settings.flag("rotate")) keygen.step = KeygenCommand::Step::rotate;
    if (settings.flag("retire")) keygen.step = KeygenCommand::Step::retire;
    if (settings.flag("relink")) keygen.step = KeygenCommand::Step::relink;
    if (keygen.step == KeygenCommand::Step::create) {
        keygen.cluster = settings.text("cluster");
        if (const auto fault = cluster_name_fault(keygen.cluster)) throw UsageError("--" + *fault);
    }
    return {.folder = folder_of(settings), .task = std::move(keygen)};
}

KeyCommand make_certify_command(const Settings& settings) {
    refuse_both(settings, "operator", "no-operator");
    refuse_both(settings, "endpoint", "any-endpoint");
    CertifyCommand certify;
    certify.names = names_of(settings);
    certify.lifetime = lifetime_of(settings);
    certify.has_new_key = settings.flag("new-key");
    if (settings.flag("operator")) certify.may_forget = true;
    if (settings.flag("no-operator")) certify.may_forget = false;
    std::vector<std::string> endpoints = endpoints_of(settings, certify.names.size());
    if (!endpoints.empty() || settings.flag("any-endpoint")) {
        certify.endpoints = std::move(endpoints);
    }
    return {.folder = folder_of(settings), .task = std::move(certify)};
}

KeyCommand make_revoke_command(const Settings& settings) {
    if (!settings.has("NAME")) throw UsageError("NAME is missing; give the name of a node");
    RevokeCommand revoke;
    revoke.name = checked_name(settings.text("NAME"));
    if (settings.has("key") && !read_hex(settings.text("key"), revoke.key.emplace())) {
        settings.refuse("key", "is no public key; give its 64 hex digits");
    }
    return {.folder = folder_of(settings), .task = std::move(revoke)};
}

KeyCommand make_list_keys_command(const Settings& settings) {
    return {.folder = folder_of(settings), .task = ListKeysCommand{settings.flag("json")}};
}

}  // namespace hearsay

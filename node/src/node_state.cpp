#include "node_state.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "hearsay/config.hpp"
#include "hearsay/member.hpp"
#include "hearsay/random.hpp"
#include "hearsay/text.hpp"

#include "endpoint.hpp"
#include "terminal.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

/// Raised by every change of the format.
constexpr std::uint64_t format_number = 1;

/// What stands under that key; nothing if that is of another kind.
const Json& part(const Json& object, const char* key) {
    static const Json nothing;
    const auto place = object.find(key);
    return place == object.end() ? nothing : *place;
}

std::string word(const Json& object, const char* key) {
    const Json& value = part(object, key);
    return value.is_string() ? value.get<std::string>() : "";
}

std::uint64_t count(const Json& object, const char* key) {
    const Json& value = part(object, key);
    return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

NodeState state_of(const Json& object) {
    NodeState state{.name = word(object, "name"),
                    .cluster = word(object, "cluster"),
                    .incarnation = count(object, "incarnation"),
                    .addresses = {}};
    for (const Json& entry : part(object, "addresses")) {
        if (!entry.is_object()) continue;
        state.addresses.push_back(
            {.name = word(entry, "name"), .endpoint = word(entry, "endpoint")});
    }
    return state;
}

}  // namespace

bool is_usable(const KeptAddress& address) {
    const auto endpoint = parse_endpoint(address.endpoint);
    Identity identity;
    identity.life = LifeId{1};
    identity.name = address.name;
    identity.endpoint = address.endpoint;
    return endpoint && is_dialable(*endpoint) && !validate(identity);
}

std::string state_text(const NodeState& state) {
    Json object = {{"format", format_number},
                   {"name", state.name},
                   {"cluster", state.cluster},
                   {"incarnation", state.incarnation},
                   {"addresses", Json::array()}};
    for (const auto& [name, endpoint] : state.addresses)
        object["addresses"].push_back({{"name", name}, {"endpoint", endpoint}});
    // FNV-1a: each of its steps is a bijection, so it notices any one byte that differs.
    object["checksum"] = hearsay::text(LifeId{hash(object.dump())});
    return object.dump(2) + '\n';
}

// A text is whole if it is what would be written of what was read from it.
Result<NodeState, std::string> read_state(std::string_view text, const std::string& name,
                                          const std::string& cluster) {
    const std::string damaged = "is damaged";
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) return damaged;
    if (count(object, "format") > format_number) return std::string("is of a later release");
    NodeState state = state_of(object);
    if (state_text(state) != text) return damaged;
    if (state.cluster != cluster) return "is of cluster \"" + printable(state.cluster) + '"';
    if (state.name != name) return "is of node \"" + printable(state.name) + '"';
    if (!std::all_of(state.addresses.begin(), state.addresses.end(), is_usable)) return damaged;
    return state;
}

}  // namespace hearsay

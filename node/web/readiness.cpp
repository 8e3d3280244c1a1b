#include "readiness.hpp"

#include <cstdint>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "phrase.hpp"

namespace hearsay {

// As `hearsay wait --agree` sees agreement; and a node that was given seeds is not alone by intent.
std::string unreadiness(const nlohmann::ordered_json& status) {
    const std::string name = word(status, "name");
    if (flag(status, "leaving")) return name + " is leaving its cluster";
    if (flag(status, "withdrawn")) return name + " has withdrawn, because it is degraded";
    const std::uint64_t heard = count(status, "peers_heard");
    const std::uint64_t agreeing = count(status, "peers_agreeing");
    const bool has_seeds = !part(part(status, "config"), "seeds").empty();
    if (flag(status, "alone") && has_seeds) {
        return name + " is alone: it hears no peer, and asks its seeds again and again";
    }
    if (heard == 0 && count(status, "roster_size") > 1) {
        return name + " hears none of its " + count_text(count(status, "roster_size") - 1, "peer");
    }
    if (agreeing == heard) return {};
    return std::to_string(agreeing) + " of " + count_text(heard, "peer") + " that " + name +
           " hears hold the same view";
}

}  // namespace hearsay

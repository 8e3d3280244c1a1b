#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/result.hpp"

namespace hearsay {

/// Where a member was reached: where to join through once more.
struct KeptAddress {
    std::string name;
    std::string endpoint;

    bool operator==(const KeptAddress&) const = default;
};

/// True if a member of that name can be, and be dialled there: members tell what they like.
[[nodiscard]] bool is_usable(const KeptAddress& address);

/// What a node keeps for its next start. Never a verdict and never a heartbeat: those would be
/// older than what the first peer says.
struct NodeState {
    std::string name{};
    std::string cluster{};
    /// The last one that this node told (R1).
    std::uint64_t incarnation = 0;
    /// The first one to be asked first.
    std::vector<KeptAddress> addresses{};

    bool operator==(const NodeState&) const = default;
};

/// As JSON, with the number of this format and a checksum over all the rest.
[[nodiscard]] std::string state_text(const NodeState& state);

/// What `state_text` has made of the state of that node of that cluster. Else why it cannot be
/// used: a clause that goes on with "it", as in "is damaged". No byte of it may differ.
[[nodiscard]] Result<NodeState, std::string> read_state(std::string_view text,
                                                        const std::string& name,
                                                        const std::string& cluster);

}  // namespace hearsay

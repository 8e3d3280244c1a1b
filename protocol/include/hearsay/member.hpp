#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay {

/// One start of one member's process: a random number, never zero (R1).
enum class LifeId : std::uint64_t {};

/// The number behind a life id.
[[nodiscard]] constexpr std::uint64_t number(LifeId life) {
    return static_cast<std::uint64_t>(life);
}

/// A connection to a peer, numbered by the transport: even if it was dialled from here, odd if the
/// peer dialled it. `none` is no connection.
enum class LinkId : std::uint64_t { none = 0 };

/// True if the peer that speaks over it is where it was dialled (R1).
[[nodiscard]] constexpr bool is_dialled(LinkId link) {
    return link != LinkId::none && static_cast<std::uint64_t>(link) % 2 == 0;
}

/// A counter that only its owner raises (R2).
using Heartbeat = std::uint64_t;

/// The last heartbeat of a life: it says "I left" and outranks every other (R3, R17).
inline constexpr Heartbeat heartbeat_left = std::numeric_limits<Heartbeat>::max();

/// The least heartbeat of a life: in a message it says nothing of whether the sender can be
/// reached, for the sender does not know (R2, R12).
inline constexpr Heartbeat heartbeat_untold = 0;

/// Free words a member says about itself, for people and scripts.
using Tags = std::map<std::string, std::string>;

/// Who a life is and where it can be reached: everything long, which travels once.
struct Identity {
    LifeId life{};
    /// Unique in the cluster; several lives may have borne it, one after the other.
    std::string name;
    /// Orders the lives of one name: the greater is the later.
    std::uint64_t incarnation = 0;
    /// Where peers dial it, as a ZeroMQ endpoint, for example "tcp://10.0.0.7:7700".
    std::string endpoint;
    /// Raised by the owner with every change of its tags.
    std::uint64_t tags_version = 0;
    Tags tags;

    bool operator==(const Identity&) const = default;
};

/// A node's own verdict on a life.
enum class MemberState : std::uint8_t {
    alive,
    /// An accusation stands against it and nothing newer was heard (R11). Counts as alive.
    suspect,
    failed,
    /// It said itself that it leaves (R17).
    left,
};

/// What an accuser holds against a life.
enum class Cause : std::uint8_t {
    /// Nothing newer was heard for too long (R8).
    silence,
    /// Its endpoint refuses connections (R9).
    refused,
};

/// One row of the membership as a node sees it at one instant: a copy, safe to keep.
struct Member {
    Identity identity;
    MemberState state = MemberState::alive;
    bool is_self = false;
    Heartbeat heartbeat = 0;
    /// Since its heartbeat last advanced, wherever that was heard.
    Duration silence{};
    /// True if it was heard over a link of our own within the last three rounds.
    bool is_heard_directly = false;
    /// True if this node expects a sign of life from it every round.
    bool is_observed = false;
    /// Since the present state began.
    Duration in_state{};
    /// Until a failed or left member is forgotten; zero for the others.
    Duration forgotten_in{};
    /// How often this life was held for failed and then heard again: our mistakes.
    std::uint32_t mistake_count = 0;
    /// Of the accusation that stands, or that led to `failed`.
    Cause cause = Cause::silence;
    /// Names of the accusers (their life ids in hex where no name is known), sorted.
    std::vector<std::string> accusers;
};

}  // namespace hearsay

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/proof.hpp"

namespace hearsay {

/// Spans travel in whole milliseconds.
using Milliseconds = std::chrono::milliseconds;

/// "The greatest heartbeat I know of this life is this one, and it advanced `age` ago" (R4).
struct Row {
    LifeId life{};
    Heartbeat heartbeat = 0;
    Milliseconds age{};
    /// Proves the heartbeat, here and below; nothing in a cluster without keys.
    Mark mark{};

    bool operator==(const Row&) const = default;
};

/// "These observers have heard nothing newer of this life than this heartbeat" (R8, R9).
/// Void as soon as anything newer is known.
struct Accusation {
    LifeId life{};
    Heartbeat heartbeat = 0;
    Milliseconds age{};
    Cause cause = Cause::silence;
    /// Sorted, unique, 1 to `limits::accusers_max` (R3).
    std::vector<LifeId> accusers;
    Mark mark{};
    /// Of the accusers, in their order; none in a cluster without keys.
    std::vector<Signature> signatures{};

    bool operator==(const Accusation&) const = default;
};

/// A life made known: who it is, and how fresh the sender's knowledge of it is (R13).
struct Introduction {
    Identity identity;
    Heartbeat heartbeat = 0;
    Milliseconds age{};
    Mark mark{};
    Voucher voucher{};

    bool operator==(const Introduction&) const = default;
};

/// "This life was removed by hand, as of this heartbeat" (R14).
struct Forget {
    LifeId life{};
    Heartbeat heartbeat = 0;
    /// The member that removed it; no life in a cluster without keys.
    LifeId signer{};
    Signature signature{};

    bool operator==(const Forget&) const = default;
};

/// The one message of the protocol; every part but the head may be empty. WIRE.md is its format.
struct Message {
    /// The cluster it belongs to, checked before anything else is read (R18).
    std::string cluster;
    LifeId from{};
    /// The sender's own, raised for this message; `heartbeat_left` says that it leaves,
    /// `heartbeat_untold` that it keeps its heartbeat.
    Heartbeat heartbeat = 0;
    /// The sender will be heard again within this time; zero promises nothing (R6).
    Milliseconds promise{};
    /// Order-free hash of the roster the sender holds (R16). Ours has 32 bits.
    std::uint64_t digest = 0;
    /// True if the receiver is asked to answer.
    bool wants_answer = false;
    /// True if the sender is degraded: those who gave it up should not take it back yet (R12).
    bool is_degraded = false;
    /// True if others confirm that the sender bears its name (R1).
    bool is_confirmed = false;
    /// True if the message carries the proofs of what it says: all of them, or none.
    bool is_proven = false;
    /// Of the sender's heartbeat.
    Mark mark{};

    std::vector<Row> rows;
    std::vector<Accusation> accusations;
    std::vector<Introduction> introductions;
    /// Roster keys whose introduction the sender asks for.
    std::vector<std::uint64_t> wants;
    /// All roster keys the sender holds (R16).
    std::vector<std::uint64_t> roster;
    std::vector<Forget> forgets;

    bool operator==(const Message&) const = default;
};

/// What the roster and its digest are made of: changes with the life and with its tags (R16).
[[nodiscard]] std::uint64_t roster_key(LifeId life, std::uint64_t tags_version);

}  // namespace hearsay

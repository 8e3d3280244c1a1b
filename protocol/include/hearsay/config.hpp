#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// How a detector behaves. Start from a profile (`local`, `lan`, `wan`), change what must differ,
/// and let `validate` judge. All members of a cluster should use the same values; the protocol
/// stays safe, only slower or noisier, where they do not.
struct Config {
    /// Checked in every message, so that two clusters never merge by accident (R18).
    std::string cluster;

    /// Endpoints to join through. Asked for as long as no live peer is known, and now and then
    /// afterwards, for ever (R15). May hold our own endpoint.
    std::vector<std::string> seeds;

    /// One gossip interval. Shorter detects sooner and costs more, in proportion.
    Duration round{};

    /// An observer accuses after this much silence; at least 2.5 rounds (R8).
    Duration suspect_after{};

    /// A silent member is failed after this time: the promise to the user (R11).
    /// Longer tolerates longer pauses of healthy members. More than `suspect_after`.
    Duration fail_after{};

    /// Failed and left members stay listed for this long (R14).
    Duration forget_after{};

    /// How long a leaving node waits for others to confirm (R17).
    Duration leave_timeout{};

    /// Rings on which neighbours are chosen; each adds two observers and two links (R5).
    std::size_t ring_count = 2;

    /// Rows in one delta of table gossip while all is calm (R7). More spreads counters sooner in a
    /// big cluster.
    std::size_t rows_per_delta = 1;

    /// Every so many rounds the random partner is asked while all is calm (R7).
    std::uint32_t partner_every = 4;

    /// Rounds with the same random partner before the next one is drawn (R7); `partner_every` or
    /// more. More saves connections, fewer spread counters better.
    std::uint32_t partner_rounds = 64;

    /// One machine, or machines in one rack: failed after 1 s.
    [[nodiscard]] static Config local();
    /// One site: failed after 4 s. The default.
    [[nodiscard]] static Config lan();
    /// Across the internet: failed after 12 s.
    [[nodiscard]] static Config wan();
};

/// A link over which nothing came or went for this long is not needed any more, and may be closed:
/// a partner that is asked every so many rounds uses it again before (R7).
[[nodiscard]] Duration link_idle_after(const Config& config);

/// A connection whose bytes do not get through for this long is given up and made anew. TCP tries
/// again after twice as long each time, so that the old one may be silent until `fail_after` though
/// its path was cut for half of that.
[[nodiscard]] Duration link_patience(const Config& config);

/// The first fault of a configuration, in words: which field, what is wrong, what would be right.
struct ConfigError {
    std::string field;
    std::string problem;
};

/// Nothing if a detector can be built from `config`, else its first fault.
[[nodiscard]] std::optional<ConfigError> validate(const Config& config);

/// Nothing if a node can bear this identity (`limits` in codec.hpp), else its first fault.
[[nodiscard]] std::optional<ConfigError> validate(const Identity& identity);

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/time.hpp"

#include "speakers.hpp"

namespace hearsay {

/// A longer list stays where it is, and has to be copied to each node: some 700 keys.
inline constexpr std::size_t revocations_bytes_max = 64 * 1024;

/// True if the frame brings a list of revoked keys (WIRE.md).
[[nodiscard]] bool is_revocation_notice(std::span<const std::byte> frame);
/// The frame that brings this list: the text of `cluster.revoked`.
[[nodiscard]] std::vector<std::byte> revocation_notice(std::string_view list);

/// A list of revoked keys as it came, not yet read.
struct RevocationNotice {
    std::string list;
    /// The member that has sent it.
    std::string sender;
};

/// Lists of revoked keys that members have sent, until the node reads them. Bounded: a member that
/// sends many wastes its own words. Not thread-safe.
class RevocationNotices {
  public:
    /// The turn after hands them out; more of them in one turn are dropped.
    static constexpr std::size_t waiting_max = 16;
    /// Two changes may follow each other closely.
    static constexpr std::size_t per_round_max = 4;

    explicit RevocationNotices(Duration round) : round_(round) {}

    /// Keeps the list of that frame. False if it is one too many. REQUIRES: it is a notice.
    [[nodiscard]] bool take(std::span<const std::byte> frame, Speaker& sender, Instant now);
    [[nodiscard]] std::optional<RevocationNotice> poll();

  private:
    Duration round_;
    std::deque<RevocationNotice> waiting_;
};

}  // namespace hearsay

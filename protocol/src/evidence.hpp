#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "hearsay/message.hpp"

#include "listening_clock.hpp"

namespace hearsay {

/// What a merge did to what was known.
enum class MergeResult : std::uint8_t {
    /// All of it was known already.
    nothing_new,
    /// A greater heartbeat: everything held against the smaller one is void.
    advanced,
    /// More accusers of the heartbeat we hold.
    accused,
    /// Our own knowledge is newer; the sender should hear of it (R10).
    outdated,
};

/// Everything that gossip can say about one life, and the one rule by which it merges (R3):
/// the greatest heartbeat wins, and accusations of the same heartbeat are united. Both are
/// maxima, so that order, repetition and grouping of messages cannot matter.
class Evidence {
  public:
    Evidence() = default;
    Evidence(Heartbeat heartbeat, Moment heard) : heartbeat_(heartbeat), heard_(heard) {}

    /// `heard` is when the heartbeat advanced, as its bringer knows it (R4).
    MergeResult merge_heartbeat(Heartbeat heartbeat, Moment heard);

    /// Unites the accusers of our own heartbeat; at most `limits::accusers_max` of each cause,
    /// those first that are believed, then the smallest ids. Or one that draws ever new lives would
    /// take all places. A newer heartbeat in the accusation is adopted first.
    MergeResult merge_accusation(const Accusation& accusation, Moment heard, Moment now,
                                 const std::function<bool(LifeId)>& is_believed);

    [[nodiscard]] Heartbeat heartbeat() const { return heartbeat_; }
    [[nodiscard]] Moment heard() const { return heard_; }
    [[nodiscard]] bool is_accused() const { return accused_.has_value(); }
    /// When the accusation that stands was first known here. REQUIRES: is_accused().
    [[nodiscard]] Moment accused() const;
    [[nodiscard]] const std::vector<LifeId>& accusers(Cause cause) const;
    /// The accusers of both causes together, sorted and unique.
    [[nodiscard]] std::vector<LifeId> accusers() const;
    [[nodiscard]] std::size_t accuser_count() const { return accuser_count_; }
    /// Raised with every change of the accusers.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

  private:
    Heartbeat heartbeat_ = 0;
    Moment heard_;
    std::array<std::vector<LifeId>, 2> accusers_;
    std::size_t accuser_count_ = 0;
    std::uint64_t revision_ = 0;
    std::optional<Moment> accused_;
};

}  // namespace hearsay

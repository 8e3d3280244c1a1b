#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/random.hpp"

namespace hearsay {

/// The roster laid on rings, each ordered by a different hash of the life id (R5).
///
/// Nodes that hold the same roster compute the same rings, so nobody has to agree on who watches
/// whom. The union of a few random rings is an expander: few links, short paths, and every
/// group is watched from outside it in proportion to its size (the observers of Rapid, ATC 2018,
/// section 4.1). A member's observers are its neighbours on every ring.
class Rings {
  public:
    explicit Rings(std::size_t ring_count);

    /// REQUIRES: `life` is not on the rings.
    void insert(LifeId life);
    /// REQUIRES: `life` is on the rings.
    void erase(LifeId life);

    [[nodiscard]] std::size_t size() const { return rings_.front().size(); }

    /// True while everybody is next to everybody, or was until the last of them came.
    [[nodiscard]] bool is_everybody_next() const { return size() <= everybody_max() + 1; }

    using Predicate = std::function<bool(LifeId)>;

    /// Whom `self` exchanges pulses with: in each direction the next member, and behind k silent
    /// ones the next k + 1 as well, so that a mass failure is found in a logarithmic number of
    /// steps. Everybody, while these are no more than two for each ring. Sorted.
    [[nodiscard]] std::vector<LifeId> neighbours(LifeId self, const Predicate& is_silent) const;

    /// The members that should notice when `subject` falls silent: the next one in each direction,
    /// silent or not. Sorted.
    [[nodiscard]] std::vector<LifeId> observers(LifeId subject) const;

    /// One of the members, each equally likely. REQUIRES: size() > 0.
    [[nodiscard]] LifeId pick(Random& random) const;

  private:
    /// Up to this size everybody is no more than two for each ring.
    [[nodiscard]] std::size_t everybody_max() const { return 2 * rings_.size() + 1; }

    struct Place {
        std::uint64_t position;
        LifeId life;
        auto operator<=>(const Place&) const = default;
    };
    using Ring = std::vector<Place>;
    enum class Direction : std::uint8_t { forward, backward };

    [[nodiscard]] static Place place(LifeId life, std::size_t ring);
    /// Calls `visit` with one member after the other, from `start` on, until it says false or the
    /// ring closes.
    static void walk(const Ring& ring, Place start, Direction direction, const Predicate& visit);
    [[nodiscard]] std::vector<LifeId> others(LifeId self) const;

    std::vector<Ring> rings_;
};

}  // namespace hearsay

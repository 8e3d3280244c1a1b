#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "hearsay/random.hpp"

#include "record.hpp"

namespace hearsay {

/// Whose row is passed on next in table gossip (R7): those least-sent since their heartbeat
/// advanced, and chance among equals, for any fixed order starves somebody.
///
/// Records lie in one heap for each number of sends and remember their place in it, so that a
/// draw costs the rows it yields, at any size of the roster. Records must stay where they are
/// while they are in the rotation.
class Rotation {
  public:
    using Predicate = std::function<bool(const Record&)>;

    /// Lets a record take part, as never sent. REQUIRES: it does not.
    void insert(Record& record);
    /// REQUIRES: the record takes part.
    void erase(Record& record);
    /// Makes a record that advanced a never-sent one. REQUIRES: the record takes part.
    void renew(Record& record);

    /// Up to `count` records whose turn it is, leaving out those that are `unwanted`; counts them
    /// as sent.
    [[nodiscard]] std::vector<Record*> draw(std::size_t count, const Predicate& unwanted,
                                            Random& random);

  private:
    /// More often than this is all the same.
    static constexpr std::size_t sends_max = 7;
    using Heap = std::vector<Record*>;

    void move(Record& record, std::size_t sends);

    std::vector<Heap> by_sends_ = std::vector<Heap>(sends_max + 1);
};

}  // namespace hearsay

#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

#include "hearsay/time.hpp"

#include "paths.hpp"
#include "world.hpp"

namespace hearsay::simulation {

/// What waits for its turn on ways of a certain rate, one behind the other on each.
class Queues {
  public:
    /// REQUIRES: both outlive it.
    Queues(World& world, const Paths& paths) : world_(world), paths_(paths) {}

    /// True if whatever is sent from host to host now would have to wait.
    [[nodiscard]] bool is_any(std::size_t from, std::size_t to) const;
    /// Lets `go` happen when `bytes` have got through, behind all that waits there already. What
    /// finds a full window waiting is dropped.
    void wait(std::size_t from, std::size_t to, std::size_t bytes, World::Action go);
    /// Nothing that waits at `host` will be sent any more.
    void drop_from(std::size_t host);
    /// The ways have changed: the first of each queue may not need to wait as long as was planned.
    void hurry();

  private:
    using Way = std::pair<std::size_t, std::size_t>;
    struct Item {
        std::size_t bytes = 0;
        World::Action go;
    };
    struct Queue {
        std::deque<Item> items;
        std::size_t bytes = 0;
        /// Plans for another instant than this one are out of date.
        Instant due;
    };

    void plan(Way way, Duration delay);
    void advance(Way way, Instant due);
    [[nodiscard]] Duration time_for(Way way, std::size_t bytes) const;

    World& world_;
    const Paths& paths_;
    std::map<Way, Queue> queues_;
};

}  // namespace hearsay::simulation

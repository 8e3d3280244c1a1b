#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// Virtual time: an agenda of actions and the instant it has come to. Nothing ever waits; what is
/// due at the same instant happens in the order in which it was planned, so a run repeats exactly.
class World {
  public:
    using Action = std::function<void()>;

    /// The world's own time. It begins an hour after zero, so that a forgotten instant shows.
    [[nodiscard]] Instant now() const { return now_; }

    /// Plans `action` for `when`. REQUIRES: `when` is not past.
    void at(Instant when, Action action);

    /// Plans `action` for `delay` from now. REQUIRES: `delay` is not negative.
    void after(Duration delay, Action action) { at(now_ + delay, std::move(action)); }

    /// Does all that is due until `end`, that instant included, in order; then it is `end`.
    void run_until(Instant end);

  private:
    struct Entry {
        Instant when;
        std::uint64_t order;
        Action action;
    };
    /// True if `a` comes after `b`: makes a heap with the first entry on top.
    [[nodiscard]] static bool is_later(const Entry& a, const Entry& b);

    std::vector<Entry> heap_;
    std::uint64_t planned_ = 0;
    Instant now_ = Instant{} + std::chrono::hours{1};
};

}  // namespace hearsay::simulation

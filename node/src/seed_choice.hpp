#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay {

/// Which endpoints a detector has for seeds: those that were given, and kept addresses.
///
/// A detector that knows nobody asks all its seeds in turn, a few at a time (R15). Many kept
/// addresses, of which most may be dead by now, must not keep it from the few that were given. So
/// it has those alone at first. Then it gets about as many kept ones with them, and the next ones
/// when it has asked these. While it knows somebody it has all, so that splits heal.
class SeedChoice {
  public:
    /// As many as a detector takes.
    static constexpr std::size_t seeds_max = 64;
    /// As many as it asks at once: so many kept ones there are, if fewer were given.
    static constexpr std::size_t kept_at_once = 3;

    /// Those that were given have `patience` from now on to answer. `own` is where this node is.
    SeedChoice(std::string own, Duration patience, Instant now);

    /// Something was sent to an endpoint, be it a seed or not.
    void note_asked(std::string_view endpoint);

    [[nodiscard]] std::vector<std::string> choose(const std::vector<std::string>& given,
                                                  const std::vector<std::string>& kept,
                                                  bool is_alone, Instant now);

  private:
    /// Those of `kept` that are asked now, when others are asked already.
    [[nodiscard]] std::vector<std::string> some(const std::vector<std::string>& kept,
                                                std::size_t count);

    std::string own_;
    Instant given_alone_until_;
    /// The kept ones that are asked now, where they begin among all, and which still wait for it.
    std::vector<std::string> present_;
    std::size_t first_ = 0;
    std::set<std::string, std::less<>> unasked_;
};

}  // namespace hearsay

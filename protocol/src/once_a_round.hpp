#pragma once

#include <cstddef>
#include <set>

#include "hearsay/codec.hpp"

namespace hearsay {

/// What is said once in a round to each, however often it is asked for: two who answer one another
/// would go on for ever.
template <typename Key>
class OnceARound {
  public:
    /// As many as there may be members: strangers with forged lives cannot fill the memory (R19).
    static constexpr std::size_t keys_max = limits::members_max;

    /// True for the first time in this round. Beyond `keys_max` nothing more is said in it.
    [[nodiscard]] bool is_first(const Key& key) {
        return said_.size() < keys_max && said_.insert(key).second;
    }

    void begin_round() { said_.clear(); }

  private:
    std::set<Key> said_;
};

}  // namespace hearsay

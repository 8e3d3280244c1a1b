#pragma once

#include <cstddef>
#include <set>

#include "hearsay/codec.hpp"

namespace hearsay {

/// What is said once in a round to each, however often it is asked for: two who answer one another
/// would go on for ever.
///
/// To as many as there may be members, if not fewer: strangers with forged lives cannot fill the
/// memory (R19).
template <typename Key, std::size_t keys_max = limits::members_max>
class OnceARound {
  public:
    /// True for the first time in this round. Beyond `keys_max` nothing more is said in it.
    [[nodiscard]] bool claim(const Key& key) {
        return said_.size() < keys_max && said_.insert(key).second;
    }

    void begin_round() { said_.clear(); }

  private:
    std::set<Key> said_;
};

}  // namespace hearsay

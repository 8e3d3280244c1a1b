#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hearsay/time.hpp"

namespace hearsay {

/// Keeps the log short: says of each kind of thing at most once a minute that it may be logged,
/// and how often it happened unlogged since. Bounded in memory, whatever it is asked.
class Limiter {
  public:
    /// How many like it went unlogged, if this one may be logged now.
    [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view kind, Instant now);

  private:
    struct Entry {
        Instant logged_at{};
        std::uint64_t unlogged = 0;
    };
    void make_room(Instant now);

    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace hearsay

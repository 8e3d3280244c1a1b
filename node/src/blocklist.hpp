#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "hearsay/time.hpp"

namespace hearsay {

/// Keys that were refused lately, and sources of many such keys. A block ends by itself, and the
/// table is bounded, whatever is put into it. Not thread-safe.
///
/// One refused key blocks nobody else: members behind one address, as on one machine, do not suffer
/// from one among them whose certificate is over. A source that goes on with ever new keys is
/// blocked as a whole.
class Blocklist {
  public:
    static constexpr std::size_t entries_max = 1024;
    /// A source that brought more refused keys than this, before their blocks ended, is blocked.
    static constexpr std::size_t keys_of_source_max = 8;

    explicit Blocklist(Duration span) : span_(span) {}

    /// Blocks the key, by the name that ZeroMQ has for it; `source` is where it came from, if
    /// known.
    void add(const std::string& key, const std::string& source, Instant now);

    [[nodiscard]] bool has_key(std::string_view key, Instant now) const;
    [[nodiscard]] bool has_source(std::string_view source, Instant now) const;

    /// Ends all blocks.
    void clear();

  private:
    struct Source {
        Instant until{};
        std::size_t keys = 0;
    };

    void drop_over(Instant now);

    Duration span_;
    std::map<std::string, Instant, std::less<>> keys_;
    std::map<std::string, Source, std::less<>> sources_;
};

}  // namespace hearsay

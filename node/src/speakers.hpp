#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/proof.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// The bearer of a key, known by the certificate that it showed for it.
struct Speaker {
    std::vector<std::byte> certificate;
    Credential credential;
    /// False once the certificate is believed no more.
    bool is_good = true;
    /// Lists of revoked keys that it has sent in the present round, and when that began.
    std::size_t notices = 0;
    Instant notices_since{};
};

/// Links that one key speaks over share it, and are told so when it is good no more.
using SharedSpeaker = std::shared_ptr<Speaker>;

/// All speakers that have greeted, by the name that ZeroMQ has for their key. So a connection that
/// ZeroMQ makes anew needs no new greeting. Bounded; not thread-safe.
class Speakers {
  public:
    /// More than there are links. Beyond it those that speak over none are forgotten.
    static constexpr std::size_t speakers_max = 8192;

    using IsGood = std::function<bool(const Speaker&)>;

    /// Nothing if none of this key has greeted, or is good no more.
    [[nodiscard]] SharedSpeaker find(std::string_view key) const;

    /// Takes note of a certificate that was found good. If a speaker of the key is known it is
    /// taken for a newer one of the same bearer, on all its links.
    SharedSpeaker add(const std::string& key, std::vector<std::byte> certificate,
                      Credential credential);

    /// Asks of each whether it is still good, and forgets those that are not.
    void review(const IsGood& is_good);
    /// The same of so many, in turn.
    void review_next(std::size_t count, const IsGood& is_good);

  private:
    using Entries = std::map<std::string, SharedSpeaker, std::less<>>;

    void make_room();
    [[nodiscard]] Entries::iterator review_one(Entries::iterator place, const IsGood& is_good);

    Entries speakers_;
    std::string reviewed_last_;
};

}  // namespace hearsay

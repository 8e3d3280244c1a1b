#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "node_state.hpp"

namespace hearsay {

/// Where the members were reached that a node has held for alive: first those that it holds for
/// alive now, then others, the latest first. There is one address for each name.
///
/// Of more members than there is room for, each node keeps others, so that together they keep all.
/// An address is given up when nobody was alive there for a while, though others were: a node that
/// is alone gives up none.
class KeptAddresses {
  public:
    static constexpr std::size_t addresses_max = 64;

    struct Owner {
        std::string name;
        /// None of the others is reached there.
        std::string endpoint;
    };

    /// `former` is what the life before has kept. `patience` is for how long an address is kept
    /// where nobody is alive.
    KeptAddresses(Owner owner, const std::vector<KeptAddress>& former, Duration patience,
                  Instant now);

    /// Takes note of who is alive among all members.
    void note(const std::vector<Member>& members, Instant now);

    /// Gives up the address. False if it was not kept.
    bool drop(std::string_view endpoint);

    [[nodiscard]] std::vector<KeptAddress> addresses() const;

  private:
    struct Entry {
        KeptAddress address;
        /// For those that are dead: since then there were others who would know.
        Instant alive_at;
    };

    [[nodiscard]] bool is_wanted(const KeptAddress& address) const;
    [[nodiscard]] std::uint64_t rank(const std::string& name) const;

    Owner owner_;
    Duration patience_;
    std::vector<Entry> entries_;
    /// When it was told of the members last.
    bool is_alone_ = true;
};

}  // namespace hearsay

#include "kept_addresses.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "hearsay/random.hpp"

namespace hearsay {
namespace {

bool is_alive(const Member& member) {
    const bool is_held = member.state == MemberState::alive || member.state == MemberState::suspect;
    return is_held && !member.is_self;
}

}  // namespace

KeptAddresses::KeptAddresses(Owner owner, const std::vector<KeptAddress>& former, Duration patience,
                             Instant now)
    : owner_(std::move(owner)), patience_(patience) {
    for (const KeptAddress& address : former) {
        if (is_wanted(address) && entries_.size() < addresses_max)
            entries_.push_back({address, now});
    }
}

bool KeptAddresses::is_wanted(const KeptAddress& address) const {
    return address.name != owner_.name && address.endpoint != owner_.endpoint && is_usable(address);
}

/// The same at each time, and another one for each node (rendezvous hashing).
std::uint64_t KeptAddresses::rank(const std::string& name) const {
    return mix(mix(hash(owner_.name)) ^ hash(name));
}

void KeptAddresses::note(const std::vector<Member>& members, Instant now) {
    std::vector<Entry> kept;
    for (const Member& member : members) {
        KeptAddress address{.name = member.identity.name, .endpoint = member.identity.endpoint};
        if (is_alive(member) && is_wanted(address)) kept.push_back({std::move(address), now});
    }
    // Until now there was nobody who could have said that they live.
    if (is_alone_) {
        for (Entry& entry : entries_)
            entry.alive_at = now;
    }
    is_alone_ = kept.empty();
    if (is_alone_) return;
    std::sort(kept.begin(), kept.end(), [this](const Entry& one, const Entry& other) {
        return rank(one.address.name) < rank(other.address.name);
    });
    const std::size_t alive_count = kept.size();
    // The addresses of the dead follow; they are in the order in which they were alive last.
    for (Entry& entry : entries_) {
        const auto is_here = [&](const Entry& alive) {
            return alive.address.name == entry.address.name ||
                   alive.address.endpoint == entry.address.endpoint;
        };
        const auto end = std::next(kept.begin(), static_cast<std::ptrdiff_t>(alive_count));
        const bool is_replaced = std::any_of(kept.begin(), end, is_here);
        if (!is_replaced && now - entry.alive_at < patience_) kept.push_back(std::move(entry));
    }
    if (kept.size() > addresses_max) kept.resize(addresses_max);
    entries_ = std::move(kept);
}

bool KeptAddresses::drop(std::string_view endpoint) {
    return std::erase_if(entries_, [&](const Entry& entry) {
               return entry.address.endpoint == endpoint;
           }) > 0;
}

std::vector<KeptAddress> KeptAddresses::addresses() const {
    std::vector<KeptAddress> addresses;
    addresses.reserve(entries_.size());
    for (const Entry& entry : entries_)
        addresses.push_back(entry.address);
    return addresses;
}

}  // namespace hearsay

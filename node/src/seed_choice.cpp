#include "seed_choice.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {

SeedChoice::SeedChoice(std::string own, Duration patience, Instant now)
    : own_(std::move(own)), given_alone_until_(now + patience) {}

void SeedChoice::note_asked(std::string_view endpoint) {
    const auto place = unasked_.find(endpoint);
    if (place != unasked_.end()) unasked_.erase(place);
}

std::vector<std::string> SeedChoice::choose(const std::vector<std::string>& given,
                                            const std::vector<std::string>& kept, bool is_alone,
                                            Instant now) {
    std::set<std::string> known(given.begin(), given.end());
    known.erase(own_);
    std::vector<std::string> added;
    for (const std::string& endpoint : kept)
        if (endpoint != own_ && !known.contains(endpoint)) added.push_back(endpoint);
    const std::size_t room = seeds_max - std::min(seeds_max, given.size());
    if (is_alone) {
        const bool must_wait = !known.empty() && now < given_alone_until_;
        const std::size_t share = must_wait ? 0 : std::max(known.size(), kept_at_once);
        added = some(added, std::min({share, room, added.size()}));
    } else {
        present_.clear();
        first_ = 0;
        added.resize(std::min(room, added.size()));
    }
    std::vector<std::string> seeds = given;
    seeds.insert(seeds.end(), added.begin(), added.end());
    return seeds;
}

std::vector<std::string> SeedChoice::some(const std::vector<std::string>& kept, std::size_t count) {
    if (unasked_.empty()) first_ += present_.size();
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(kept[(first_ + i) % kept.size()]);
    if (chosen != present_) unasked_ = {chosen.begin(), chosen.end()};
    present_ = chosen;
    return chosen;
}

}  // namespace hearsay

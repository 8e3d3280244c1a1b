#include "speakers.hpp"

#include <iterator>
#include <utility>

namespace hearsay {

SharedSpeaker Speakers::find(std::string_view key) const {
    const auto found = speakers_.find(key);
    return found == speakers_.end() ? nullptr : found->second;
}

SharedSpeaker Speakers::add(const std::string& key, std::vector<std::byte> certificate,
                            Credential credential) {
    if (SharedSpeaker known = find(key)) {
        known->certificate = std::move(certificate);
        known->credential = std::move(credential);
        return known;
    }
    if (speakers_.size() >= speakers_max) make_room();
    return speakers_
        .emplace(key, std::make_shared<Speaker>(Speaker{.certificate = std::move(certificate),
                                                        .credential = std::move(credential)}))
        .first->second;
}

void Speakers::review(const IsGood& is_good) {
    for (auto place = speakers_.begin(); place != speakers_.end();)
        place = review_one(place, is_good);
}

void Speakers::review_next(std::size_t count, const IsGood& is_good) {
    auto place = speakers_.upper_bound(reviewed_last_);
    for (; count > 0 && place != speakers_.end(); --count) {
        reviewed_last_ = place->first;
        place = review_one(place, is_good);
    }
    if (place == speakers_.end()) reviewed_last_.clear();
}

Speakers::Entries::iterator Speakers::review_one(Entries::iterator place, const IsGood& is_good) {
    place->second->is_good = is_good(*place->second);
    return place->second->is_good ? std::next(place) : speakers_.erase(place);
}

void Speakers::make_room() {
    std::erase_if(speakers_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace hearsay

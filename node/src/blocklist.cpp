#include "blocklist.hpp"

namespace hearsay {

// In a full table the new one finds no place: to be refused once more costs a handshake, no more.
void Blocklist::add(const std::string& key, const std::string& source, Instant now) {
    if (keys_.size() >= entries_max || sources_.size() >= entries_max) drop_over(now);
    const bool is_new = !has_key(key, now);
    if (keys_.size() < entries_max) keys_.insert_or_assign(key, now + span_);
    if (!is_new || source.empty()) return;
    if (sources_.size() >= entries_max && !sources_.contains(source)) return;
    Source& entry = sources_[source];
    if (entry.until <= now) entry.keys = 0;
    entry.until = now + span_;
    ++entry.keys;
}

bool Blocklist::has_key(std::string_view key, Instant now) const {
    const auto found = keys_.find(key);
    return found != keys_.end() && now < found->second;
}

bool Blocklist::has_source(std::string_view source, Instant now) const {
    const auto found = sources_.find(source);
    return found != sources_.end() && found->second.keys > keys_of_source_max &&
           now < found->second.until;
}

void Blocklist::clear() {
    keys_.clear();
    sources_.clear();
}

void Blocklist::drop_over(Instant now) {
    std::erase_if(keys_, [now](const auto& entry) { return entry.second <= now; });
    std::erase_if(sources_, [now](const auto& entry) { return entry.second.until <= now; });
}

}  // namespace hearsay

#include "feed.hpp"

#include <algorithm>

namespace hearsay {

namespace {

constexpr std::array<std::string_view, Feed::part_count> part_names{"node", "members", "status",
                                                                    "links"};

/// How long a listener waits, in milliseconds, before it connects again.
constexpr std::string_view greeting = "retry: 1000\n\n";

std::shared_ptr<const std::string> shared(std::string_view text) {
    return std::make_shared<const std::string>(text);
}

}  // namespace

void Feed::set(Part part, std::string_view json) {
    const auto index = static_cast<std::size_t>(part);
    State& state = states_.at(index);
    state.text = shared(stream_message(part_names.at(index), "", json));
    ++state.version;
}

void Feed::forget(Part part) {
    states_.at(static_cast<std::size_t>(part)).text = nullptr;
}

FeedReader::FeedReader(const Feed& feed, std::string_view last_event_id)
    : feed_(feed),
      position_(feed.log_.position_of(last_event_id)),
      taken_bytes_(feed.log_.bytes()),
      seen_comments_(feed.comment_count_),
      message_(shared(greeting)) {}

std::size_t FeedReader::read(std::span<char> space) {
    std::size_t size = 0;
    while (size < space.size()) {
        if (!message_) message_ = next();
        if (!message_) break;
        const std::size_t part = std::min(space.size() - size, message_->size() - sent_bytes_);
        message_->copy(space.data() + size, part, sent_bytes_);
        size += part;
        sent_bytes_ += part;
        if (sent_bytes_ < message_->size()) break;
        message_ = nullptr;
        sent_bytes_ = 0;
    }
    return size;
}

std::shared_ptr<const std::string> FeedReader::next() {
    if (auto state = next_state()) return state;
    if (auto record = next_record()) return record;
    if (seen_comments_ == feed_.comment_count_) return nullptr;
    seen_comments_ = feed_.comment_count_;
    return shared(":\n\n");
}

std::shared_ptr<const std::string> FeedReader::next_state() {
    for (std::size_t part = 0; part < Feed::part_count; ++part) {
        const Feed::State& state = feed_.states_.at(part);
        if (!state.text || state.version == seen_versions_.at(part)) continue;
        seen_versions_.at(part) = state.version;
        return state.text;
    }
    return nullptr;
}

std::shared_ptr<const std::string> FeedReader::next_record() {
    std::uint64_t missed = 0;
    const EventLog::Record* const record = feed_.log_.next(position_, missed);
    if (record == nullptr) return nullptr;
    if (missed > 0) {
        position_.events += missed;
        return shared(stream_message(
            "event", "", "{\"event\":\"missed\",\"count\":" + std::to_string(missed) + "}"));
    }
    position_ = record->position;
    taken_bytes_ = std::max(taken_bytes_, record->bytes);
    return record->text;
}

bool FeedReader::has_more() const {
    if (message_ || seen_comments_ != feed_.comment_count_) return true;
    for (std::size_t part = 0; part < Feed::part_count; ++part) {
        const Feed::State& state = feed_.states_.at(part);
        if (state.text && state.version != seen_versions_.at(part)) return true;
    }
    std::uint64_t missed = 0;
    return feed_.log_.next(position_, missed) != nullptr;
}

std::uint64_t FeedReader::unread_bytes() const {
    return feed_.log_.bytes() - taken_bytes_;
}

}  // namespace hearsay

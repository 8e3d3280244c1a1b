#include "event_log.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace hearsay {

namespace {

std::optional<std::uint64_t> number_in(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || rest != end) return std::nullopt;
    return number;
}

/// Where the kept records that follow `count` others begin.
std::size_t place_behind(std::uint64_t count, std::uint64_t first) {
    return count < first ? 0 : static_cast<std::size_t>(count - first);
}

}  // namespace

std::string stream_message(std::string_view event, std::string_view id, std::string_view data) {
    std::string text = "event: ";
    text.append(event).append("\n");
    if (!id.empty()) text.append("id: ").append(id).append("\n");
    return text.append("data: ").append(data).append("\n\n");
}

EventLog::Record EventLog::make(std::string_view event, std::string_view json) {
    const std::string id =
        process_ + "-" + std::to_string(end_.events) + "-" + std::to_string(end_.surveys);
    auto text = std::make_shared<const std::string>(stream_message(event, id, json));
    bytes_ += text->size();
    return {.position = end_, .text = std::move(text), .bytes = bytes_};
}

void EventLog::add_event(std::string_view json) {
    ++end_.events;
    events_.push_back(make("event", json));
    if (events_.size() > events_max) events_.pop_front();
}

void EventLog::add_survey(std::string_view json) {
    ++end_.surveys;
    surveys_.push_back(make("views", json));
    survey_bytes_ += surveys_.back().text->size();
    // The last one is kept, whatever its size.
    while (surveys_.size() > surveys_max ||
           (survey_bytes_ > survey_bytes_max && surveys_.size() > 1)) {
        survey_bytes_ -= surveys_.front().text->size();
        surveys_.pop_front();
    }
}

LogPosition EventLog::oldest() const {
    return {.events = end_.events - events_.size(), .surveys = end_.surveys - surveys_.size()};
}

const EventLog::Record* EventLog::next(LogPosition position, std::uint64_t& missed) const {
    const LogPosition first = oldest();
    const std::size_t event = place_behind(position.events, first.events);
    const std::size_t survey = place_behind(position.surveys, first.surveys);
    const Record* const next_event = event < events_.size() ? &events_[event] : nullptr;
    const Record* const next_survey = survey < surveys_.size() ? &surveys_[survey] : nullptr;
    missed = first.events - std::min(first.events, position.events);
    if (next_event == nullptr) return next_survey;
    if (next_survey == nullptr) return next_event;
    // A later record has more of both before it.
    const bool is_event_first = next_event->bytes < next_survey->bytes;
    return is_event_first ? next_event : next_survey;
}

LogPosition EventLog::position_of(std::string_view id) const {
    const std::size_t first = id.find('-');
    const std::size_t last = id.rfind('-');
    if (first == last || id.substr(0, first) != process_) return oldest();
    const auto events = number_in(id.substr(first + 1, last - first - 1));
    const auto surveys = number_in(id.substr(last + 1));
    if (!events || !surveys || *events > end_.events || *surveys > end_.surveys) return oldest();
    return {.events = *events, .surveys = *surveys};
}

}  // namespace hearsay

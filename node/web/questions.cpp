#include "questions.hpp"

#include <algorithm>
#include <utility>

#include "json.hpp"

namespace hearsay {

namespace {

std::shared_ptr<const Questions::Answer> answer_of(const Questions::Json& json) {
    return std::make_shared<const Questions::Answer>(
        Questions::Answer{.json = json, .text = line(json) + "\n"});
}

}  // namespace

bool Questions::get(const Question& question, Then then) {
    const Instant now = clock_();
    const std::string key = line(question.request);
    const auto place = entries_.find(key);
    const bool is_known = place != entries_.end();
    if (is_known && place->second.answer && now - place->second.answered_at <= question.fresh) {
        then(place->second.answer);
        return true;
    }
    if (is_known && place->second.is_asked) {
        place->second.waiting.push_back(std::move(then));
        return true;
    }
    prune(now);
    const auto is_asked = [](const auto& item) { return item.second.is_asked; };
    const auto asked = std::count_if(entries_.begin(), entries_.end(), is_asked);
    if (static_cast<std::size_t>(asked) >= asked_max) return false;
    entries_[key].waiting.push_back(std::move(then));
    ask(key, question);
    return true;
}

void Questions::prune(Instant now) {
    std::erase_if(entries_, [now](const auto& item) {
        const Entry& entry = item.second;
        return !entry.is_asked && now - entry.answered_at > entry.fresh;
    });
}

void Questions::ask(const std::string& key, const Question& question) {
    Entry& entry = entries_[key];
    entry.is_asked = true;
    entry.fresh = question.fresh;
    ask_(question.request, question.timeout,
         [this, key](const Json* answer) { take(key, answer); });
}

void Questions::take(const std::string& key, const Json* answer) {
    const auto place = entries_.find(key);
    if (place == entries_.end() || !place->second.is_asked) return;
    Entry& entry = place->second;
    entry.is_asked = false;
    entry.answer = answer == nullptr ? nullptr : answer_of(*answer);
    entry.answered_at = clock_();
    // They may ask again, so the entry may move.
    const auto given = entry.answer;
    for (const Then& then : std::exchange(entry.waiting, {}))
        then(given);
}

void Questions::note(const Question& question, const Json& answer) {
    Entry& entry = entries_[line(question.request)];
    entry.fresh = question.fresh;
    entry.answer = answer_of(answer);
    entry.answered_at = clock_();
}

void Questions::forget_answers() {
    for (auto& [key, entry] : entries_)
        entry.answer = nullptr;
}

void Questions::give_up() {
    std::vector<std::string> keys;
    for (const auto& [key, entry] : entries_) {
        if (entry.is_asked) keys.push_back(key);
    }
    for (const std::string& key : keys)
        take(key, nullptr);
}

}  // namespace hearsay

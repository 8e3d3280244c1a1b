#include "event_handler.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "hearsay/text.hpp"

#include "phrase.hpp"

namespace hearsay {

namespace {

std::vector<std::string> event_words() {
    std::vector<std::string> words;
    for (std::uint8_t kind = 0; text(EventKind{kind}) != "unknown"; ++kind)
        words.emplace_back(text(EventKind{kind}));
    return words;
}

std::optional<EventKind> event_kind(std::string_view word) {
    const std::vector<std::string> words = event_words();
    const auto place = std::find(words.begin(), words.end(), word);
    if (place == words.end()) return std::nullopt;
    return EventKind{static_cast<std::uint8_t>(place - words.begin())};
}

/// Small letters, commas and underscores, as in "failed,link_lost".
bool looks_like_kinds(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || letter == '_' || letter == ',';
    });
}

}  // namespace

bool EventHandler::handles(EventKind kind) const {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Result<EventHandler, std::string> parse_event_handler(std::string_view text) {
    EventHandler handler;
    const std::size_t equals = text.find('=');
    std::string_view kinds = text.substr(0, equals == text.npos ? 0 : equals);
    if (!looks_like_kinds(kinds)) kinds = {};
    handler.command = text.substr(kinds.empty() ? 0 : equals + 1);
    while (!kinds.empty()) {
        const std::size_t comma = std::min(kinds.find(','), kinds.size());
        const std::string_view word = kinds.substr(0, comma);
        const auto kind = event_kind(word);
        if (!kind) {
            return "names the event " + in_quotes(word) + "; known are " + joined(event_words()) +
                   " (if it is a variable for the shell, write env in front)";
        }
        handler.kinds.push_back(*kind);
        kinds.remove_prefix(std::min(comma + 1, kinds.size()));
    }
    if (handler.command.empty()) return std::string("is empty; give a command, or leave it out");
    return handler;
}

}  // namespace hearsay

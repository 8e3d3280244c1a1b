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

std::string_view trimmed(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t last = text.find_last_not_of(' ');
    return text.substr(first, last + 1 - first);
}

/// The words between commas.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t comma = text.find(',');
        words.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return words;
        text.remove_prefix(comma + 1);
    }
}

/// Letters as in "link_lost", and at least as many as the shortest event has: "a=1" is for the
/// shell.
bool may_be_kind(std::string_view word) {
    constexpr std::size_t shortest = 4;
    return word.size() >= shortest && std::all_of(word.begin(), word.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || letter == '_';
           });
}

/// True if the text before the first "=" is meant for kinds, though perhaps misspelt.
bool looks_like_kinds(const std::vector<std::string_view>& words) {
    const std::string_view first = words.front().substr(0, words.front().find(' '));
    return event_kind(first).has_value() || std::all_of(words.begin(), words.end(), may_be_kind);
}

}  // namespace

bool EventHandler::handles(EventKind kind) const {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Result<EventHandler, std::string> parse_event_handler(std::string_view text) {
    EventHandler handler;
    handler.command = text;
    const std::size_t equals = text.find('=');
    const std::vector<std::string_view> words = split(text.substr(0, equals));
    if (equals != std::string_view::npos && looks_like_kinds(words)) {
        handler.command = text.substr(equals + 1);
        for (const std::string_view word : words) {
            const auto kind = event_kind(word);
            if (!kind) {
                return "names the event " + in_quotes(word) + "; known are " +
                       joined(event_words()) +
                       " (a variable for the shell is set by: env X=1 COMMAND)";
            }
            handler.kinds.push_back(*kind);
        }
    }
    if (handler.command.empty()) return std::string("is empty; give a command, or leave it out");
    return handler;
}

}  // namespace hearsay

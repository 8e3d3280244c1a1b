#include "event_handler.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>

#include "hearsay/text.hpp"

#include "phrase.hpp"
#include "trimmed.hpp"

namespace hearsay {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view once = "once";
constexpr std::string_view once_example = "once:failed,left=COMMAND";

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

/// The words between commas.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t comma = text.find(',');
        words.push_back(trimmed(text.substr(0, comma)));
        if (comma == npos) return words;
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

/// What stands before the colon in front of kinds; nothing if that is for the shell.
std::optional<std::string_view> prefix_of(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == npos) return std::nullopt;
    const std::string_view prefix = trimmed(text.substr(0, colon));
    if (prefix == once) return prefix;
    const std::string_view kinds = text.substr(colon + 1, text.find('=', colon) - colon - 1);
    const bool is_word = std::all_of(prefix.begin(), prefix.end(), [](char letter) {
        return std::isalpha(static_cast<unsigned char>(letter)) != 0;
    });
    const bool is_meant = is_word && event_kind(split(kinds).front());
    return is_meant ? std::optional(prefix) : std::nullopt;
}

std::string words_told_once() {
    std::vector<std::string> words = event_words();
    std::erase_if(words, [](const std::string& word) {
        return !can_be_told_once(event_kind(word).value_or(EventKind::alone));
    });
    return joined(words);
}

/// What is wrong with this word among the kinds, if anything is.
std::optional<std::string> problem_with(std::string_view word, const EventHandler& handler) {
    const auto kind = event_kind(word);
    if (!kind && word.find(':') != npos) {
        return "names the event " + in_quotes(word) + "; once: stands in front of all events, as " +
               std::string(once_example);
    }
    if (!kind && handler.is_once) {
        return "names the event " + in_quotes(word) + "; once: is for " + words_told_once();
    }
    if (!kind) {
        return "names the event " + in_quotes(word) + "; known are " + joined(event_words()) +
               " (a variable for the shell is set by: env X=1 COMMAND)";
    }
    if (!handler.kinds.empty() && handler.handles(*kind)) {
        return "names the event " + in_quotes(word) + " twice; name it once";
    }
    if (handler.is_once && !can_be_told_once(*kind)) {
        return "asks for " + in_quotes(word) +
               " once, but each node tells that of itself alone; once: is for " + words_told_once();
    }
    return std::nullopt;
}

/// Reads "failed,left=COMMAND". What is wrong with it, if anything is.
std::optional<std::string> read_kinds(std::string_view text, EventHandler& handler) {
    const std::size_t equals = text.find('=');
    for (const std::string_view word : split(text.substr(0, equals))) {
        if (auto problem = problem_with(word, handler)) return problem;
        handler.kinds.push_back(*event_kind(word));
    }
    handler.command = text.substr(equals + 1);
    return std::nullopt;
}

/// Reads what stands behind "once:".
std::optional<std::string> read_once(std::string_view text, EventHandler& handler) {
    handler.is_once = true;
    const std::size_t equals = text.find('=');
    if (equals == npos || trimmed(text.substr(0, equals)).empty()) {
        return "has no EVENTS=COMMAND behind once:; write " + std::string(once_example);
    }
    return read_kinds(text, handler);
}

std::optional<std::string> read_handler(std::string_view text, EventHandler& handler) {
    if (const auto prefix = prefix_of(text)) {
        if (*prefix == once) return read_once(text.substr(text.find(':') + 1), handler);
        return "begins with " + in_quotes(std::string(*prefix) + ":") + "; known is once:, as " +
               std::string(once_example);
    }
    const std::size_t equals = text.find('=');
    if (equals != npos && looks_like_kinds(split(text.substr(0, equals)))) {
        return read_kinds(text, handler);
    }
    handler.command = text;
    return std::nullopt;
}

}  // namespace

bool can_be_told_once(EventKind kind) {
    switch (kind) {
        case EventKind::alone:
        case EventKind::stalled:
        case EventKind::isolated:
        case EventKind::withdrew:
        case EventKind::returned:
        case EventKind::renewed:
        case EventKind::link_lost:
        case EventKind::link_back:
            return false;
        default:
            return true;
    }
}

bool EventHandler::handles(EventKind kind) const {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool EventHandler::handles(const Occurrence& occurrence) const {
    const HandlerShare other = is_once ? HandlerShare::every_node : HandlerShare::taken_over;
    return occurrence.share != other && handles(occurrence.event.kind);
}

Result<EventHandler, std::string> parse_event_handler(std::string_view text) {
    EventHandler handler;
    if (auto problem = read_handler(text, handler)) return *std::move(problem);
    if (handler.command.empty()) return std::string("is empty; give a command, or leave it out");
    return handler;
}

}  // namespace hearsay

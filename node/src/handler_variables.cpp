#include "handler_variables.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include <unistd.h>

#include "hearsay/text.hpp"

namespace hearsay {
namespace {

std::string_view name_of(std::string_view variable) {
    return variable.substr(0, variable.find('='));
}

/// What may stand in the name of a variable; other bytes become underscores.
std::string fit(std::string key) {
    for (char& byte : key) {
        const bool is_fit = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= '0' && byte <= '9');
        if (!is_fit) byte = '_';
    }
    return key;
}

std::string joined(const std::vector<std::string>& words) {
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : ",") + word;
    return result;
}

bool has_cause(EventKind kind) {
    return kind == EventKind::suspected || kind == EventKind::cleared || kind == EventKind::failed;
}

}  // namespace

std::vector<std::string> own_variables() {
    std::vector<std::string> variables;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

std::vector<std::string> merged(const std::vector<std::string>& variables,
                                const std::vector<std::string>& added) {
    std::vector<std::string> result = added;
    for (const std::string& variable : variables) {
        const bool is_replaced = std::any_of(
            added.begin(), added.end(),
            [&](const std::string& other) { return name_of(other) == name_of(variable); });
        if (!is_replaced) result.push_back(variable);
    }
    return result;
}

std::vector<std::string> event_variables(const Occurrence& occurrence, std::uint64_t missed) {
    const Event& event = occurrence.event;
    const auto silence = std::chrono::floor<std::chrono::milliseconds>(event.silence).count();
    std::vector<std::string> result{
        "HEARSAY_EVENT=" + std::string(text(event.kind)),
        "HEARSAY_SEQ=" + std::to_string(occurrence.number),
        "HEARSAY_MISSED=" + std::to_string(missed),
        "HEARSAY_MEMBER=" + event.subject.name,
        "HEARSAY_ENDPOINT=" + event.subject.endpoint,
        "HEARSAY_LIFE=" + text(event.subject.life),
        "HEARSAY_INCARNATION=" + std::to_string(event.subject.incarnation),
        "HEARSAY_CAUSE=" + std::string(has_cause(event.kind) ? text(event.cause) : ""),
        "HEARSAY_SILENCE_MS=" + std::to_string(silence),
        "HEARSAY_ACCUSERS=" + joined(event.accusers),
    };
    for (const auto& [key, value] : event.subject.tags)
        result.push_back("HEARSAY_TAG_" + fit(key) + '=' + value);
    return result;
}

}  // namespace hearsay

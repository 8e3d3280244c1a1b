#include "key_text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>

#include "hearsay/node.hpp"

#include "phrase.hpp"
#include "trimmed.hpp"

namespace hearsay {

namespace {

constexpr std::string_view blanks = " \t\r";

/// Takes the first line off the text.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(line);
}

KeyLine taken_apart(std::string_view line, std::size_t number) {
    const std::size_t end = std::min(line.find_first_of(blanks), line.size());
    return {.number = number, .word = line.substr(0, end), .value = trimmed(line.substr(end))};
}

/// What begins a line may be a secret whose word is missing, and is shown only if it looks like a
/// word.
std::string shown(std::string_view word) {
    constexpr std::size_t word_max = 16;
    const bool is_word = word.size() <= word_max &&
                         std::all_of(word.begin(), word.end(),
                                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    return is_word ? "unknown word " + in_quotes(word) : "it begins with no word that is known";
}

bool is_single(const KeyWord& word) {
    return word.occurs == Occurs::once || word.occurs == Occurs::at_most_once;
}

bool may_lack(const KeyWord& word) {
    return word.occurs == Occurs::any || word.occurs == Occurs::at_most_once;
}

std::string known_text(std::span<const KeyWord> words) {
    std::vector<std::string> known;
    for (const KeyWord& word : words)
        known.emplace_back(word.word);
    return joined(known);
}

}  // namespace

KeyText::KeyText(std::filesystem::path path, std::string_view format, SecretText content)
    : path_(std::move(path)), content_(std::move(content)) {
    std::string_view text = content_.view();
    if (next_line(text) == format) return;
    refuse(
        {.number = 1, .word = {}, .value = {}},
        "it is no such file, or one of another version: it must begin with " + in_quotes(format));
}

void KeyText::read(std::span<const KeyWord> words) const {
    std::map<std::string_view, std::size_t> counts;
    std::string_view text = content_.view();
    static_cast<void>(next_line(text));
    for (std::size_t number = 2; !text.empty(); ++number) {
        const KeyLine line = taken_apart(next_line(text), number);
        if (line.word.empty() || line.word.starts_with('#')) continue;
        const auto is_it = [&](const KeyWord& known) { return known.word == line.word; };
        const auto word = std::find_if(words.begin(), words.end(), is_it);
        if (word == words.end()) refuse(line, shown(line.word) + "; known: " + known_text(words));
        if (++counts[word->word] > 1 && is_single(*word)) {
            refuse(line, std::string(word->word) + " is given a second time; give it once");
        }
        word->take(line);
    }
    for (const KeyWord& word : words) {
        if (may_lack(word) || counts[word.word] > 0) continue;
        refuse("it lacks the line \"" + std::string(word.word) + " " + std::string(word.value) +
               "\"");
    }
}

void KeyText::hex(const KeyLine& line, std::span<std::byte> bytes) const {
    if (read_hex(line.value, bytes)) return;
    refuse(line,
           std::string(line.word) + " must be " + std::to_string(2 * bytes.size()) + " hex digits");
}

std::vector<std::byte> KeyText::hex_of_any_size(const KeyLine& line, std::size_t size_max) const {
    std::vector<std::byte> bytes(std::min(line.value.size() / 2, size_max));
    if (!bytes.empty() && read_hex(line.value, bytes)) return bytes;
    refuse(line, std::string(line.word) + " must be an even number of hex digits, at most " +
                     std::to_string(2 * size_max));
}

std::uint64_t KeyText::number(const KeyLine& line) const {
    std::uint64_t number = 0;
    const char* const end = line.value.data() + line.value.size();
    const auto [rest, error] = std::from_chars(line.value.data(), end, number);
    if (error == std::errc() && rest == end) return number;
    refuse(line, std::string(line.word) + " must be a whole number");
}

void KeyText::refuse(const KeyLine& line, const std::string& problem) const {
    throw StartError(path_.string() + ":" + std::to_string(line.number) + ": " + problem);
}

void KeyText::refuse(const std::string& problem) const {
    throw StartError(path_.string() + ": " + problem);
}

}  // namespace hearsay

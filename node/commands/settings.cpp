#include "settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <numeric>
#include <sstream>
#include <system_error>
#include <utility>

#include "hearsay/duration.hpp"
#include "hearsay/utf8.hpp"

#include "addresses.hpp"
#include "config_file.hpp"
#include "phrase.hpp"
#include "terminal.hpp"
#include "trimmed.hpp"

namespace hearsay {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

std::vector<std::string> listed_with_commas(const std::string& text) {
    std::vector<std::string> values;
    for (const std::string& part : split(text, ',')) {
        std::string value{trimmed(part)};
        if (!value.empty()) values.push_back(std::move(value));
    }
    return values;
}

/// "a=1, b=2": somebody may mean two, and "a=1,2" can only be one.
bool looks_like_several(const std::string& line) {
    const std::vector<std::string> parts = split(line, ',');
    return std::any_of(parts.begin() + 1, parts.end(), [](const std::string& part) {
        const std::size_t equals = trimmed(part).find('=');
        return equals != std::string::npos && equals > 0;
    });
}

std::vector<std::string> listed_in_lines(const std::string& text) {
    std::vector<std::string> values;
    for (std::string& line : split(text, '\n')) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) values.push_back(std::move(line));
    }
    return values;
}

/// What a variable holds for an option.
Setting setting_of(const OptionSpec& option, const std::string& variable, const std::string& text) {
    Setting setting{.values = {text}, .origin = variable};
    if (option.listing == Listing::commas) setting.values = listed_with_commas(text);
    if (option.listing == Listing::lines) setting.values = listed_in_lines(text);
    if (setting.values.empty()) {
        throw UsageError(variable + " " + in_quotes(text) + " holds no " +
                         std::string(option.value) + "; unset it, or give one");
    }
    for (const std::string& line : setting.values) {
        if (option.listing == Listing::lines && looks_like_several(line)) {
            throw UsageError(variable + " " + in_quotes(line) +
                             " may be one value or several; write several one a line, and one that "
                             "holds all this with --" +
                             std::string(option.name));
        }
    }
    return setting;
}

bool is_count(const OptionSpec& option) {
    return option.value == "COUNT";
}

/// Text reads like a value on the command line; other kinds only where they can be meant.
bool is_fit(const ConfigValue& value, const OptionSpec& option) {
    return value.kind == ValueKind::text || (value.kind == ValueKind::integer && is_count(option));
}

std::string kind_text(ValueKind kind) {
    switch (kind) {
        case ValueKind::text:
            return "text";
        case ValueKind::integer:
            return "a number";
        case ValueKind::fraction:
            return "a number with a fraction";
        case ValueKind::boolean:
            return "true or false";
    }
    return "unknown";
}

std::string right_text(const OptionSpec& option) {
    if (is_count(option)) return "a whole number, for example 2";
    return option.value == "TIME" ? "a time in quotes, for example \"3s\"" : "text in quotes";
}

/// Single letters to insert, remove or replace until `a` is `b` (Levenshtein 1965).
/// No known word is longer than the table, so `b` is cut to it.
std::size_t edit_count(std::string_view a, std::string_view b) {
    std::array<std::size_t, 64> row{};
    b = b.substr(0, row.size() - 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string variable_name(std::string_view option) {
    std::string name(variable_prefix);
    for (const char letter : option) {
        const auto upper = std::toupper(static_cast<unsigned char>(letter));
        name.push_back(letter == '-' ? '_' : static_cast<char>(upper));
    }
    return name;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    // Of a short word more than half would be another.
    std::size_t least = std::min<std::size_t>(word.size() / 2, 2) + 1;
    std::string nearest;
    for (const std::string& candidate : known) {
        const std::size_t count = edit_count(word, candidate);
        if (count >= least) continue;
        least = count;
        nearest = candidate;
    }
    return nearest.empty() ? "" : "; did you mean " + in_quotes(nearest) + "?";
}

const OptionSpec* Settings::file_spec(std::string_view name) const {
    const auto is_it = [&](const OptionSpec& option) {
        return option.name == name && is_in_file(option);
    };
    const auto place = std::find_if(file_specs_.begin(), file_specs_.end(), is_it);
    return place == file_specs_.end() ? nullptr : &*place;
}

void Settings::set(std::string_view name, Setting setting) {
    if (has(name)) return;
    for (const std::string& value : setting.values) {
        if (!is_utf8(value)) {
            throw UsageError(setting.origin + " " + in_quotes(value) +
                             " is not valid UTF-8; give it in that encoding");
        }
        // Files can spell it, but the system takes it for the end of a path or a command.
        if (value.find('\0') != std::string::npos) {
            // An exception would end at it.
            throw UsageError(setting.origin + " " + in_quotes(printable(value)) +
                             " holds a zero byte; leave it out");
        }
    }
    settings_.emplace(name, std::move(setting));
}

void Settings::add_environment(const Environment& environment) {
    for (const OptionSpec& option : specs_) {
        if (!is_in_environment(option) || has(option.name)) continue;
        const std::string variable = variable_name(option.name);
        if (const auto text = environment(variable)) {
            set(option.name, setting_of(option, variable, *text));
        }
    }
}

void Settings::add_file() {
    const Setting* const config = find("config");
    if (config == nullptr) return;
    std::map<std::string, ConfigEntry> entries;
    const std::string path = absolute_path(*this, "config", config->values.front());
    for (const ConfigEntry& entry : read_config_file(path, config->origin)) {
        std::string name = entry.key;
        std::replace(name.begin(), name.end(), '_', '-');
        refuse_unfit(entry, name);
        const auto [first, is_new] = entries.try_emplace(name, entry);
        if (!is_new) {
            throw UsageError(entry.place + ": key " + in_quotes(entry.key) + " is " +
                             in_quotes(first->second.key) + " of line " +
                             std::to_string(first->second.line) + "; give it once");
        }
    }
    for (const auto& [name, entry] : entries) {
        Setting setting{.values = {}, .origin = entry.place + ": " + name};
        for (const ConfigValue& value : entry.values)
            setting.values.push_back(value.text);
        set(name, std::move(setting));
    }
}

void Settings::refuse_unfit(const ConfigEntry& entry, const std::string& name) const {
    const OptionSpec* option = file_spec(name);
    if (option == nullptr) {
        std::vector<std::string> known;
        for (const OptionSpec& spec : file_specs_) {
            if (is_in_file(spec)) known.emplace_back(spec.name);
        }
        throw UsageError(entry.place + ": unknown key " + in_quotes(entry.key) +
                         suggestion(name, known));
    }
    if (entry.is_list && option->arity != Arity::many) {
        throw UsageError(entry.place + ": " + name + " is a list; it must be one value");
    }
    for (const ConfigValue& value : entry.values) {
        if (is_fit(value, *option)) continue;
        throw UsageError(value.place + ": " + name + " is " + kind_text(value.kind) +
                         "; it must be " + right_text(*option));
    }
}

const Setting* Settings::find(std::string_view name) const {
    const auto place = settings_.find(name);
    return place == settings_.end() ? nullptr : &place->second;
}

std::string Settings::text(std::string_view name, const std::string& fallback) const {
    const Setting* setting = find(name);
    return setting == nullptr ? fallback : setting->values.front();
}

std::vector<std::string> Settings::texts(std::string_view name) const {
    const Setting* setting = find(name);
    return setting == nullptr ? std::vector<std::string>{} : setting->values;
}

Duration Settings::duration(std::string_view name, Duration fallback) const {
    const Setting* setting = find(name);
    if (setting == nullptr) return fallback;
    const auto parsed = parse_duration(setting->values.front());
    if (!parsed) refuse(name, parsed.error());
    return parsed.value();
}

std::optional<std::uint64_t> Settings::number(std::string_view name) const {
    const Setting* setting = find(name);
    if (setting == nullptr) return {};
    const std::string& text = setting->values.front();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
    refuse(name, in_quotes(text) + " is not a whole number, for example 5");
}

bool Settings::flag(std::string_view name) const {
    const Setting* setting = find(name);
    if (setting == nullptr) return false;
    return choice(name, {"true", "false"}, "false") == "true";
}

std::string Settings::choice(std::string_view name, const std::vector<std::string>& words,
                             const std::string& fallback) const {
    return has(name) ? choices(name, words).front() : fallback;
}

std::vector<std::string> Settings::choices(std::string_view name,
                                           const std::vector<std::string>& words) const {
    const Setting* setting = find(name);
    if (setting == nullptr) return {};
    for (const std::string& word : setting->values) {
        if (std::find(words.begin(), words.end(), word) != words.end()) continue;
        refuse(name, in_quotes(word) + " is not known; it must be " +
                         (words.size() == 1 ? words.front() : "one of " + joined(words)));
    }
    return setting->values;
}

void Settings::refuse(std::string_view name, const std::string& problem) const {
    const Setting* setting = find(name);
    const std::string place = setting == nullptr ? "--" + std::string(name) : setting->origin;
    throw UsageError(place + " " + problem);
}

}  // namespace hearsay

#include "config_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <toml++/toml.h>

#include "phrase.hpp"
#include "settings.hpp"

namespace hearsay {

namespace {

/// No configuration comes near; what is longer is another file, or has no end.
constexpr std::size_t file_bytes_max = 1024 * 1024;

/// What toml++ says of a fault, by a part of its sentence, and what is said of it here.
struct Advice {
    std::string_view part;
    std::string_view sentence;
};

constexpr std::string_view key_value = "write KEY = VALUE, for example fail-after = \"3s\"";
constexpr std::string_view quotes = "this is no value; put text in quotes, for example \"3s\"";

/// The first that fits counts. Of what fits none the words of toml++ are told.
constexpr std::array<Advice, 17> advices{{
    {"utf-8", "the file is not valid UTF-8; save it in that encoding"},
    {"parsing comment", "the comment holds a control character"},
    {"control characters", "the string is not closed in its line, or holds a control character"},
    {"unknown escape", "this is no escape; put the string in 'single quotes' to have it as it is"},
    {"parsing array", "the list is not closed with ], or a comma is missing in it"},
    {"leading zero", "a number does not begin with zeros; leave them out"},
    {"not representable", "the number is too great"},
    {"after '\\r'", "a line ends in a carriage return alone; end it with a line feed"},
    {"comment or whitespace", "something follows the value; put a text as a whole in quotes"},
    {"expected value", key_value},
    {"key-value pair: expected", key_value},
    {"root table", key_value},
    {"parsing key", key_value},
    {"parsing value", quotes},
    {"parsing boolean", quotes},
    {"parsing floating-point", quotes},
    {"parsing decimal integer", quotes},
}};

std::string advice_on(std::string_view description) {
    constexpr std::string_view twice = "cannot redefine existing";
    if (description.find(twice) != std::string_view::npos) {
        // It ends with the key in single quotes.
        const std::size_t begin = description.find('\'') + 1;
        const std::string_view key = description.substr(begin, description.rfind('\'') - begin);
        return "key " + in_quotes(key) + " is given a second time; give it once";
    }
    const auto fits = [&](const Advice& advice) {
        return description.find(advice.part) != std::string_view::npos;
    };
    const auto* const place = std::find_if(advices.begin(), advices.end(), fits);
    return std::string(place == advices.end() ? description : place->sentence);
}

std::string read_file(const std::string& path, const std::string& origin) {
    const auto refuse = [&](const std::string& problem) {
        throw UsageError(origin + " " + in_quotes(path) + " cannot be read: " + problem);
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) refuse("it is a directory; give a file");
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse(std::generic_category().message(errno));
    std::string content(file_bytes_max + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad()) refuse(std::generic_category().message(errno));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > file_bytes_max) refuse("it has more than a megabyte");
    return content;
}

/// Makes entries of what toml++ has read.
class Translator {
  public:
    explicit Translator(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] std::string place(const toml::source_position& position) const {
        return path_ + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
    }

    [[nodiscard]] ConfigEntry entry(const toml::key& key, const toml::node& node) const {
        ConfigEntry entry{.key = std::string(key.str()),
                          .place = place(key.source().begin),
                          .line = key.source().begin.line,
                          .is_list = node.is_array(),
                          .values = {}};
        if (const toml::array* list = node.as_array()) {
            for (const toml::node& item : *list)
                entry.values.push_back(value(item));
        } else {
            entry.values.push_back(value(node));
        }
        return entry;
    }

  private:
    [[nodiscard]] ConfigValue value(const toml::node& node) const {
        const std::string where = place(node.source().begin);
        if (const auto text = node.value_exact<std::string>()) {
            return {.kind = ValueKind::text, .text = *text, .place = where};
        }
        if (const auto number = node.value_exact<std::int64_t>()) {
            return {.kind = ValueKind::integer, .text = std::to_string(*number), .place = where};
        }
        if (const auto number = node.value_exact<double>()) {
            return {.kind = ValueKind::fraction, .text = std::to_string(*number), .place = where};
        }
        if (const auto truth = node.value_exact<bool>()) {
            return {.kind = ValueKind::boolean, .text = *truth ? "true" : "false", .place = where};
        }
        throw UsageError(where + ": " + problem(node));
    }

    static std::string problem(const toml::node& node) {
        if (node.is_table()) return "sections are not used; write all keys at the top level";
        if (node.is_array()) return "a list in a list is not used; write all values in one";
        return "dates and times of day are not used; put text in quotes";
    }

    std::string path_;
};

}  // namespace

std::vector<ConfigEntry> read_config_file(const std::string& path, const std::string& origin) {
    const std::string content = read_file(path, origin);
    const Translator translator(path);
    std::vector<ConfigEntry> entries;
    try {
        for (const auto& [key, node] : toml::parse(std::string_view(content)))
            entries.push_back(translator.entry(key, node));
    } catch (const toml::parse_error& error) {
        throw UsageError(translator.place(error.source().begin) + ": " +
                         advice_on(error.description()));
    }
    std::sort(entries.begin(), entries.end(),
              [](const ConfigEntry& a, const ConfigEntry& b) { return a.line < b.line; });
    return entries;
}

}  // namespace hearsay

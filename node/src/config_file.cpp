// CLI11's reader is made to accept what many dialects have in common, and it is generous: it ends
// a quoted string at a "#", takes a line without "=" for a flag, splits bare words at spaces, and
// knows no line numbers. In the file that decides how failures are handled, a line that is read
// other than it was meant is worse than one that is refused. So every line is looked at first, and
// only what reads the same in TOML and in CLI11's reader is let through.

#include "config_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>

#include "settings.hpp"

namespace hearsay {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

/// Looks at the lines of one file in turn.
class LineCheck {
  public:
    explicit LineCheck(std::string path) : path_(std::move(path)) {}

    void check(std::string_view raw) {
        ++number_;
        const std::string_view line = trimmed(raw);
        if (is_in_list_) {
            check_value(line);
            return;
        }
        if (line.empty() || line.front() == '#') return;
        if (line.front() == '[') refuse("sections are not used; write all keys at the top level");
        const std::size_t equals = line.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? "" : trimmed(line.substr(equals + 1));
        if (value.empty() || trimmed(line.substr(0, equals)).empty()) {
            refuse("write KEY = VALUE, for example fail-after = \"3s\"");
        }
        is_in_list_ = value.front() == '[';
        check_value(value);
    }

    [[nodiscard]] bool is_in_list() const { return is_in_list_; }

    void finish() {
        if (is_in_list_) refuse("the list is not closed with ]");
    }

  private:
    void check_value(std::string_view value) {
        char quote = '\0';
        std::string_view code = value;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const char letter = value[i];
            if (quote != '\0') {
                check_quoted(letter, quote);
                if (letter == quote) quote = '\0';
            } else if (letter == '"' || letter == '\'') {
                quote = letter;
            } else if (letter == '#') {
                if (is_in_list_) refuse("comments inside a list are not read; put them above it");
                code = trimmed(value.substr(0, i));
                break;
            }
        }
        if (quote != '\0') refuse(std::string("a string is not closed with ") + quote);
        finish_value(code);
    }

    void check_quoted(char letter, char quote) const {
        if (letter == '#') refuse("a string with a # cannot be read; put the command in a script");
        if (letter == '\\' && quote == '"') {
            refuse("escapes are not read; put the string in 'single quotes'");
        }
    }

    void finish_value(std::string_view code) {
        if (is_in_list_) {
            is_in_list_ = code.empty() || code.back() != ']';
            return;
        }
        const char first = code.empty() ? '#' : code.front();
        if (first == '"' || first == '\'') {
            if (code.find(first, 1) != code.size() - 1) refuse("something follows the string");
        } else if (code.find_first_of(" \t,\"'") != std::string_view::npos) {
            refuse("put the value in \"quotes\"");
        }
    }

    [[noreturn]] void refuse(const std::string& problem) const {
        throw UsageError(path_ + ": line " + std::to_string(number_) + ": " + problem);
    }

    std::string path_;
    std::size_t number_ = 0;
    bool is_in_list_ = false;
};

std::string read_checked(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw UsageError("--config \"" + path +
                         "\" cannot be read: " + std::generic_category().message(errno));
    }
    LineCheck check(path);
    std::string content;
    for (std::string line; std::getline(file, line);) {
        check.check(line);
        // CLI11 does not see a list whose first line is its bracket alone.
        content += line + (check.is_in_list() ? " " : "\n");
    }
    if (file.bad()) throw UsageError("--config \"" + path + "\" cannot be read");
    check.finish();
    return content;
}

}  // namespace

std::vector<ConfigEntry> read_config_file(const std::string& path) {
    std::istringstream content(read_checked(path));
    std::vector<ConfigEntry> entries;
    for (CLI::ConfigItem& item : CLI::ConfigTOML().from_config(content)) {
        entries.push_back({.key = item.fullname(), .values = std::move(item.inputs)});
    }
    return entries;
}

}  // namespace hearsay

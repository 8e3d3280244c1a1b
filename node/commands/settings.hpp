#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/time.hpp"

#include "run_directory.hpp"

namespace hearsay {

struct ConfigEntry;

/// What a person typed and what would be right, in one line that begins with the place.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How often an option is given, and with how many values.
enum class Arity : std::uint8_t { flag, one, many };

/// Where an option may be given beside the command line.
enum class Reach : std::uint8_t {
    command_line,
    /// As the environment variable HEARSAY_ + its name.
    environment,
    /// Under its name in the configuration file.
    file,
    everywhere,
};

/// How several values of an option stand in one environment variable.
enum class Listing : std::uint8_t {
    /// It holds one value, whatever that is.
    none,
    /// Separated by commas and blanks, of which no value can hold any.
    commas,
    /// One a line, as no value can hold the end of one.
    lines,
};

/// One option of one command.
struct OptionSpec {
    /// Without the dashes, as in "fail-after".
    std::string_view name;
    /// What stands for its value in the help; empty for flags.
    std::string_view value;
    std::string_view help;
    /// The heading in the help.
    std::string_view group;
    Arity arity = Arity::one;
    Reach reach = Reach::command_line;
    Listing listing = Listing::none;
};

/// The values of one option, and where they come from, as an error would name it:
/// "--fail-after", "HEARSAY_FAIL_AFTER", "node.toml:3:1: fail-after".
struct Setting {
    std::vector<std::string> values;
    std::string origin;
};

/// What was set for one command, from all places: the first place that sets an option wins.
class Settings {
  public:
    /// `file_specs` are the options whose names a configuration file may hold.
    Settings(std::span<const OptionSpec> specs, std::span<const OptionSpec> file_specs)
        : specs_(specs), file_specs_(file_specs) {}

    /// Adds values unless the option is set already. Throws UsageError unless they are UTF-8
    /// without a zero byte.
    void set(std::string_view name, Setting setting);
    /// Takes the options that are still open from the environment. Throws UsageError where a
    /// variable may be one value or several.
    void add_environment(const Environment& environment);
    /// Takes the options that are still open from the file in TOML that "config" names, if it is
    /// set. Throws UsageError, which begins with file, line and column, also for what is wrong with
    /// options that are set already.
    void add_file();

    [[nodiscard]] const Setting* find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

    /// The value, or the fallback if none is set. They throw UsageError where it does not fit.
    [[nodiscard]] std::string text(std::string_view name, const std::string& fallback = {}) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
    [[nodiscard]] Duration duration(std::string_view name, Duration fallback) const;
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const;
    /// REQUIRES: `words` is not empty.
    [[nodiscard]] std::string choice(std::string_view name, const std::vector<std::string>& words,
                                     const std::string& fallback) const;
    /// Several such words; none if the option is not set.
    [[nodiscard]] std::vector<std::string> choices(std::string_view name,
                                                   const std::vector<std::string>& words) const;

    /// Throws UsageError: the place where the option was set (the option itself if nowhere), then
    /// the problem, which goes on with the sentence: "is missing; ...".
    [[noreturn]] void refuse(std::string_view name, const std::string& problem) const;

  private:
    [[nodiscard]] const OptionSpec* file_spec(std::string_view name) const;
    /// Throws UsageError unless there is such an option and its value is of the right kind.
    void refuse_unfit(const ConfigEntry& entry, const std::string& name) const;

    std::span<const OptionSpec> specs_;
    std::span<const OptionSpec> file_specs_;
    std::map<std::string, Setting, std::less<>> settings_;
};

[[nodiscard]] constexpr bool is_in_environment(const OptionSpec& option) {
    return option.reach == Reach::environment || option.reach == Reach::everywhere;
}

[[nodiscard]] constexpr bool is_in_file(const OptionSpec& option) {
    return option.reach == Reach::file || option.reach == Reach::everywhere;
}

/// What the names of our variables begin with.
inline constexpr std::string_view variable_prefix = "HEARSAY_";

/// "HEARSAY_FAIL_AFTER" for "fail-after".
[[nodiscard]] std::string variable_name(std::string_view option);

/// "; did you mean \"members\"?", or nothing if no known word is near.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace hearsay

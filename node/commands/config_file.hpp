#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hearsay {

/// What a value of a configuration file is written as.
enum class ValueKind : std::uint8_t { text, integer, fraction, boolean };

/// One value of a configuration file.
struct ConfigValue {
    ValueKind kind = ValueKind::text;
    /// As it would stand on a command line.
    std::string text;
    /// "node.toml:3:14".
    std::string place;
};

/// One key of a configuration file with its value, or the values of its list.
struct ConfigEntry {
    std::string key;
    /// "node.toml:3:1".
    std::string place;
    std::size_t line = 0;
    bool is_list = false;
    std::vector<ConfigValue> values;
};

/// Reads a configuration file: TOML with all keys at the top level, whose values are strings,
/// numbers, booleans and lists of them. The entries come in the order in which they stand. Throws
/// UsageError, which names file, line and column, and says what would be right; or `origin`, where
/// the file was named, if it cannot be read at all.
[[nodiscard]] std::vector<ConfigEntry> read_config_file(const std::string& path,
                                                        const std::string& origin);

}  // namespace hearsay

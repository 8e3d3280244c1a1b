#pragma once

#include <string>
#include <vector>

namespace hearsay {

/// One key of a configuration file with its value, or the values of its list.
struct ConfigEntry {
    std::string key;
    std::vector<std::string> values;
};

/// Reads a configuration file: TOML with keys at the top level, whose values are strings, numbers,
/// booleans and lists of them. Throws UsageError, which names file and line.
[[nodiscard]] std::vector<ConfigEntry> read_config_file(const std::string& path);

}  // namespace hearsay

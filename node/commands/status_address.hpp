#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace hearsay {

/// The address given, or that of the one node with a run file in the directory; nothing if there is
/// none. Throws UsageError if there are several.
[[nodiscard]] std::optional<std::string> find_status_address(
    const std::string& given, const std::filesystem::path& run_directory);

/// As above; throws Unreachable if there is none.
[[nodiscard]] std::string status_address(const std::string& given,
                                         const std::filesystem::path& run_directory);

/// That no node runs there, and what helps.
[[nodiscard]] std::string no_node_text(const std::filesystem::path& run_directory);

}  // namespace hearsay

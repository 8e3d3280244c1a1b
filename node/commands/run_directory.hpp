#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hearsay {

/// Looks a variable up; nothing if it is not set, or empty.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The environment of this process.
[[nodiscard]] Environment process_environment();

/// The names of its variables.
[[nodiscard]] std::vector<std::string> variable_names();

/// Where nodes of this user keep their sockets and run files, unless told otherwise:
/// $XDG_RUNTIME_DIR/hearsay, else /run/hearsay for root, else /tmp/hearsay-UID.
[[nodiscard]] std::filesystem::path default_run_directory(const Environment& environment);

/// What is wrong with the directory if others could put sockets of their own into it; nothing if
/// it is ours or not there yet.
[[nodiscard]] std::optional<std::string> directory_problem(const std::filesystem::path& path);

/// A node that has left its run file in a run directory.
struct RunningNode {
    std::string name;
    std::string cluster;
    /// Where it answers.
    std::string status;
};

/// The nodes with a run file there whose process runs, sorted by name.
[[nodiscard]] std::vector<RunningNode> running_nodes(const std::filesystem::path& run_directory);

}  // namespace hearsay

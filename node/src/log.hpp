#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

enum class LogFormat : std::uint8_t {
    /// For people.
    text,
    /// One JSON object in each line, for machines.
    json,
};

/// Where the log of a node goes and how much of it.
struct LogOptions {
    /// One of `log_levels()`.
    std::string level = "info";
    LogFormat format = LogFormat::text;
    /// Appended to this file; standard error if empty.
    std::string file;
};

/// The names of the levels, from the most talkative to silence.
[[nodiscard]] const std::vector<std::string>& log_levels();

/// Makes spdlog's default logger write as `options` say, for the node called `name`. A log that
/// cannot be written (full disk, closed pipe, reader that sleeps) loses lines and disturbs
/// nothing else. Returns what is wrong if the file cannot be opened.
[[nodiscard]] std::optional<std::string> set_up_log(const LogOptions& options,
                                                    std::string_view name);

/// Changes the level while the node runs; false if there is no such level.
[[nodiscard]] bool set_log_level(std::string_view level);

}  // namespace hearsay

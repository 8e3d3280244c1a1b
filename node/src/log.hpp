#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "hearsay/node.hpp"

namespace hearsay {

/// The log of one node: says to the sink that the node was given what is at least as serious as its
/// level. Thread-safe; the sink is called by one thread at a time.
class Log {
  public:
    /// Without a sink it is silent.
    explicit Log(LogSink sink, LogLevel level = LogLevel::info)
        : sink_(std::move(sink)), level_(level) {}

    template <typename... Arguments>
    void debug(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        write(LogLevel::debug, format, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    void info(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        write(LogLevel::info, format, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        write(LogLevel::warning, format, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    void error(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        write(LogLevel::error, format, std::forward<Arguments>(arguments)...);
    }

    /// A sink that throws loses the line.
    void say(LogLevel level, const std::string& message) noexcept;

    void set_level(LogLevel level) { level_ = level; }
    [[nodiscard]] bool is_heard(LogLevel level) const { return sink_ && level >= level_; }

  private:
    template <typename... Arguments>
    void write(LogLevel level, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        if (is_heard(level)) say(level, fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    std::mutex mutex_;
    LogSink sink_;
    std::atomic<LogLevel> level_;
};

/// The names of the levels, from the most talkative to silence.
[[nodiscard]] const std::vector<std::string>& log_levels();

/// The level of that name, if there is one.
[[nodiscard]] std::optional<LogLevel> log_level(std::string_view name);

[[nodiscard]] const std::string& log_level_name(LogLevel level);

}  // namespace hearsay

#include "log.hpp"

#include <algorithm>

namespace hearsay {

void Log::say(LogLevel level, const std::string& message) noexcept {
    if (!is_heard(level)) return;
    const std::scoped_lock lock(mutex_);
    try {
        sink_(level, message);
    } catch (...) {  // NOLINT(bugprone-empty-catch): there is nowhere to say it.
    }
}

const std::vector<std::string>& log_levels() {
    static const std::vector<std::string> levels{"debug", "info", "warning", "error", "off"};
    return levels;
}

std::optional<LogLevel> log_level(std::string_view name) {
    const auto& levels = log_levels();
    const auto at = std::find(levels.begin(), levels.end(), name);
    if (at == levels.end()) return std::nullopt;
    return static_cast<LogLevel>(at - levels.begin());
}

const std::string& log_level_name(LogLevel level) {
    return log_levels().at(static_cast<std::size_t>(level));
}

}  // namespace hearsay

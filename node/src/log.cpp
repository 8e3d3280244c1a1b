#include "log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/null_mutex.h>
#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "json.hpp"
#include "line_writer.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

using spdlog::details::log_msg;

/// Hands lines to a LineWriter. One thread logs, so there is nothing to lock.
class LineSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit LineSink(int file) : writer_(file) {}

  private:
    void sink_it_(const log_msg& message) override {
        spdlog::memory_buf_t buffer;
        formatter_->format(message, buffer);
        writer_.write({buffer.data(), buffer.size()});
    }
    void flush_() override { writer_.flush(); }

    LineWriter writer_;
};

std::string_view view(spdlog::string_view_t text) {
    return {text.data(), text.size()};
}

/// One JSON object for each message, whatever bytes it holds.
class JsonFormatter : public spdlog::formatter {
  public:
    explicit JsonFormatter(std::string name) : name_(std::move(name)) {}

    void format(const log_msg& message, spdlog::memory_buf_t& buffer) override {
        nlohmann::ordered_json object;
        object["at"] = date_text(std::chrono::time_point_cast<WallTime::duration>(message.time));
        object["level"] = view(spdlog::level::to_string_view(message.level));
        object["node"] = name_;
        object["message"] = view(message.payload);
        const std::string text = line(object);
        buffer.append(text.data(), text.data() + text.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<JsonFormatter>(name_);
    }

  private:
    std::string name_;
};

/// The message with what would break the line or the terminal replaced, as other members choose
/// their names and tags.
class TextFormatter : public spdlog::formatter {
  public:
    TextFormatter(std::string name, Color color) : name_(std::move(name)), color_(color) {}

    void format(const log_msg& message, spdlog::memory_buf_t& buffer) override {
        const auto at = std::chrono::time_point_cast<WallTime::duration>(message.time);
        std::string text = local_time_text(at) + " ";
        text += paint(level_text(message.level), level_paint(message.level), color_);
        text += " " + name_ + ": " + printable(view(message.payload));
        buffer.append(text.data(), text.data() + text.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<TextFormatter>(name_, color_);
    }

  private:
    static std::string level_text(spdlog::level::level_enum level) {
        std::string text(view(spdlog::level::to_string_view(level)));
        text.resize(std::max<std::size_t>(text.size(), 5), ' ');
        return text;
    }

    static Paint level_paint(spdlog::level::level_enum level) {
        if (level >= spdlog::level::err) return Paint::red;
        if (level == spdlog::level::warn) return Paint::yellow;
        return level == spdlog::level::info ? Paint::green : Paint::dim;
    }

    std::string name_;
    Color color_;
};

/// The descriptor to log to; -1, with errno set, if the file cannot be opened. It stays open until
/// the process ends.
int open_log(const std::string& file) {
    if (file.empty()) return STDERR_FILENO;
    return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

}  // namespace

const std::vector<std::string>& log_levels() {
    static const std::vector<std::string> levels{"trace",   "debug", "info",
                                                 "warning", "error", "off"};
    return levels;
}

std::optional<std::string> set_up_log(const LogOptions& options, std::string_view name) {
    const int file = open_log(options.file);
    if (file < 0) {
        return "cannot write the log to \"" + options.file + "\": " + std::strerror(errno);
    }
    auto logger = std::make_shared<spdlog::logger>("", std::make_shared<LineSink>(file));
    logger->set_error_handler([](const std::string& /*problem*/) {});
    if (options.format == LogFormat::json) {
        logger->set_formatter(std::make_unique<JsonFormatter>(std::string(name)));
    } else {
        const Color color = color_for(file);
        logger->set_formatter(std::make_unique<TextFormatter>(std::string(name), color));
    }
    spdlog::set_default_logger(std::move(logger));
    return set_log_level(options.level)
               ? std::nullopt
               : std::optional("there is no log level \"" + options.level + "\"");
}

bool set_log_level(std::string_view level) {
    const auto& levels = log_levels();
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) return false;
    spdlog::set_level(spdlog::level::from_str(std::string(level)));
    return true;
}

}  // namespace hearsay

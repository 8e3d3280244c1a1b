#include "log_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/null_mutex.h>
#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "descriptor.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace hearsay {

namespace {

using spdlog::details::log_msg;

/// Hands lines to a LineWriter. One thread logs at a time, so there is nothing to lock.
class LineSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit LineSink(LineWriter& writer) : writer_(writer) {}

  private:
    void sink_it_(const log_msg& message) override {
        spdlog::memory_buf_t buffer;
        formatter_->format(message, buffer);
        writer_.write({buffer.data(), buffer.size()});
    }
    void flush_() override {}

    LineWriter& writer_;
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
    TextFormatter(std::string name, Color color, LogStamp stamp)
        : name_(std::move(name)), color_(color), stamp_(stamp) {}

    void format(const log_msg& message, spdlog::memory_buf_t& buffer) override {
        std::string text = stamp_text(message);
        if (stamp_ != LogStamp::priority) {
            text += paint(level_text(message.level), level_paint(message.level), color_) + " ";
        }
        text += name_ + ": " + printable(view(message.payload));
        buffer.append(text.data(), text.data() + text.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<TextFormatter>(name_, color_, stamp_);
    }

  private:
    [[nodiscard]] std::string stamp_text(const log_msg& message) const {
        const auto at = std::chrono::time_point_cast<WallTime::duration>(message.time);
        switch (stamp_) {
            case LogStamp::time:
                return local_time_text(at) + " ";
            case LogStamp::date:
                return local_date_text(at) + " " + local_time_text(at) + " ";
            case LogStamp::priority:
                break;
        }
        return "<" + std::to_string(priority_of(message.level)) + ">";
    }

    static int priority_of(spdlog::level::level_enum level) {
        if (level >= spdlog::level::err) return LOG_ERR;
        if (level == spdlog::level::warn) return LOG_WARNING;
        return level == spdlog::level::info ? LOG_INFO : LOG_DEBUG;
    }

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
    LogStamp stamp_;
};

/// The file to log to; closed, with errno set, if it cannot be opened. A named pipe that nobody
/// reads is an error, and not waited for.
Descriptor open_log(const std::string& file) {
    if (file.empty()) return Descriptor(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    constexpr int mode = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    return Descriptor(::open(file.c_str(), mode, 0640));
}

std::string open_problem(const std::string& file) {
    return "cannot write the log to " + (file.empty() ? "standard error" : "\"" + file + "\"") +
           ": " + std::strerror(errno);
}

Descriptor open_first(const std::string& file) {
    Descriptor opened = open_log(file);
    if (!opened.is_open()) throw StartError(open_problem(file));
    return opened;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            break;
    }
    return spdlog::level::off;
}

std::unique_ptr<spdlog::formatter> make_formatter(const LogOptions& options, std::string name) {
    if (options.format == LogFormat::json) return std::make_unique<JsonFormatter>(std::move(name));
    const Color color = options.file.empty() ? color_for(STDERR_FILENO) : Color::off;
    return std::make_unique<TextFormatter>(std::move(name), color, options.stamp);
}

std::string formatted(spdlog::formatter& formatter, const std::string& message) {
    spdlog::memory_buf_t buffer;
    formatter.format(log_msg("", spdlog::level::warn, message), buffer);
    return {buffer.data(), buffer.size()};
}

}  // namespace

struct LogWriter::Core {
    Core(const LogOptions& options, const std::string& name)
        : formatter(make_formatter(options, name)),
          writer(open_first(options.file),
                 [copy = std::shared_ptr(formatter->clone())](std::uint64_t lost) {
                     return formatted(*copy, std::to_string(lost) +
                                                 " lines of the log were lost here: it could "
                                                 "not be written");
                 }),
          logger("", std::make_shared<LineSink>(writer)) {
        logger.set_formatter(formatter->clone());
        // The node judges what is worth a line.
        logger.set_level(spdlog::level::debug);
        logger.set_error_handler([](const std::string& /*problem*/) {});
    }

    std::unique_ptr<spdlog::formatter> formatter;
    LineWriter writer;
    spdlog::logger logger;
};

LogStamp stamp_for(const std::string& file, std::string_view journal_stream) {
    if (!file.empty()) return LogStamp::date;
    struct stat standard_error {};
    if (::fstat(STDERR_FILENO, &standard_error) != 0) return LogStamp::time;
    const std::string ours =
        std::to_string(standard_error.st_dev) + ":" + std::to_string(standard_error.st_ino);
    return journal_stream == ours ? LogStamp::priority : LogStamp::time;
}

LogWriter::LogWriter(const LogOptions& options, std::string_view name)
    : core_(std::make_unique<Core>(options, std::string(name))) {}
LogWriter::~LogWriter() = default;

LogSink LogWriter::sink() {
    return [this](LogLevel level, const std::string& message) {
        core_->logger.log(spdlog_level(level), message);
    };
}

void LogWriter::reopen(const std::string& file) {
    const std::shared_ptr<spdlog::formatter> formatter = core_->formatter->clone();
    core_->writer.replace([file, formatter] {
        LineWriter::Opened opened{.file = open_log(file), .complaint = {}};
        if (!opened.file.is_open()) opened.complaint = formatted(*formatter, open_problem(file));
        return opened;
    });
}

std::uint64_t LogWriter::lost_count() const {
    return core_->writer.lost_count();
}

}  // namespace hearsay

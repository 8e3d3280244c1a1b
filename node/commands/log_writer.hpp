#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hearsay/node.hpp"

#include "line_writer.hpp"

namespace hearsay {

enum class LogFormat : std::uint8_t {
    /// For people.
    text,
    /// One JSON object in each line, for machines.
    json,
};

/// What a line for people begins with.
enum class LogStamp : std::uint8_t {
    /// The time of day, for who looks on.
    time,
    /// The date as well, for those who read it later.
    date,
    /// The priority as systemd's journal reads it, which adds the time itself: "<4>".
    priority,
};

/// Where the log of a node goes and how much of it.
struct LogOptions {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    LogStamp stamp = LogStamp::time;
    /// Appended to this file; standard error if empty.
    std::string file;
};

/// The stamp that suits the file, or standard error if it is empty: `journal_stream` is the
/// variable by which systemd says which file its journal is.
[[nodiscard]] LogStamp stamp_for(const std::string& file, std::string_view journal_stream);

/// Writes the log of the program: a line for each message, on a thread of its own. A log that
/// cannot be written (full or frozen disk, closed pipe, reader that sleeps) loses lines, says how
/// many as soon as it can, and disturbs nothing else.
class LogWriter {
  public:
    /// For the node called `name`. Throws StartError if the file cannot be opened.
    LogWriter(const LogOptions& options, std::string_view name);
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    ~LogWriter();

    /// What a node is given to log to. It must not outlive this.
    [[nodiscard]] LogSink sink();

    /// Opens the file anew, as after it was renamed, or another one. If that cannot be the log goes
    /// on where it was, and says so.
    void reopen(const std::string& file);

    /// Lines that were lost so far.
    [[nodiscard]] std::uint64_t lost_count() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay

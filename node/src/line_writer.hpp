#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hearsay {

/// Writes whole lines to a file descriptor without ever waiting for its reader: a log or an event
/// stream that nobody reads must not silence the node. What a full pipe does not take now is kept,
/// up to a bound, and written with a later line; beyond the bound lines are dropped and counted.
/// A closed pipe or a full disk only counts. Not thread-safe.
///
/// The descriptor is shared with whoever gave it to us, so it is not switched to non-blocking:
/// instead it is asked before each write, and a write is never bigger than what a pipe that says
/// yes must take at once.
class LineWriter {
  public:
    /// Does not own `file`.
    explicit LineWriter(int file) : file_(file) {}

    /// Writes `line` and the end of the line.
    void write(std::string_view line);

    /// Tries again to write what is kept. Cheap if there is nothing.
    void flush();

    /// Lines that were lost so far.
    [[nodiscard]] std::uint64_t dropped_count() const { return dropped_count_; }

    /// False once the other end is closed; nothing is written any more.
    [[nodiscard]] bool is_open() const { return is_open_; }

  private:
    int file_;
    bool is_open_ = true;
    std::string kept_;
    std::uint64_t dropped_count_ = 0;
};

}  // namespace hearsay

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "hearsay/time.hpp"

#include "descriptor.hpp"

namespace hearsay {

/// Writes whole lines to a file on a thread of its own, so that nobody ever waits for a disk, a
/// pipe or its reader. What cannot be written yet waits; when too much waits the oldest lines are
/// lost, and the next line says how many. Thread-safe.
///
/// A closed pipe ends it; a full disk loses lines until there is room again.
class LineWriter {
  public:
    /// The line that stands for so many that were lost.
    using Notice = std::function<std::string(std::uint64_t lost)>;

    /// How many lines wait at most, not counting those that must be kept.
    static constexpr std::size_t waiting_max = 4096;
    /// How long `finish` waits for a file that takes nothing.
    static constexpr Duration last_patience = std::chrono::seconds(1);

    /// Throws std::system_error if no thread can be started.
    LineWriter(Descriptor file, Notice notice);
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;
    /// Finishes.
    ~LineWriter();

    /// Writes `line` and the end of the line, soon.
    void write(std::string line);

    /// The same for a line that is not lost before ten thousand others are, or a newer one about
    /// the same.
    void write_kept(std::string line, const std::string& about);

    /// Another file, or the line that says why there is none.
    struct Opened {
        Descriptor file;
        std::string complaint;
    };

    /// Lines go to another file as soon as `open`, called on the writer's thread, has opened it;
    /// those that wait as well.
    void replace(std::function<Opened()> open);

    /// Waits until nothing waits any more, for as long as that at most. True if that came about.
    bool flush(Duration patience);

    /// Writes what waits, unless that takes too long: then it is lost, and a thread that hangs in a
    /// write is left behind. Returns how many lines were lost since the last notice. Nothing may
    /// be written after it.
    std::uint64_t finish();

    /// Lines that were lost so far.
    [[nodiscard]] std::uint64_t lost_count() const;

    /// False once the other end is closed; nothing is written any more.
    [[nodiscard]] bool is_open() const;

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace hearsay

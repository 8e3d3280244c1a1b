#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "hearsay/time.hpp"

#include "descriptor.hpp"
#include "log.hpp"
#include "occurrence.hpp"

namespace hearsay {

/// What is run for one event, and how.
struct HandlerJob {
    std::string command;
    SharedOccurrence occurrence;
    /// All variables, each as "NAME=VALUE".
    std::vector<std::string> environment;
    Duration timeout{};
};

/// One run of a handler: a shell and its process group, until it has ended or was ended.
class HandlerProcess {
  public:
    enum class Outcome : std::uint8_t { running, succeeded, failed, overdue };

    /// Nothing if it cannot be started; `errno` says why.
    [[nodiscard]] static std::optional<HandlerProcess> start(HandlerJob job, Instant now);

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const HandlerJob& job() const { return job_; }
    /// True if the kernel tells when it ends: then the descriptor becomes readable.
    [[nodiscard]] bool is_watched() const { return descriptor_.is_open(); }
    /// The descriptor to be polled; -1 while its end is of no interest.
    [[nodiscard]] int descriptor() const {
        return stage_ == Stage::overdue ? -1 : descriptor_.number();
    }

    /// Takes note of its end, and ends it if its time is over.
    [[nodiscard]] Outcome look(Instant now, Log& log);

    /// When `look` is due at the latest.
    [[nodiscard]] Instant deadline() const { return stage_ends_; }

    /// Asks it, and all that it started, to end.
    void ask_to_end(Log& log) const;

  private:
    enum class Stage : std::uint8_t {
        in_time,
        /// Asked to end (SIGTERM). Not reaped, so that its process group keeps its number.
        overdue,
        killed,
    };

    HandlerProcess(pid_t pid, HandlerJob job, Instant stage_ends);
    [[nodiscard]] Outcome collect(Log& log) const;
    void end_overdue(Instant now, Log& log);

    pid_t pid_;
    Descriptor descriptor_;
    HandlerJob job_;
    Stage stage_ = Stage::in_time;
    /// When the next stage begins.
    Instant stage_ends_;
};

/// What the log calls the handling of that event.
[[nodiscard]] std::string title(const Occurrence& occurrence);

}  // namespace hearsay

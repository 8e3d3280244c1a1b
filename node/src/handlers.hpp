#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "hearsay/event.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// What became of event handlers since the start.
struct HandlerCounters {
    std::uint64_t started = 0;
    /// Ended with another exit code than zero, or by a signal, or could not be started.
    std::uint64_t failed = 0;
    /// Ended because they took too long.
    std::uint64_t overdue = 0;
    /// Not started because too many were waiting.
    std::uint64_t dropped = 0;
};

/// Runs the user's commands, each for every event: `sh -c COMMAND` in a process group of its own,
/// the event as JSON on standard input and in HEARSAY_... variables, standard output going to our
/// standard error. A few run at once, more wait, too many are dropped. Nothing here blocks.
///
/// A command that takes too long is ended with its whole process group. What a command leaves
/// running behind it when it ends in time, a restarted server for example, is left alone.
///
/// Driven by the node's loop; not thread-safe.
class Handlers {
  public:
    /// `options` names the node to the handlers; it must outlive this.
    explicit Handlers(const NodeOptions& options);
    Handlers(const Handlers&) = delete;
    Handlers& operator=(const Handlers&) = delete;
    /// Asks those that still run to end (SIGTERM), and does not wait for it.
    ~Handlers();

    /// Starts, or queues, all commands for this event.
    void handle_event(const Event& event, WallTime at, Instant now);

    /// Takes note of those that ended, ends those that are overdue, starts those that wait.
    void handle_turn(Instant now);

    /// When `handle_turn` is due at the latest; nothing if nothing runs.
    [[nodiscard]] std::optional<Instant> next_deadline() const { return next_look_; }

    [[nodiscard]] std::size_t running_count() const { return running_.size(); }
    [[nodiscard]] const HandlerCounters& counters() const { return counters_; }

  private:
    /// What all commands are told about one event.
    struct Occasion {
        std::string json;
        std::vector<std::string> environment;
        std::string title;
    };
    struct Job {
        const std::string* command;
        std::shared_ptr<const Occasion> occasion;
    };
    enum class Stage : std::uint8_t {
        in_time,
        /// Asked to end (SIGTERM). Not reaped, so that its process group keeps its number.
        overdue,
        killed,
    };
    struct Running {
        pid_t pid;
        Job job;
        /// When the next stage begins.
        Instant stage_ends;
        Stage stage = Stage::in_time;
    };

    void start(Job job, Instant now);
    void start_waiting(Instant now);
    [[nodiscard]] bool has_ended(const Running& running);
    void end_overdue(Running& running, Instant now);

    const NodeOptions& options_;
    std::deque<Job> waiting_;
    std::vector<Running> running_;
    std::optional<Instant> next_look_;
    HandlerCounters counters_;
};

}  // namespace hearsay

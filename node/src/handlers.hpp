#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "log.hpp"
#include "occurrence.hpp"

namespace hearsay {

/// What became of event handlers since the start.
struct HandlerCounters {
    std::uint64_t started = 0;
    /// Ended with another exit code than zero, or by a signal, or could not be started.
    std::uint64_t failed = 0;
    /// Ended because they took too long.
    std::uint64_t overdue = 0;
    /// Events of which a command was never told, because too many waited.
    std::uint64_t missed = 0;
    /// Running, and waiting to be run, now.
    std::uint64_t running = 0;
    std::uint64_t waiting = 0;
};

/// What handlers are made with.
struct HandlerOptions {
    /// Each is run for every event, or for some: "failed,left=COMMAND".
    std::vector<std::string> commands;
    /// A command that runs longer is ended.
    Duration timeout = std::chrono::seconds(10);
    /// Variables that say for whom they work, each as "NAME=VALUE".
    std::vector<std::string> environment;
    /// Collect the processes that were left to this one, as process 1 of a container must.
    bool collects_orphans = false;
};

/// Runs the user's commands, each for every event: `sh -c COMMAND` in a process group of its own,
/// the event as JSON on standard input and in HEARSAY_... variables, standard output going to our
/// standard error.
///
/// Every command has a queue of its own, so that one that hangs holds up no other. A few events of
/// one command are handled at once, but those of one member one after the other. A failure is
/// waited for however long the queue is; other events are lost when too many wait.
///
/// A command that takes too long is ended with its whole process group. What a command leaves
/// running behind it when it ends in time, a restarted server for example, is left alone.
///
/// All of this is done on a thread of its own, which runs once there is something to do. The
/// functions may be called from any thread and wait for nothing, but for `finish`.
class Handlers {
  public:
    /// How many processes of one command run at once.
    static constexpr std::size_t running_max = 4;
    /// How many events that may be lost wait for one command.
    static constexpr std::size_t waiting_max = 1000;

    Handlers(HandlerOptions options, Log& log);
    Handlers(const Handlers&) = delete;
    Handlers& operator=(const Handlers&) = delete;
    /// Asks those that still run to end (SIGTERM), and does not wait for it.
    ~Handlers();

    /// Runs all commands for this event, soon.
    void tell(const SharedOccurrence& occurrence);

    /// Replaces the commands and the time they may take. What waits for a command that is no more
    /// is dropped, what runs goes on.
    void replace(std::vector<std::string> commands, Duration timeout);

    /// Waits until all that was told is handled, for as long as that at most.
    void finish(Duration patience);

    [[nodiscard]] HandlerCounters counters() const;

  private:
    class Worker;
    std::unique_ptr<Worker> worker_;
};

}  // namespace hearsay

#include "node_command.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "clock.hpp"
#include "exit_code.hpp"
#include "json.hpp"
#include "line_writer.hpp"
#include "log_writer.hpp"
#include "occurrence.hpp"
#include "output.hpp"
#include "process_start.hpp"
#include "signal_queue.hpp"
#include "start_checks.hpp"
#include "terminal.hpp"
#include "wakeup.hpp"

namespace hearsay {

namespace {

/// What supervisors send twice within this time, they mean once.
constexpr Duration double_signal = std::chrono::seconds(1);

/// ZeroMQ's buffers of links that come and go leave holes in the heap. Giving them back this often
/// costs nothing to speak of, and kept 1.3 of 2.8 MiB after 64 nodes had joined through one.
constexpr int rounds_between_trims = 64;

void refuse(const std::string& problem) {
    std::fprintf(stderr, "hearsay node: %s\n", printable(problem).c_str());
}

int exit_code_of(const Ending& ending) {
    switch (ending.reason) {
        case EndReason::left:
            return exit_code::yes;
        case EndReason::interrupted:
            return exit_code::no;
        case EndReason::name_conflict:
            return exit_code::not_now;
    }
    return exit_code::no;
}

/// Every event as a line on standard output.
class EventLines {
  public:
    explicit EventLines(Node& node)
        : writer_(Descriptor(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)),
                  missed_json) {
        node.on_event([this](const Event& event, WallTime at) { write(event, at); });
    }
    [[nodiscard]] std::uint64_t lost_count() const { return writer_.lost_count(); }
    /// Writes what waits, for a moment. Returns how many lines were dropped without a word.
    std::uint64_t finish() { return writer_.finish(); }

  private:
    void write(const Event& event, WallTime at) {
        std::string json = event_json(event, at);
        if (must_be_told(event)) {
            writer_.write_kept(std::move(json), event.subject.name);
        } else {
            writer_.write(std::move(json));
        }
    }

    LineWriter writer_;
};

/// The process around a node: the node runs on a thread of its own, and this one waits for signals.
class NodeProcess {
  public:
    NodeProcess(const NodeCommand& command, ReadAgain read_again)
        : command_(command),
          writer_(command.log, command.node.name),
          log_(writer_.sink(), command.log.level),
          reload_(command, std::move(read_again)),
          node_(options(command)) {
        if (command.prints_events) lines_.emplace(node_);
    }

    int run() {
        log_times();
        std::promise<Ending> promise;
        std::future<Ending> ending = promise.get_future();
        std::thread runner([this, &promise] { run_node(promise); });
        while (ending.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            wait();
            has_ended_.settle();
            while (const auto signal = signals_.poll())
                handle(*signal);
            trim();
        }
        runner.join();
        return finish(ending.get());
    }

  private:
    NodeOptions options(const NodeCommand& command) {
        NodeOptions options = command.node;
        options.log = writer_.sink();
        options.log_level = command.log.level;
        options.collects_orphans = getpid() == 1;
        options.host_counters = [this] {
            return std::map<std::string, std::uint64_t>{
                {"log_lines_lost", writer_.lost_count()},
                {"event_lines_lost", lines_ ? lines_->lost_count() : 0}};
        };
        return options;
    }

    void run_node(std::promise<Ending>& ending) {
        try {
            ending.set_value(node_.run());
        } catch (...) {
            ending.set_exception(std::current_exception());
        }
        // Not before the outcome can be seen.
        has_ended_.wake();
    }

    void wait() {
        PollSet set;
        signals_.watch(set);
        has_ended_.watch(set);
        set.wait(next_trim_ - steady_now());
    }

    void handle(int signal) {
        if (signal == SIGHUP) return reload_.apply(node_, writer_, log_);
        if (signal == SIGUSR1 || signal == SIGUSR2) return reload_.reopen_log(writer_);
        const Instant now = steady_now();
        if (first_request_ && now - *first_request_ < double_signal) return;
        first_request_ = now;
        node_.request_leave();
    }

    void trim() {
        const Instant now = steady_now();
        if (now < next_trim_) return;
        next_trim_ = now + rounds_between_trims * command_.node.config.round;
        malloc_trim(0);
    }

    void log_times() {
        const Config& config = command_.node.config;
        log_.info("profile {}: round {}, suspect after {}, fail after {}, forget after {}",
                  command_.profile, text(config.round), text(config.suspect_after),
                  text(config.fail_after), text(config.forget_after));
        for (const std::string& note : command_.notes)
            log_.info("{}", note);
    }

    int finish(const Ending& ending) {
        const std::uint64_t untold = lines_ ? lines_->finish() : 0;
        if (untold > 0)
            log_.warn("{} event lines were dropped: nobody read standard output", untold);
        // On standard error the log has said it already.
        const bool is_silent = !command_.log.file.empty() || command_.log.level == LogLevel::off;
        if (ending.reason == EndReason::name_conflict && ending.bearer && is_silent) {
            refuse("name " + ending.bearer->name + " is in use at " + ending.bearer->endpoint +
                   "; give this node another name with --name, or stop the other one");
        }
        return exit_code_of(ending);
    }

    const NodeCommand& command_;
    SignalQueue signals_{SignalQueue::signals_of_node()};
    Wakeup has_ended_;
    LogWriter writer_;
    Log log_;
    Reload reload_;
    std::optional<EventLines> lines_;
    Node node_;
    std::optional<Instant> first_request_;
    Instant next_trim_ = steady_now();
};

}  // namespace

int run_node(const NodeCommand& command, ReadAgain read_again) {
    ignore_other_signals();
    raise_file_limit();
    seed_chance();
    // Seven threads that do little need no heaps of their own, of which each takes 64 MiB of a
    // limited address space.
    mallopt(M_ARENA_MAX, 1);
    try {
        return NodeProcess(command, std::move(read_again)).run();
    } catch (const StartError& error) {
        refuse(error.what());
        return exit_code::of(error);
    } catch (const std::system_error& error) {
        // No thread can be started.
        refuse(std::string("cannot start: ") + error.what() +
               "; raise `ulimit -u`, TasksMax= or the pids limit of the container");
        return exit_code::usage;
    }
}

}  // namespace hearsay

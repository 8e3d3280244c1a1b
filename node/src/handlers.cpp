#include "handlers.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/wait.h>

#include "hearsay/text.hpp"

#include "bounded_queue.hpp"
#include "clock.hpp"
#include "event_handler.hpp"
#include "handler_process.hpp"
#include "handler_variables.hpp"
#include "limiter.hpp"
#include "signals_held_back.hpp"
#include "wakeup.hpp"

namespace hearsay {
namespace {

using std::chrono::milliseconds;

/// How often those are looked after whose end the kernel does not tell.
constexpr Duration look_pause = milliseconds(20);
/// How long nothing more is started for a command for which there was no process left.
constexpr Duration retry_pause = std::chrono::seconds(1);
/// How often processes that were left to this one are collected.
constexpr Duration collect_pause = std::chrono::seconds(1);

/// One command, what it has yet to be told, and its processes.
struct Command {
    /// REQUIRES: it can be read.
    explicit Command(std::string chosen)
        : text(std::move(chosen)), handler(parse_event_handler(text).value()) {}

    /// As it was given.
    std::string text;
    EventHandler handler;
    BoundedQueue<SharedOccurrence> queue{Handlers::waiting_max};
    /// Could not be started for want of a process.
    std::optional<SharedOccurrence> refused;
    Instant paused_until{};
    std::list<HandlerProcess> running;
    /// Events lost for this command since it was told so.
    std::uint64_t missed = 0;
    /// It is no more, but for what runs.
    bool is_retired = false;

    [[nodiscard]] bool is_idle() const { return running.empty() && waiting_count() == 0; }
    [[nodiscard]] std::size_t waiting_count() const { return queue.size() + (refused ? 1 : 0); }
    [[nodiscard]] std::optional<SharedOccurrence> next();
    void retire();
};

void push(BoundedQueue<SharedOccurrence>& queue, const SharedOccurrence& occurrence) {
    if (must_be_told(occurrence->event)) {
        queue.push_kept(occurrence, occurrence->event.subject.name);
    } else {
        queue.push(occurrence);
    }
}

/// The oldest one whose member is not being handled at present.
std::optional<SharedOccurrence> Command::next() {
    if (refused) return std::exchange(refused, std::nullopt);
    return queue.take_if([this](const SharedOccurrence& waiting) {
        return std::none_of(running.begin(), running.end(), [&](const HandlerProcess& process) {
            return process.job().occurrence->event.subject.name == waiting->event.subject.name;
        });
    });
}

void Command::retire() {
    is_retired = true;
    queue = BoundedQueue<SharedOccurrence>{Handlers::waiting_max};
    refused.reset();
}

bool is_want_of_resources(int error) {
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

}  // namespace

/// The thread, and what it shares with those who call. All else is the thread's own.
class Handlers::Worker {
  public:
    Worker(HandlerOptions options, Log& log);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    void tell(const SharedOccurrence& occurrence);
    void replace(std::vector<std::string> commands, Duration timeout);
    void finish(Duration patience);
    HandlerCounters counters() const;

  private:
    struct Change {
        std::vector<std::string> commands;
        Duration timeout;
        /// Events that were told before it, and wait.
        std::size_t told_before = 0;
    };

    void start_thread();
    void run();
    bool take_over();
    void hand_out(std::span<const SharedOccurrence> arrived, std::uint64_t lost);
    void apply(Change change);
    void look_after(Command& command, Instant now);
    void start_waiting(Command& command, Instant now);
    void start(Command& command, const SharedOccurrence& occurrence, Instant now);
    void note(HandlerProcess::Outcome outcome);
    void collect_orphans(Instant now);
    void report();
    void sleep(Instant now);
    void end_all();

    HandlerOptions options_;
    Log& log_;
    /// Those of this process when it was made: a program may change its own at any time.
    std::vector<std::string> inherited_;
    Wakeup wakeup_;
    std::thread thread_;

    mutable std::mutex mutex_;
    std::condition_variable has_changed_;
    BoundedQueue<SharedOccurrence> incoming_{waiting_max};
    std::optional<Change> change_;
    bool is_over_ = false;
    /// As of the last time that the thread looked.
    bool is_idle_ = true;
    HandlerCounters reported_;

    // The thread's own.
    std::list<Command> commands_;
    HandlerCounters counters_;
    Instant next_collection_{};
    Limiter limiter_;
};

Handlers::Worker::Worker(HandlerOptions options, Log& log)
    : options_(std::move(options)), log_(log), inherited_(own_variables()) {
    for (std::string& command : options_.commands)
        commands_.emplace_back(std::move(command));
    if (!commands_.empty() || options_.collects_orphans) start_thread();
}

Handlers::Worker::~Worker() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    wakeup_.wake();
    if (thread_.joinable()) thread_.join();
}

void Handlers::Worker::start_thread() {
    const SignalsHeldBack signals_held_back;
    thread_ = std::thread([this] { run(); });
}

void Handlers::Worker::tell(const SharedOccurrence& occurrence) {
    const std::scoped_lock lock(mutex_);
    if (!thread_.joinable()) return;
    push(incoming_, occurrence);
    is_idle_ = false;
    wakeup_.wake();
}

void Handlers::Worker::replace(std::vector<std::string> commands, Duration timeout) {
    const std::scoped_lock lock(mutex_);
    change_ = Change{
        .commands = std::move(commands), .timeout = timeout, .told_before = incoming_.size()};
    is_idle_ = false;
    if (!thread_.joinable()) start_thread();
    wakeup_.wake();
}

void Handlers::Worker::finish(Duration patience) {
    std::unique_lock lock(mutex_);
    if (thread_.joinable()) has_changed_.wait_for(lock, patience, [this] { return is_idle_; });
}

HandlerCounters Handlers::Worker::counters() const {
    const std::scoped_lock lock(mutex_);
    HandlerCounters counters = reported_;
    counters.waiting += incoming_.size();
    return counters;
}

void Handlers::Worker::run() {
    while (!take_over()) {
        const Instant now = steady_now();
        for (Command& command : commands_)
            look_after(command, now);
        commands_.remove_if(
            [](const Command& command) { return command.is_retired && command.is_idle(); });
        collect_orphans(now);
        report();
        sleep(now);
    }
    end_all();
}

/// Takes what came from others. True if that is the end.
bool Handlers::Worker::take_over() {
    wakeup_.settle();
    std::optional<Change> change;
    std::vector<SharedOccurrence> arrived;
    std::uint64_t lost = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (is_over_) return true;
        change = std::exchange(change_, std::nullopt);
        lost = incoming_.take_lost();
        while (!incoming_.is_empty())
            arrived.push_back(incoming_.take());
    }
    const std::span all(arrived);
    const std::size_t before = change ? std::min(change->told_before, all.size()) : 0;
    hand_out(all.first(before), lost);
    if (change) apply(*std::move(change));
    hand_out(all.subspan(before), before > 0 ? 0 : lost);
    return false;
}

void Handlers::Worker::hand_out(std::span<const SharedOccurrence> arrived, std::uint64_t lost) {
    if (arrived.empty()) return;
    for (Command& command : commands_) {
        if (command.is_retired) continue;
        for (const SharedOccurrence& occurrence : arrived) {
            if (command.handler.handles(*occurrence)) push(command.queue, occurrence);
        }
        const std::uint64_t missed = lost + command.queue.take_lost();
        command.missed += missed;
        counters_.missed += missed;
    }
}

/// A command that stays keeps its queue; what runs for one that goes may end in peace.
void Handlers::Worker::apply(Change change) {
    options_.timeout = change.timeout;
    std::list<Command> former = std::exchange(commands_, {});
    for (std::string& text : change.commands) {
        const auto same = std::find_if(former.begin(), former.end(), [&](const Command& command) {
            return command.text == text && !command.is_retired;
        });
        if (same == former.end()) {
            commands_.emplace_back(std::move(text));
        } else {
            commands_.splice(commands_.end(), former, same);
        }
    }
    for (Command& command : former)
        command.retire();
    commands_.splice(commands_.end(), former);
}

void Handlers::Worker::look_after(Command& command, Instant now) {
    for (auto process = command.running.begin(); process != command.running.end();) {
        const auto outcome = process->look(now, log_);
        note(outcome);
        process = outcome == HandlerProcess::Outcome::running ? std::next(process)
                                                              : command.running.erase(process);
    }
    start_waiting(command, now);
}

void Handlers::Worker::note(HandlerProcess::Outcome outcome) {
    if (outcome == HandlerProcess::Outcome::failed) ++counters_.failed;
    if (outcome == HandlerProcess::Outcome::overdue) ++counters_.overdue;
}

void Handlers::Worker::start_waiting(Command& command, Instant now) {
    while (command.running.size() < running_max && now >= command.paused_until) {
        const auto occurrence = command.next();
        if (!occurrence) return;
        start(command, *occurrence, now);
    }
}

void Handlers::Worker::start(Command& command, const SharedOccurrence& occurrence, Instant now) {
    std::vector<std::string> added = event_variables(*occurrence, command.missed);
    added.insert(added.end(), options_.environment.begin(), options_.environment.end());
    auto process = HandlerProcess::start({.command = command.handler.command,
                                          .occurrence = occurrence,
                                          .environment = merged(inherited_, added),
                                          .timeout = options_.timeout},
                                         now);
    if (process) {
        ++counters_.started;
        log_.debug("handler for {} is started", title(*occurrence));
        command.missed = 0;
        command.running.push_back(*std::move(process));
        return;
    }
    const int error = errno;
    const std::string reason = std::generic_category().message(error);
    if (is_want_of_resources(error)) {
        command.refused = occurrence;
        command.paused_until = now + retry_pause;
        if (limiter_.admit(reason, now)) {
            log_.warn("handler for {} cannot start yet: {}", title(*occurrence), reason);
        }
        return;
    }
    ++counters_.failed;
    log_.warn("handler for {} did not start: {}", title(*occurrence), reason);
}

/// Those of ours that ended were collected just now, so a child that is left is nobody's.
void Handlers::Worker::collect_orphans(Instant now) {
    if (!options_.collects_orphans || now < next_collection_) return;
    next_collection_ = now + collect_pause;
    const auto is_ours = [this](pid_t pid) {
        return std::any_of(commands_.begin(), commands_.end(), [pid](const Command& command) {
            return std::any_of(
                command.running.begin(), command.running.end(),
                [pid](const HandlerProcess& process) { return process.pid() == pid; });
        });
    };
    siginfo_t ended{};
    while (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
           !is_ours(ended.si_pid)) {
        static_cast<void>(waitpid(ended.si_pid, nullptr, WNOHANG));
        ended = {};
    }
}

void Handlers::Worker::report() {
    counters_.running = counters_.waiting = 0;
    bool is_idle = true;
    for (const Command& command : commands_) {
        counters_.running += command.running.size();
        counters_.waiting += command.waiting_count();
        is_idle = is_idle && command.is_idle();
    }
    const std::scoped_lock lock(mutex_);
    reported_ = counters_;
    is_idle_ = is_idle && incoming_.is_empty() && !change_;
    has_changed_.notify_all();
}

void Handlers::Worker::sleep(Instant now) {
    PollSet set;
    wakeup_.watch(set);
    Duration pause = options_.collects_orphans ? collect_pause : std::chrono::minutes(1);
    bool has_news = false;
    for (const Command& command : commands_) {
        if (command.refused) pause = std::min(pause, command.paused_until - now);
        for (const HandlerProcess& process : command.running) {
            pause = std::min(pause, process.deadline() - now);
            if (!process.is_watched()) pause = std::min(pause, look_pause);
            set.add(process.descriptor(), has_news);
        }
    }
    set.wait(pause);
}

void Handlers::Worker::end_all() {
    std::size_t waiting = 0;
    for (const Command& command : commands_) {
        waiting += command.waiting_count();
        for (const HandlerProcess& process : command.running)
            process.ask_to_end(log_);
    }
    if (waiting > 0) log_.warn("{} handlers were not started any more", waiting);
}

Handlers::Handlers(HandlerOptions options, Log& log)
    : worker_(std::make_unique<Worker>(std::move(options), log)) {}
Handlers::~Handlers() = default;
void Handlers::tell(const SharedOccurrence& occurrence) {
    worker_->tell(occurrence);
}
void Handlers::replace(std::vector<std::string> commands, Duration timeout) {
    worker_->replace(std::move(commands), timeout);
}
void Handlers::finish(Duration patience) {
    worker_->finish(patience);
}
HandlerCounters Handlers::counters() const {
    return worker_->counters();
}

}  // namespace hearsay

#include "handler_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "spawn.hpp"

namespace hearsay {
namespace {

/// From SIGTERM to SIGKILL.
constexpr Duration last_grace = std::chrono::seconds(1);

/// A descriptor that tells when the process ends. The C library's own function of that name cannot
/// be linked from C++ before version 2.37.
Descriptor watch(pid_t pid) {
    return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace

std::string title(const Occurrence& occurrence) {
    return '"' + std::string(text(occurrence.event.kind)) + ' ' + occurrence.event.subject.name +
           '"';
}

HandlerProcess::HandlerProcess(pid_t pid, HandlerJob job, Instant stage_ends)
    : pid_(pid), descriptor_(watch(pid)), job_(std::move(job)), stage_ends_(stage_ends) {}

std::optional<HandlerProcess> HandlerProcess::start(HandlerJob job, Instant now) {
    const auto pid = spawn_shell(job.command, job.occurrence->json + '\n', job.environment);
    if (!pid) return std::nullopt;
    const Instant deadline = now + job.timeout;
    return HandlerProcess(*pid, std::move(job), deadline);
}

HandlerProcess::Outcome HandlerProcess::look(Instant now, Log& log) {
    if (stage_ != Stage::overdue) {
        const Outcome outcome = collect(log);
        if (outcome != Outcome::running) return outcome;
    }
    if (now >= stage_ends_) end_overdue(now, log);
    return Outcome::running;
}

HandlerProcess::Outcome HandlerProcess::collect(Log& log) const {
    int status = 0;
    const pid_t result = waitpid(pid_, &status, WNOHANG);
    if (result == 0 || (result < 0 && errno == EINTR)) return Outcome::running;
    if (stage_ == Stage::killed) return Outcome::overdue;
    // An embedding program that ignores SIGCHLD leaves no status to read: it ended, that is all.
    if (result < 0) return Outcome::succeeded;
    const bool is_exit = WIFEXITED(status);
    const int number = is_exit ? WEXITSTATUS(status) : WTERMSIG(status);
    if (is_exit && number == 0) {
        log.debug("handler for {} has ended well", title(*job_.occurrence));
        return Outcome::succeeded;
    }
    log.warn("handler for {} ended with {} {}: {}", title(*job_.occurrence),
             is_exit ? "exit code" : "signal", number, job_.command);
    return Outcome::failed;
}

void HandlerProcess::end_overdue(Instant now, Log& log) {
    stage_ends_ = now + last_grace;
    if (stage_ != Stage::in_time) {
        stage_ = Stage::killed;
        kill(-pid_, SIGKILL);
        return;
    }
    stage_ = Stage::overdue;
    log.warn("handler for {} took longer than {} and is ended: {}", title(*job_.occurrence),
             text(job_.timeout), job_.command);
    kill(-pid_, SIGTERM);
}

void HandlerProcess::ask_to_end(Log& log) const {
    log.warn("handler for {} still runs and is asked to end", title(*job_.occurrence));
    kill(-pid_, SIGTERM);
}

}  // namespace hearsay

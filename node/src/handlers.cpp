#include "handlers.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include "hearsay/text.hpp"

#include "json.hpp"
#include "spawn.hpp"

namespace hearsay {
namespace {

constexpr std::size_t running_max = 4;
constexpr std::size_t waiting_max = 64;
/// How often those that run are looked after. There is no signal handler: that of an embedding
/// program would not like it.
constexpr Duration look_pause = std::chrono::milliseconds(20);
/// From SIGTERM to SIGKILL.
constexpr Duration last_grace = std::chrono::seconds(1);

/// What may stand in the name of a variable; other bytes become underscores.
std::string variable_name(std::string key) {
    for (char& byte : key) {
        const bool is_fit = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= '0' && byte <= '9');
        if (!is_fit) byte = '_';
    }
    return key;
}

std::string joined(const std::vector<std::string>& words) {
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : ",") + word;
    return result;
}

bool has_cause(EventKind kind) {
    return kind == EventKind::suspected || kind == EventKind::cleared || kind == EventKind::failed;
}

std::vector<std::string> variables(const Event& event, const NodeOptions& options) {
    const auto silence = std::chrono::floor<std::chrono::milliseconds>(event.silence).count();
    std::vector<std::string> result{
        "HEARSAY_EVENT=" + std::string(text(event.kind)),
        "HEARSAY_MEMBER=" + event.subject.name,
        "HEARSAY_ENDPOINT=" + event.subject.endpoint,
        "HEARSAY_LIFE=" + text(event.subject.life),
        "HEARSAY_INCARNATION=" + std::to_string(event.subject.incarnation),
        "HEARSAY_CAUSE=" + std::string(has_cause(event.kind) ? text(event.cause) : ""),
        "HEARSAY_SILENCE_MS=" + std::to_string(silence),
        "HEARSAY_ACCUSERS=" + joined(event.accusers),
        "HEARSAY_SELF=" + options.name,
        "HEARSAY_CLUSTER=" + options.config.cluster,
        "HEARSAY_STATUS=" + options.status,
    };
    for (const auto& [key, value] : event.subject.tags) {
        result.push_back("HEARSAY_TAG_" + variable_name(key) + '=' + value);
    }
    return result;
}

}  // namespace

Handlers::Handlers(const NodeOptions& options) : options_(options) {}

Handlers::~Handlers() {
    if (!waiting_.empty()) spdlog::warn("{} handlers were not started any more", waiting_.size());
    for (const Running& running : running_) {
        spdlog::warn("handler for {} still runs and is asked to end", running.job.occasion->title);
        kill(-running.pid, SIGTERM);
    }
}

void Handlers::handle_event(const Event& event, WallTime at, Instant now) {
    if (options_.event_handlers.empty()) return;
    const auto occasion = std::make_shared<const Occasion>(
        Occasion{.json = event_json(event, at) + '\n',
                 .environment = environment_with(variables(event, options_)),
                 .title = '"' + std::string(text(event.kind)) + ' ' + event.subject.name + '"'});
    for (const std::string& command : options_.event_handlers) {
        if (waiting_.size() < waiting_max) {
            waiting_.push_back({&command, occasion});
        } else {
            ++counters_.dropped;
            spdlog::warn("handler for {} dropped: {} are waiting", occasion->title, waiting_max);
        }
    }
    start_waiting(now);
}

void Handlers::handle_turn(Instant now) {
    std::erase_if(running_, [this](const Running& running) { return has_ended(running); });
    for (Running& running : running_) {
        if (now >= running.stage_ends) end_overdue(running, now);
    }
    start_waiting(now);
}

void Handlers::start_waiting(Instant now) {
    while (!waiting_.empty() && running_.size() < running_max) {
        start(std::move(waiting_.front()), now);
        waiting_.pop_front();
    }
    next_look_.reset();
    if (!running_.empty()) next_look_ = now + look_pause;
}

void Handlers::start(Job job, Instant now) {
    const auto pid = spawn_shell(*job.command, job.occasion->json, job.occasion->environment);
    if (!pid) {
        ++counters_.failed;
        spdlog::warn("handler for {} did not start: {}", job.occasion->title,
                     std::generic_category().message(errno));
        return;
    }
    ++counters_.started;
    running_.push_back({*pid, std::move(job), now + options_.handler_timeout});
}

bool Handlers::has_ended(const Running& running) {
    if (running.stage == Stage::overdue) return false;
    int status = 0;
    const pid_t result = waitpid(running.pid, &status, WNOHANG);
    if (result == 0 || (result < 0 && errno == EINTR)) return false;
    // An embedding program that ignores SIGCHLD leaves no status to read: it ended, that is all.
    if (result < 0 || running.stage == Stage::killed) return true;
    const bool is_exit = WIFEXITED(status);
    const int number = is_exit ? WEXITSTATUS(status) : WTERMSIG(status);
    if (is_exit && number == 0) return true;
    ++counters_.failed;
    spdlog::warn("handler for {} ended with {} {}: {}", running.job.occasion->title,
                 is_exit ? "exit code" : "signal", number, *running.job.command);
    return true;
}

void Handlers::end_overdue(Running& running, Instant now) {
    running.stage_ends = now + last_grace;
    if (running.stage != Stage::in_time) {
        running.stage = Stage::killed;
        kill(-running.pid, SIGKILL);
        return;
    }
    running.stage = Stage::overdue;
    ++counters_.overdue;
    spdlog::warn("handler for {} took longer than {} and is ended: {}", running.job.occasion->title,
                 text(options_.handler_timeout), *running.job.command);
    kill(-running.pid, SIGTERM);
}

}  // namespace hearsay

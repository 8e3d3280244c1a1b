#include "upkeep.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "hearsay/node.hpp"

#include "bind.hpp"
#include "clock.hpp"
#include "limiter.hpp"
#include "signals_held_back.hpp"

namespace hearsay {
namespace {

constexpr Duration look_pause = std::chrono::seconds(1);
/// What is older than some days is removed from directories for temporary files.
constexpr Duration touch_pause = std::chrono::hours(1);
/// How long the end waits for a look that is under way.
constexpr Duration last_patience = std::chrono::seconds(1);
/// Reports that nobody has taken.
constexpr std::size_t reports_max = 16;

/// The file of a socket that listens.
struct SocketFile {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;
};

/// A file that is written here, and what of it was complained about last.
struct WrittenFile {
    std::shared_ptr<LockedFile> file;
    std::string problem;
};

/// Takes note of which file is there now.
void note_present(SocketFile& file) {
    struct stat status {};
    if (lstat(file.path.c_str(), &status) != 0) return;
    file.device = status.st_dev;
    file.number = status.st_ino;
}

/// True if something else is at the path: it is somebody else's, and stays.
bool is_replaced(const SocketFile& file) {
    struct stat status {};
    return lstat(file.path.c_str(), &status) == 0 &&
           (status.st_ino != file.number || status.st_dev != file.device);
}

bool is_gone(const SocketFile& file) {
    struct stat status {};
    return lstat(file.path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

}  // namespace

/// Outlives the upkeep where its thread hangs.
struct Upkeep::Worker {
    std::vector<WrittenFile> files;
    std::vector<SocketFile> sockets;
    Limiter limiter;
    Instant next_touch{};

    std::mutex mutex;
    std::condition_variable has_changed;
    /// Nobody is to be woken any more once this is over.
    const Wakeup* wakeup = nullptr;
    bool is_over = false;
    bool has_ended = false;
    std::deque<Report> reports;

    void run();
    void look(Instant now);
    void write(WrittenFile& written);
    void look_at(SocketFile& file, Instant now);
    void complain(const std::string& problem, Instant now);
    void report(Report report);
};

void Upkeep::Worker::run() {
    std::unique_lock lock(mutex);
    while (!has_changed.wait_for(lock, look_pause, [this] { return is_over; })) {
        lock.unlock();
        look(steady_now());
        lock.lock();
    }
    lock.unlock();
    for (WrittenFile& written : files)
        write(written);
    lock.lock();
    has_ended = true;
    has_changed.notify_all();
}

void Upkeep::Worker::look(Instant now) {
    for (WrittenFile& written : files)
        write(written);
    for (SocketFile& file : sockets)
        look_at(file, now);
    if (now < next_touch) return;
    next_touch = now + touch_pause;
    for (const WrittenFile& written : files)
        written.file->touch();
    for (const SocketFile& file : sockets)
        static_cast<void>(utimensat(AT_FDCWD, file.path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW));
}

/// Complains of a problem once, until all is well again: a full disk is full for long.
void Upkeep::Worker::write(WrittenFile& written) {
    std::string problem;
    try {
        written.file->restore();
    } catch (const StartError& error) {
        problem = error.what();
    }
    if (!problem.empty() && problem != written.problem)
        report({.path = {},
                .listener = {},
                .complaint = problem + "; until then it is tried again every second"});
    written.problem = std::move(problem);
}

void Upkeep::Worker::look_at(SocketFile& file, Instant now) {
    if (is_replaced(file)) {
        complain("socket " + file.path + ": something else is there now", now);
        return;
    }
    if (!is_gone(file)) return;
    Descriptor listener = listen_at(file.path);
    if (!listener.is_open()) {
        complain("socket " + file.path +
                     " is gone and cannot be made anew: " + std::generic_category().message(errno),
                 now);
        return;
    }
    note_present(file);
    report({.path = file.path, .listener = std::move(listener), .complaint = {}});
}

void Upkeep::Worker::complain(const std::string& problem, Instant now) {
    if (limiter.admit(problem, now)) {
        report({.path = {}, .listener = {}, .complaint = problem});
    }
}

void Upkeep::Worker::report(Report report) {
    const std::scoped_lock lock(mutex);
    if (is_over || reports.size() >= reports_max) return;
    reports.push_back(std::move(report));
    wakeup->wake();
}

Upkeep::Upkeep(const Files& files, const std::vector<std::string>& paths, const Wakeup& wakeup)
    : worker_(std::make_shared<Worker>()) {
    for (const auto& file : files)
        if (file) worker_->files.push_back({.file = file, .problem = {}});
    worker_->wakeup = &wakeup;
    for (const std::string& path : paths) {
        worker_->sockets.push_back({.path = path});
        note_present(worker_->sockets.back());
    }
    if (worker_->files.empty() && worker_->sockets.empty()) {
        worker_->has_ended = true;
        return;
    }
    const SignalsHeldBack signals_held_back;
    std::thread([worker = worker_] { worker->run(); }).detach();
}

Upkeep::~Upkeep() {
    std::unique_lock lock(worker_->mutex);
    worker_->is_over = true;
    worker_->has_changed.notify_all();
    worker_->has_changed.wait_for(lock, last_patience, [this] { return worker_->has_ended; });
}

std::optional<Upkeep::Report> Upkeep::poll() {
    const std::scoped_lock lock(worker_->mutex);
    if (worker_->reports.empty()) return std::nullopt;
    Report report = std::move(worker_->reports.front());
    worker_->reports.pop_front();
    return report;
}

}  // namespace hearsay

#include "run_file.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/text.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

std::string reason() {
    return std::generic_category().message(errno);
}

/// A disk that is full may have room later.
StartError::Outlook outlook(int error) {
    const bool may_pass = error == ENOSPC || error == EDQUOT;
    return may_pass ? StartError::Outlook::may_pass : StartError::Outlook::stays;
}

/// Others who can write there could put sockets of their own in the place of ours.
bool is_safe(const struct stat& status) {
    return status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// The process that holds the lock writes its id into the file.
std::string holder(int descriptor) {
    std::array<char, 32> buffer{};
    const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), 0);
    const std::string_view digits(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return digits.empty() ? "another process" : "process " + std::string(digits);
}

// A lock of the open file, not of the process: it can be asked for without being taken, and closing
// another descriptor of the file does not give it up.
struct flock whole_file() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool try_lock(int descriptor) {
    struct flock lock = whole_file();
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(descriptor, text.data(), text.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

std::string content_of(const NodeOptions& options, LifeId life) {
    const nlohmann::ordered_json object = {
        {"name", options.name},    {"cluster", options.config.cluster}, {"pid", getpid()},
        {"life", text(life)},      {"endpoint", options.advertise},     {"status", options.status},
        {"events", options.events}};
    return object.dump(2) + '\n';
}

}  // namespace

RunFile::RunFile(fs::path run_directory, std::string name)
    : directory_path_(std::move(run_directory)), name_(std::move(name)) {
    if (name_.find('/') != std::string::npos || name_.starts_with('.')) {
        throw StartError("name " + name_ +
                         ": it names a file in the run directory, so it must not "
                         "hold a slash or begin with a dot");
    }
    open_directory();
    take_lock();
}

// A node that has taken the name after the files were removed has made its own, which stay.
RunFile::~RunFile() {
    const std::string file = name_ + ".json";
    const std::string lock = name_ + ".lock";
    if (is_there(file, file_)) unlinkat(directory_.number(), file.c_str(), 0);
    // Last, and while the lock is held: the next node makes a new one.
    if (is_there(lock, lock_)) unlinkat(directory_.number(), lock.c_str(), 0);
}

void RunFile::fail(const std::string& file, const std::string& problem) const {
    const int error = errno;
    throw StartError("run file " + (directory_path_ / file).string() + ": " + problem,
                     outlook(error));
}

void RunFile::open_directory() {
    std::error_code ignored;
    if (directory_path_.has_parent_path()) {
        fs::create_directories(directory_path_.parent_path(), ignored);
    }
    const std::string title = "run directory " + directory_path_.string();
    if (mkdir(directory_path_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        const int error = errno;
        throw StartError(title + ": " + reason() + "; use one that exists and can be written",
                         outlook(error));
    }
    Descriptor opened(open(directory_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status {};
    if (!opened.is_open() || fstat(opened.number(), &status) != 0) {
        throw StartError(title + ": " + reason() + "; use one that exists and can be written");
    }
    if (!is_safe(status)) {
        throw StartError(title + ": " + run_directory_fault(directory_path_));
    }
    directory_ = std::move(opened);
}

/// True if the descriptor is of the file that is there now, and not of one that was removed.
bool RunFile::is_there(const std::string& file, const Descriptor& opened) const {
    struct stat ours {};
    struct stat present {};
    return fstat(opened.number(), &ours) == 0 &&
           fstatat(directory_.number(), file.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == present.st_ino && ours.st_dev == present.st_dev;
}

void RunFile::take_lock() {
    const std::string file = name_ + ".lock";
    // Not blocking, for it may be a pipe.
    constexpr int mode = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    do {
        Descriptor opened(openat(directory_.number(), file.c_str(), mode, owner_only));
        struct stat status {};
        if (!opened.is_open()) fail(file, reason() + "; use a run directory that can be written");
        if (fstat(opened.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
            fail(file, "it is not a regular file; remove it");
        }
        if (!try_lock(opened.number())) {
            throw StartError("name " + name_ + " is in use in " + directory_path_.string() +
                                 " by " + holder(opened.number()) +
                                 "; choose another name or run directory",
                             StartError::Outlook::may_pass);
        }
        lock_ = std::move(opened);
    } while (!is_there(file, lock_));
    const std::string pid = std::to_string(getpid());
    if (ftruncate(lock_.number(), 0) != 0 || !write_all(lock_.number(), pid)) {
        fail(file, reason());
    }
}

void RunFile::write(const NodeOptions& options, LifeId life) {
    note(options, life);
    restore();
}

void RunFile::note(const NodeOptions& options, LifeId life) {
    std::string content = content_of(options, life);
    const std::scoped_lock lock(mutex_);
    content_ = std::move(content);
}

void RunFile::write_content(const std::string& content) {
    const std::string file = name_ + ".json";
    const std::string draft = file + ".new";
    const auto refuse = [&] {
        const int error = errno;
        unlinkat(directory_.number(), draft.c_str(), 0);
        errno = error;
        fail(file, reason() + "; use a run directory that can be written");
    };
    unlinkat(directory_.number(), draft.c_str(), 0);
    constexpr int mode = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Descriptor opened(openat(directory_.number(), draft.c_str(), mode, owner_only));
    if (!opened.is_open()) refuse();
    if (!write_all(opened.number(), content) || fsync(opened.number()) != 0) refuse();
    if (renameat(directory_.number(), draft.c_str(), directory_.number(), file.c_str()) != 0) {
        refuse();
    }
    file_ = std::move(opened);
    written_ = content;
}

void RunFile::restore() {
    struct stat status {};
    const bool is_directory_gone = fstat(directory_.number(), &status) != 0 || status.st_nlink == 0;
    if (is_directory_gone) open_directory();
    if (!is_there(name_ + ".lock", lock_)) take_lock();
    std::string content;
    {
        const std::scoped_lock lock(mutex_);
        content = content_;
    }
    const bool is_current = content == written_ && is_there(name_ + ".json", file_);
    if (!content.empty() && !is_current) write_content(content);
}

void RunFile::touch() const {
    for (const Descriptor* const opened : {&directory_, &lock_, &file_}) {
        if (opened->is_open()) static_cast<void>(futimens(opened->number(), nullptr));
    }
}

bool is_locked(const fs::path& lock_file) {
    const Descriptor opened(
        open(lock_file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!opened.is_open()) return false;
    struct flock lock = whole_file();
    return fcntl(opened.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string run_directory_fault(const fs::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || is_safe(status)) return {};
    return "it belongs to, or can be written by, others; give another one, or make it your own "
           "(chmod 0700)";
}

}  // namespace hearsay
